"""A PostgreSQL server for the tests: Debian's, started for one session on a socket in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

USER = "breachtrace"
PASSWORD = "swordfish"
SECONDS = 60.0


def binaries() -> Path | None:
    """Find the folder of `initdb` and `postgres`, which are not on the path where Debian installs them."""
    found = [Path(name).resolve().parent for name in [shutil.which("initdb")] if name]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    return next((path for path in found if (path / "initdb").exists() and (path / "postgres").exists()), None)


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """Start a server, give its URL, and end it; the server refuses to run as root, so root lends it another user."""
    # Not below pytest's own folder: a socket's path is at most 107 characters, and nobody else may enter there.
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        other = _other_user()
        if other:
            os.chown(folder, *other)
        (secret := folder / "password").write_text(PASSWORD)
        data = str(folder / "data")
        options = ["-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8"]
        _run([str(programs / "initdb"), "-D", data, "--no-sync", *options], other)
        settings = ["-k", name, "-c", "listen_addresses=", "-c", "shared_buffers=16MB"]
        command = [*_as(other), str(programs / "postgres"), "-D", data, *settings]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        try:
            url = f"postgresql://{USER}:{PASSWORD}@/postgres?host={name}"
            _wait(url, folder / "log")
            yield url
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _other_user() -> tuple[int, int] | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return entry.pw_uid, entry.pw_gid


def _as(other: tuple[int, int] | None) -> list[str]:
    if other is None:
        return []
    return ["setpriv", f"--reuid={other[0]}", f"--regid={other[1]}", "--clear-groups"]


def _run(command: Sequence[str], other: tuple[int, int] | None) -> None:
    done = subprocess.run([*_as(other), *command], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")


def _wait(url: str, log: Path) -> None:
    import psycopg

    end = time.monotonic() + SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start within {SECONDS:g} s: {log.read_text()}") from None
            time.sleep(0.1)
        else:
            return

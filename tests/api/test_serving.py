"""The commands of the service: keys made and revoked, a service that answers, and what is said where it cannot."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from api.cli import app

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_key_is_made_listed_and_revoked(tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    sent = run("keys", "create", "--scope", "ingest", "--name", "feed", "--store", store).strip()
    assert re.fullmatch(r"bt_[0-9a-f]{12}_[\w-]{43}", sent)
    listed = run("keys", "list", "--store", store)
    assert "feed: read, ingest" in listed
    assert sent[16:] not in listed
    run("keys", "revoke", sent[3:15], "--store", store)
    (known,) = json.loads(run("keys", "list", "--store", store, "--json"))
    assert known["revoked"] is not None
    again = CliRunner().invoke(app, ["keys", "revoke", sent[3:15], "--store", store])
    assert (again.exit_code, "keys list" in again.output) == (2, True)


def test_a_scope_that_is_none_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["keys", "create", "--scope", "all", "--name", "x", "--store", str(tmp_path)])
    assert result.exit_code == 2
    assert "ingest" in result.output


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = CliRunner().invoke(app, ["serve", "--store", str(tmp_path)])
    assert result.exit_code == 2
    assert 'pip install ".[serve]"' in result.output


def test_the_command_line_imports_without_the_extra() -> None:
    code = (
        "import sys\n"
        "for name in ('fastapi', 'starlette', 'uvicorn', 'pydantic_settings', 'prometheus_client'):\n"
        "    sys.modules[name] = None\n"
        "import api.cli, api.http.keyring"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BREACHTRACE_RATE", "none")
    result = CliRunner().invoke(app, ["serve", "--store", str(tmp_path)])
    assert result.exit_code == 2
    assert "BREACHTRACE_RATE" in result.output


def test_it_serves_and_ends_when_it_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", str(port)]
    environment = {**os.environ, "BREACHTRACE_STORE": str(tmp_path / "store")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            answer = _first_answer(f"http://127.0.0.1:{port}/ready", server)
        finally:
            server.send_signal(signal.SIGTERM)
            _, log = server.communicate(timeout=60)
    assert answer.json() == {"status": "ok", "seq": 0}
    assert "server" not in answer.headers
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["path"] for line in lines if line["event"] == "request"][-1] == "/ready"


def _first_answer(url: str, server: subprocess.Popen[str]) -> httpx.Response:
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        try:
            return httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("it did not start")

"""In: tasks. Out: their answers, from a worker process that cannot write, and is killed if it takes too long.

The worker is a fresh interpreter, so that a query can be killed whatever the engine is busy with, and so that nothing
of the caller's process (its main module, its memory) is at stake.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Self

from graph.stores.errors import (
    ExtraMissingError,
    QueryError,
    QueryInvalidError,
    QueryMemoryError,
    QueryTimeoutError,
    StoreError,
    StoreMissingError,
)

_ROOT: Final = Path(__file__).parents[2]
_STARTUP: Final = 10.0  # seconds that a worker may take to start, before the query's own limit begins
# Of the environment a worker gets to know this: no password of ours that stands there.
_KNOWN: Final = ("PYTHON", "PATH", "HOME", "LANG", "LC_", "LD_", "DYLD_", "TMPDIR", "VIRTUAL_ENV")
_SOURCE: Final = re.compile(r"[^\s\"'(]*/[^\s\"'(]*\.(?:cpp|cc|hpp|h|rs)\b[:\d]*")  # a place in an engine's own source
_GRACE: Final = 1.0  # seconds over its limit after which a worker that has not ended itself is killed


class Worker:
    """One worker process, for one language; it answers one task at a time. Not for several threads at once."""

    def __init__(self, language: str) -> None:
        known = {name: value for name, value in os.environ.items() if name.startswith(_KNOWN)}
        path = os.pathsep.join([str(_ROOT), *([known["PYTHONPATH"]] if "PYTHONPATH" in known else [])])
        # A heap for each thread, as glibc has it, reserves so much address space that small queries hit the limit.
        environment = {**known, "PYTHONPATH": path, "MALLOC_ARENA_MAX": "2"}
        command = [sys.executable, "-P", "-m", "graph.stores.worker", language]
        ours, theirs = socket.socketpair()
        with theirs, ExitStack() as stack:
            stack.callback(ours.close)  # where the process cannot be started
            self._process = subprocess.Popen(
                command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
            )
            stack.pop_all()
        self._connection = Connection(ours.detach())
        self._ready = False
        self.path: str | None = None
        self.over = False

    def __enter__(self) -> Self:
        """Return the worker itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.close()

    def ready(self) -> None:
        """Wait until it has started.

        Raises:
            QueryInvalidError: It did not start.
        """
        if not self._ready:
            self._receive(_STARTUP, f"{_STARTUP:g} s to start")
            self._ready = True

    def ask(
        self, task: Mapping[str, Any], slow: float | None = None, on_slow: Callable[[], None] = lambda: None
    ) -> tuple[dict[str, Any], bytes]:
        """Have a task answered; afterwards `over` says whether the worker must be replaced.

        Args:
            task: What `graph.stores.query.Question.task` gives.
            slow: After so many seconds `on_slow` is called; what it raises ends the worker.
            on_slow: What to do then.

        Raises:
            QueryInvalidError: The engine does not understand the query.
            QueryTimeoutError: It ran into a limit.
            StoreMissingError: The projection cannot be opened.
            ExtraMissingError: The engine is not installed.
        """
        self.over = True  # until all has gone well
        self.ready()
        self.path = task["path"]
        self._send(json.dumps(task).encode())
        seconds = task["seconds"]
        if slow is not None and slow < seconds and not self._connection.poll(slow):
            on_slow()
            seconds -= slow
        header = json.loads(self._receive(seconds + _GRACE, f"{task['seconds']:g} s"))
        body = self._receive(_STARTUP, "its answer")
        self.over = header.pop("last")
        if "error" in header:
            raise _problem(header, Path(task["path"]))
        return header, body

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def lower(self) -> None:
        """Let other processes go before this one, from now on; it is to be replaced after its query."""
        os.setpriority(os.PRIO_PROCESS, self.pid, 10)

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _send(self, data: bytes) -> None:
        try:
            self._connection.send_bytes(data)
        except OSError:
            raise self._ended() from None

    def _receive(self, seconds: float, limit: str) -> bytes:
        if not self._connection.poll(seconds):
            raise _over(limit)
        try:
            return self._connection.recv_bytes()
        except (EOFError, OSError):
            raise self._ended(limit) from None

    def _ended(self, limit: str = "memory") -> QueryError:
        """Tell why the process has ended."""
        _, said = self._process.communicate()
        code = self._process.returncode
        if code < 0:
            return _over(limit if code == -signal.SIGALRM else "memory")
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        return QueryInvalidError(f"the worker of the query ended with {code}: {last}")


def _over(limit: str) -> QueryTimeoutError:
    kind = QueryMemoryError if limit == "memory" else QueryTimeoutError
    return kind(f"the query was ended at its limit ({limit}); ask for less, or raise the limit")


def _problem(header: Mapping[str, Any], path: Path) -> StoreError:
    message = _SOURCE.sub("the engine", " ".join(str(header["error"]).split()))
    match header["kind"]:
        case "limit":
            return _over(message)
        case "store":
            return StoreMissingError(path, f"its projection cannot be opened ({message})")
        case "extra":
            return ExtraMissingError("a Cypher query", "cypher")
    return QueryInvalidError(f"the query is not understood: {message}")

"""In: queries, one after the other, on a socket. Out: the answer to each, as a line of JSON and bytes.

Run as ``python -m graph.stores.worker LANGUAGE`` by `graph.stores.process`, and by nothing else. Before its first query
the process gives up, where the system lets it, sockets, writing files, and memory over its limit; each query has its
own limit of time. It asks one projection: for SPARQL it can turn to a newer one between two queries; the Cypher engine
opens nothing more once its file is open, neither a file nor a connection.
"""

from __future__ import annotations

import importlib
import json
import resource
import signal
import sys
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from graph.stores import answering, confine, ladybug, snapshots
from graph.stores.errors import ExtraMissingError, QueryTimeoutError, StoreMissingError

_QUERIES: Final = 10_000  # after so many the process ends, and with it whatever an engine may have piled up
_SHARE: Final = 4  # of the memory for a query a process may have used this part at its peak and still go on
_NO_MEMORY: Final = ("std::bad_alloc", "Buffer manager exception")  # what the engines say that get none
_RUINOUS: Final = ("limit", "store", "extra")  # errors after which it does not go on


class _Projection:
    """What is asked: opened at the first query, and again where a later one names another path."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._path: str | None = None
        self._opened: Any = None
        self._stack = ExitStack()

    def answer(self, task: dict[str, Any]) -> answering.Made:
        if self._path is None:
            _limit(task, self._language)
        _alarm(task["seconds"])
        if task["path"] != self._path:
            self._open(task["path"])
        return (answering.sparql if self._language == "sparql" else answering.cypher)(self._opened, task)

    def _open(self, path: str) -> None:
        self._opened = None
        self._path = path
        if self._language == "sparql":  # no _seal(): it opens its files as it goes, a dozen or hundreds
            self._opened = snapshots.open_snapshot(Path(path))
        else:
            self._opened = self._stack.enter_context(ladybug.opened(Path(path)))
            _seal()


def main() -> None:
    """Answer until nobody asks any more."""
    connection = Connection(0)
    projection = _Projection(sys.argv[1])
    if sys.argv[1] == "cypher" and ladybug.available():
        importlib.import_module("ladybug")
    start = _peak()
    connection.send_bytes(b"ready")
    for number in range(1, _QUERIES + 1):
        task = json.loads(connection.recv_bytes())
        header, body = _answered(projection, task)
        _alarm(0)
        kept = start + task["memory"] // _SHARE + (ladybug.POOL if sys.argv[1] == "cypher" else 0)
        header["last"] = number == _QUERIES or header.get("kind") in _RUINOUS or _peak() > kept
        connection.send_bytes(json.dumps(header).encode())
        connection.send_bytes(body)
        if header["last"]:
            return


def _answered(projection: _Projection, task: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        made = projection.answer(task)
    except Exception as error:
        return _told(error), b""
    return {"truncated": made.truncated, "count": made.count}, made.body


def _told(error: Exception) -> dict[str, Any]:
    """Say what went wrong, and of what kind it is; what an engine raises is the query's own fault."""
    if isinstance(error, MemoryError) or str(error.__cause__ or error).startswith(_NO_MEMORY):
        return {"error": "memory", "kind": "limit"}
    kinds = ((ExtraMissingError, "extra"), (StoreMissingError, "store"), (QueryTimeoutError, "limit"))
    return {"error": str(error), "kind": next((kind for one, kind in kinds if isinstance(error, one)), "query")}


def _limit(task: dict[str, Any], language: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the address space is not what a process uses
        mapped = ladybug.address_space(Path(task["path"])) if language == "cypher" else snapshots.ADDRESS_SPACE
        memory = task["memory"] + mapped
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    confine.confine()
    # The alarm's own action ends the process even while an engine is deep in native code.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _alarm(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _seal() -> None:
    """Let nothing more be opened: what is open stays so, any further file or socket is one too many.

    For an engine that has all its files open from the start.
    """
    for module in ("datetime", "decimal", "uuid"):  # what the engines import when they meet such a value
        importlib.import_module(module)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _peak() -> int:
    """Tell how many bytes of memory the process has used at most."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    try:
        main()
    except (EOFError, ConnectionError):  # who asked is gone
        sys.exit(0)

"""In: a store, a query and its parameters. Out: rows, from a worker process that cannot write and does not outlive it.

The worker is a fresh interpreter, so that a query can be killed whatever the engine is busy with, and so that nothing
of the caller's process (its main module, its memory) is at stake.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from graph import rdf
from graph.stores import guard, manifest
from graph.stores.errors import ExtraMissingError, QueryInvalidError, QueryTimeoutError, StoreMissingError

Language = Literal["sparql", "cypher"]
Value = str | int | float | bool

_ROOT: Final = Path(__file__).parents[2]
_STARTUP: Final = 10.0  # seconds that a worker may take to start, on top of the query's own limit


class Iri(str):
    """A parameter's value that stands for a resource in SPARQL, not for its letters."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use up: seconds of wall clock, rows (more are cut off), bytes of memory."""

    seconds: float = 10.0
    rows: int = 10_000
    memory: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query and the `seq` of the ledger that they show.

    SELECT gives its variables as columns and plain Python values (IRIs as strings, None where unbound), ASK the column
    `ask`, CONSTRUCT `subject`, `predicate`, `object` in N-Triples' notation. `truncated` says that rows are missing.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    seq: int


def query(
    store: Path,
    text: str,
    language: Language = "sparql",
    parameters: Mapping[str, Value] | None = None,
    limits: Limits | None = None,
) -> Answer:
    """Ask a store in SPARQL 1.1 or Cypher; `$name` in the text stands for the parameter of that name.

    A SPARQL query without FROM sees the assembled graph and the vocabularies; `GRAPH ?g {...}` reaches what was read
    out of each article.

    Args:
        store: The store's directory.
        text: One statement that only reads.
        language: `sparql` or `cypher`.
        parameters: Values by name; an `Iri` stands for a resource in SPARQL, any other for a literal.
        limits: What the query may use up; `Limits()` if not given.

    Raises:
        QueryRefusedError: The statement would write, or reach outside the store.
        QueryInvalidError: The engine does not understand it.
        QueryTimeoutError: It ran into its time or memory limit.
        StoreMissingError: Nothing has been projected yet.
        ExtraMissingError: The engine for Cypher is not installed.
    """
    limits = limits or Limits()
    check = guard.check_sparql if language == "sparql" else guard.check_cypher
    check(text)
    with manifest.snapshot(store) as snapshot:
        path = snapshot.rdf if language == "sparql" else snapshot.cypher
        if path is None:
            raise ExtraMissingError("a Cypher query", "cypher")
        task = {
            "language": language,
            "path": str(path),
            "text": text,
            "graphs": [graph.value for graph in rdf.DEFAULT_GRAPHS] if _needs_graphs(text, language) else [],
            "parameters": {name: (_kind(value), value) for name, value in (parameters or {}).items()},
            "rows": limits.rows,
            "memory": limits.memory,
            "seconds": limits.seconds,
        }
        reply = _work(task, limits.seconds)
    seq = snapshot.seq if language == "sparql" or snapshot.cypher_seq is None else snapshot.cypher_seq
    return _answer(reply, store, seq)


def _needs_graphs(text: str, language: Language) -> bool:
    return language == "sparql" and not guard.names_graphs(text)


def _kind(value: Value) -> str:
    return "iri" if isinstance(value, Iri) else "literal"


def _work(task: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Run a task in a worker and wait for its reply, no longer than it may take."""
    known = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(_ROOT), *([known] if known else [])])
    # A heap for each thread, as glibc has it, reserves so much address space that small queries would hit the limit.
    environment = {**os.environ, "PYTHONPATH": path, "MALLOC_ARENA_MAX": "2"}
    command = [sys.executable, "-P", "-m", "graph.stores.worker"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(task).encode("utf-8"),
            capture_output=True,
            timeout=seconds + _STARTUP,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _over(f"{seconds:g} s") from None
    if done.stdout.endswith(b"\n"):
        return dict(json.loads(done.stdout))
    if done.returncode < 0:
        raise _over(f"{seconds:g} s" if done.returncode == -signal.SIGALRM else "memory")
    raise QueryInvalidError(
        f"the worker of the query ended with {done.returncode}: {done.stderr.decode(errors='replace')}"
    )


def _over(limit: str) -> QueryTimeoutError:
    return QueryTimeoutError(f"the query was ended at its limit ({limit}); ask for less, or raise the limit")


def _answer(reply: dict[str, Any], store: Path, seq: int) -> Answer:
    if "error" not in reply:
        rows = tuple(tuple(row) for row in reply["rows"])
        return Answer(tuple(reply["columns"]), rows, bool(reply["truncated"]), seq)
    message = str(reply["error"])
    match reply["kind"]:
        case "limit":
            raise _over(message)
        case "store":
            raise StoreMissingError(store, f"its projection cannot be opened ({message})")
        case "extra":
            raise ExtraMissingError("a Cypher query", "cypher")
        case _:
            raise QueryInvalidError(f"the query is not understood: {message}")

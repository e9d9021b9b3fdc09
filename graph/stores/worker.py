"""In: one query as JSON on standard input. Out: its rows, or what went wrong, as one line of JSON.

Run as ``python -m graph.stores.worker`` by `graph.stores.query`, and by nothing else. Before the query runs the process
gives up, where the system lets it, sockets, writing files, memory over its limit, and time over its limit; once its
store is open it opens nothing more, neither a file nor a connection.
"""

from __future__ import annotations

import importlib
import json
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from graph.stores import confine, guard, ladybug, oxigraph
from graph.stores.errors import ExtraMissingError, StoreMissingError

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_CASTS: Final[dict[str, Callable[[str], Any]]] = {
    **{_XSD + name: int for name in ("integer", "int", "long", "nonNegativeInteger")},
    **{_XSD + name: float for name in ("double", "float", "decimal")},
    _XSD + "boolean": lambda text: text in {"true", "1"},
}


def main() -> None:
    """Answer the one task on standard input."""
    task = json.load(sys.stdin)
    try:
        reply = _run(task)
    except ExtraMissingError as error:
        reply = {"error": str(error), "kind": "extra"}
    except StoreMissingError as error:
        reply = {"error": str(error), "kind": "store"}
    except MemoryError:
        reply = {"error": "memory", "kind": "limit"}
    except Exception as error:  # whatever an engine raises is the query's own fault, and is told to who asked it
        reply = {"error": str(error), "kind": "query"}
    sys.stdout.write(json.dumps(reply) + "\n")


def _run(task: dict[str, Any]) -> dict[str, Any]:
    path = Path(task["path"])
    _limit(task, path)
    columns, rows = (_sparql if task["language"] == "sparql" else _cypher)(path, task)
    found = list(islice(rows, task["rows"] + 1))
    return {"columns": columns, "rows": found[: task["rows"]], "truncated": len(found) > task["rows"]}


def _limit(task: dict[str, Any], path: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the address space is not what a process uses
        mapped = ladybug.address_space(path) if task["language"] == "cypher" else oxigraph.ADDRESS_SPACE
        memory = task["memory"] + mapped
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    confine.confine()
    # The alarm's own action ends the process even while an engine is deep in native code.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, task["seconds"])


def _seal() -> None:
    """Let nothing more be opened: what is open stays so, any further file or socket is one too many.

    For an engine that has all its files open from the start.
    """
    for module in ("datetime", "decimal", "uuid"):  # what the engines import when they meet such a value
        importlib.import_module(module)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _sparql(path: Path, task: dict[str, Any]) -> tuple[list[str], Iterator[list[Any]]]:
    store = oxigraph.open_snapshot(path)  # no _seal(): it opens its files as it goes, a dozen or hundreds
    bound = {name: _term(kind, value) for name, (kind, value) in task["parameters"].items()}
    graphs: list[Any] = [ox.NamedNode(graph) for graph in task["graphs"]]
    results = store.query(guard.bind_sparql(task["text"], bound), default_graph=graphs or None)
    if isinstance(results, ox.QueryBoolean):
        return ["ask"], iter([[bool(results)]])
    if isinstance(results, ox.QueryTriples):
        return ["subject", "predicate", "object"], _triples(results)
    assert isinstance(results, ox.QuerySolutions)
    return [variable.value for variable in results.variables], ([_plain(term) for term in row] for row in results)


def _cypher(path: Path, task: dict[str, Any]) -> tuple[list[str], Iterator[list[Any]]]:
    parameters = {name: value for name, (_, value) in task["parameters"].items()}
    columns, rows = ladybug.answer(path, task["text"], parameters, opened=_seal)
    return columns, ([_jsonable(value) for value in row] for row in rows)


def _term(kind: str, value: str | int | float | bool) -> ox.NamedNode | ox.Literal:
    return ox.NamedNode(str(value)) if kind == "iri" else ox.Literal(value)


def _triples(results: Iterable[ox.Triple]) -> Iterator[list[str]]:
    for triple in results:
        yield [str(triple.subject), str(triple.predicate), str(triple.object)]


def _plain(term: Any) -> Any:
    """Give a term as a Python value; a malformed number stays its text."""
    if not isinstance(term, ox.Literal):
        return None if term is None else getattr(term, "value", str(term))
    try:
        return _jsonable(_CASTS.get(term.datatype.value, str)(term.value))
    except ValueError:
        return term.value


def _jsonable(value: Any) -> Any:
    """Give a value as JSON can hold it: what JSON has no form for (a date, NaN, infinity) becomes its text."""
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


if __name__ == "__main__":
    main()

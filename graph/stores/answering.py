"""In: an open projection and a task. Out: the answer as bytes, in the form that was asked for; for the worker alone.

A task's `form` is `rows` (a JSON object of `columns` and `rows`, for Python), a media type that the RDF engine writes,
or `plain` or `typed` for the two forms of Cypher values. Its limits of rows and bytes hold while the answer is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from math import isfinite
from typing import Any, Final

import pyoxigraph as ox

from graph.stores import cutting, cypher_values, guard, ladybug
from graph.stores.errors import QueryInvalidError
from ontology.iris import PREFIXES

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_CASTS: Final[dict[str, Callable[[str], Any]]] = {
    **{_XSD + name: int for name in ("integer", "int", "long", "nonNegativeInteger")},
    **{_XSD + name: float for name in ("double", "float", "decimal")},
    _XSD + "boolean": lambda text: text in {"true", "1"},
}


@dataclass(frozen=True, slots=True)
class Made:
    """An answer: its bytes, how many rows or triples are in it where they were counted, and whether some are not."""

    body: bytes
    truncated: bool
    count: int | None = None


def sparql(store: ox.Store, task: dict[str, Any]) -> Made:
    """Answer a SPARQL query."""
    bound = {name: _term(kind, value) for name, (kind, value) in task["parameters"].items()}
    default, named = (_graphs(task[name]) for name in ("default_graph", "named_graphs"))
    results = store.query(guard.bind_sparql(task["text"], bound), default_graph=default, named_graphs=named)
    if task["form"] == "rows":
        return _rows(*_values(results), task)
    if isinstance(results, ox.QueryTriples):
        return _triples(results, task)
    return _solutions(results, task)


def cypher(connection: Any, task: dict[str, Any]) -> Made:
    """Answer a Cypher query."""
    given = task["parameters"].items()
    parameters = {name: cypher_values.read(value) if kind == "typed" else value for name, (kind, value) in given}
    columns, rows = ladybug.ask(connection, task["text"], parameters)
    if task["form"] == "rows":
        return _rows(columns, ([_jsonable(value) for value in row] for row in rows), task)
    found = [[_neutral(value) for value in row] for row in islice(rows, task["rows"])]
    body = cypher_values.page(columns, found, types=task["form"] == "typed")
    return Made(_bounded(body, task), next(rows, None) is not None, len(found))


def _graphs(names: list[str] | None) -> list[Any] | None:
    return None if names is None else [ox.NamedNode(name) for name in names]


def _solutions(results: ox.QuerySolutions | ox.QueryBoolean, task: dict[str, Any]) -> Made:
    form = ox.QueryResultsFormat.from_media_type(task["form"])
    if form is None:
        raise QueryInvalidError(f"a result that is no graph cannot be given as {task['form']}")
    rows = cutting.FORMATS[task["form"]] if isinstance(results, ox.QuerySolutions) else None
    output: Any = cutting.Cut(task["size"], task["rows"], rows)
    with suppress(cutting.Full):
        results.serialize(output, form)
    return Made(*output.finish())


def _triples(results: ox.QueryTriples, task: dict[str, Any]) -> Made:
    form = ox.RdfFormat.from_media_type(task["form"])
    if form is None:
        raise QueryInvalidError(f"a graph cannot be given as {task['form']}")
    count = 0

    def counted() -> Iterator[ox.Triple]:
        nonlocal count
        for triple in islice(results, task["rows"]):
            count += 1
            yield triple

    output: Any = cutting.Cut(task["size"], task["rows"])
    ox.serialize(counted(), output, form, prefixes=PREFIXES)
    return Made(output.finish()[0], next(results, None) is not None, count)


def _rows(columns: list[str], rows: Iterator[list[Any]], task: dict[str, Any]) -> Made:
    found = list(islice(rows, task["rows"]))
    body = json.dumps({"columns": columns, "rows": found}).encode()
    return Made(_bounded(body, task), next(rows, None) is not None, len(found))


def _bounded(body: bytes, task: dict[str, Any]) -> bytes:
    cutting.Cut(task["size"], task["rows"]).write(body)
    return body


def _values(results: Any) -> tuple[list[str], Iterator[list[Any]]]:
    if isinstance(results, ox.QueryBoolean):
        return ["ask"], iter([[bool(results)]])
    if isinstance(results, ox.QueryTriples):
        return ["subject", "predicate", "object"], _parts(results)
    return [variable.value for variable in results.variables], ([_plain(term) for term in row] for row in results)


def _parts(results: Iterable[ox.Triple]) -> Iterator[list[str]]:
    for triple in results:
        yield [str(triple.subject), str(triple.predicate), str(triple.object)]


def _term(kind: str, value: str | int | float | bool) -> ox.NamedNode | ox.Literal:
    return ox.NamedNode(str(value)) if kind == "iri" else ox.Literal(value)


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


def _neutral(value: Any) -> Any:
    """Give a value of the embedded engine as those of both engines are: its nodes come as dicts with capital keys."""
    match value:
        case {"_NODES": nodes, "_RELS": links}:
            if len(nodes) <= len(links):  # what stands for the relationships of a path, with the nodes between them
                return [_neutral(link) for link in links]
            parts = [_neutral(part) for pair in zip(nodes, [*links, None], strict=True) for part in pair if part]
            return cypher_values.Path(tuple(parts))
        case {"_ID": key, "_LABEL": label, "_SRC": start, "_DST": end}:
            return cypher_values.Relationship(_key(key), _key(start), _key(end), label, _properties(value))
        case {"_ID": key, "_LABEL": label}:
            return cypher_values.Node(_key(key), (label,), _properties(value))
        case dict():
            return {name: _neutral(item) for name, item in value.items()}
        case list() | tuple():
            return [_neutral(item) for item in value]
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case datetime() | date() | Decimal():
            return value
    return value


def _key(key: dict[str, int]) -> str:
    return f"{key['table']}:{key['offset']}"


def _properties(value: dict[str, Any]) -> dict[str, Any]:
    hidden = ("_ID", "_LABEL", "_SRC", "_DST")
    return {name: _neutral(item) for name, item in value.items() if name not in hidden and item is not None}

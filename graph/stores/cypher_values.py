"""In: the values of a Cypher result. Out: JSON in the two forms of the Neo4j Query API, with types and plain.

Source: Neo4j Query API, "Typed JSON" and "Plain JSON".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isinf, isnan
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a result; properties that are null are not there."""

    id: str
    labels: tuple[str, ...]
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship of a result; `start` and `end` are ids of nodes."""

    id: str
    start: str
    end: str
    type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Path:
    """A path of a result: node, relationship, node, ..."""

    parts: tuple[Node | Relationship, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A value that is told by the name of its type and a text, such as a duration or a point."""

    type: str
    text: str


def page(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, types: bool) -> bytes:
    """Write a result as the `data` of an answer.

    >>> page(["n"], [[1]], types=True)
    b'{"fields":["n"],"values":[[{"$type":"Integer","_value":"1"}]]}'
    """
    told: Callable[[Any], Any] = typed if types else lambda value: plain(typed(value))
    values = [[told(value) for value in row] for row in rows]
    return json.dumps({"fields": list(columns), "values": values}, separators=(",", ":")).encode()


def typed(value: Any) -> dict[str, Any]:
    """Give a value with its type; one of a type that Cypher does not have becomes its text."""
    match value:
        case Node(key, labels, properties):
            return _of("Node", {"_element_id": key, "_labels": list(labels), "_properties": _map(properties)})
        case Relationship(key, start, end, name, properties):
            ends = {"_start_node_element_id": start, "_end_node_element_id": end}
            return _of("Relationship", {"_element_id": key, **ends, "_type": name, "_properties": _map(properties)})
        case Path(parts):
            return _of("Path", [typed(part) for part in parts])
        case Named(name, text):
            return _of(name, text)
        case Mapping():
            return _of("Map", _map(value))
        case list() | tuple():
            return _of("List", [typed(item) for item in value])
    return _scalar(value)


def _scalar(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return _of("Null", None)
        case bool():
            return _of("Boolean", value)
        case int():
            return _of("Integer", str(value))
        case float() | Decimal():
            return _of("Float", _float(float(value)))
        case bytes():
            return _of("Base64", base64.b64encode(value).decode())
        case datetime():
            return _of("LocalDateTime" if value.tzinfo is None else "OffsetDateTime", value.isoformat())
        case date():
            return _of("Date", value.isoformat())
        case time():
            return _of("LocalTime" if value.tzinfo is None else "Time", value.isoformat())
        case timedelta():
            return _of("Duration", f"P{value.days}DT{value.seconds + value.microseconds / 1e6:g}S")
    return _of("String", str(value))


def plain(value: Mapping[str, Any]) -> Any:
    """Take the type off a value.

    >>> plain({"$type": "Integer", "_value": "1"})
    1
    """
    held = value["_value"]
    match value["$type"]:
        case "Integer":
            return int(held)
        case "Float":
            return held if held in _UNUSUAL.values() else float(held)
        case "List" | "Path":
            return [plain(item) for item in held]
        case "Map":
            return {name: plain(item) for name, item in held.items()}
        case "Node":
            return {"elementId": held["_element_id"], "labels": held["_labels"], "properties": _plain_map(held)}
        case "Relationship":
            names = ("_element_id", "_start_node_element_id", "_end_node_element_id", "_type")
            keys = ("elementId", "startNodeElementId", "endNodeElementId", "type")
            ends = {key: held[name] for key, name in zip(keys, names, strict=True)}
            return {**ends, "properties": _plain_map(held)}
    return held


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "Integer": int,
    "Float": float,
    "Base64": base64.b64decode,
    "Date": date.fromisoformat,
    "LocalDateTime": datetime.fromisoformat,
    "OffsetDateTime": datetime.fromisoformat,
    "LocalTime": time.fromisoformat,
    "Time": time.fromisoformat,
    "String": str,
    "Boolean": bool,
    "Null": lambda _: None,
    "List": lambda held: [read(item) for item in held],
    "Map": lambda held: {str(name): read(item) for name, item in held.items()},
}


def read(value: Any) -> Any:
    """Read a parameter that is given with its type.

    Raises:
        ValueError: It is not of that form, or of a type that no parameter can have.

    >>> read({"$type": "List", "_value": [{"$type": "Integer", "_value": "1"}]})
    [1]
    """
    try:
        return _READERS[value["$type"]](value["_value"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f'{value!r} is no value with its type; write it as {{"$type": ..., "_value": ...}}') from error


_UNUSUAL: Final = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _float(value: float) -> str:
    return _UNUSUAL[str(value)] if isnan(value) or isinf(value) else repr(value)


def _of(name: str, value: Any) -> dict[str, Any]:
    return {"$type": name, "_value": value}


def _map(values: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): typed(value) for name, value in values.items()}


def _plain_map(held: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(item) for name, item in held["_properties"].items()}

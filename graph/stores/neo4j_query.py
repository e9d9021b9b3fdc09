"""In: a Cypher query. Out: its answer from a Neo4j database, over Bolt, in the form of the Neo4j Query API; read-only.

The session has READ access, in which the server itself refuses to write; the statement was checked before, as for the
embedded engine. Time is limited by the server, rows and bytes here.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any, Final

from graph.stores import cypher_values
from graph.stores.errors import CypherError, ExtraMissingError, QueryTimeoutError
from graph.stores.neo4j import STAMP, Address, failures
from graph.stores.query import Limits

_CONNECT: Final = 10.0  # seconds to wait for a server that does not answer


@dataclass(frozen=True, slots=True)
class Read:
    """An answer: `data` as JSON, whether rows are missing, the `seq` that the database shows, and what was seen."""

    body: bytes
    truncated: bool
    seq: int
    bookmarks: tuple[str, ...]


class Reader:
    """A database that is asked; from any thread. `close` ends its connections.

    Raises:
        ExtraMissingError: The driver is not installed.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._lock = Lock()
        self._driver: Any = None
        try:
            self._engine: Any = importlib.import_module("neo4j")
        except ImportError:
            raise ExtraMissingError("Cypher answered by Neo4j", "neo4j") from None

    def ask(
        self,
        text: str,
        parameters: Mapping[str, Any],
        limits: Limits,
        *,
        types: bool = False,
        bookmarks: Sequence[str] = (),
    ) -> Read:
        """Run one statement.

        Args:
            text: The statement; `graph.stores.guard.check_cypher` has let it pass.
            parameters: Its parameters by name.
            limits: What it may use up; memory is the server's to limit.
            types: Whether values are given with their types.
            bookmarks: What the database must have seen before it answers.

        Raises:
            CypherError: The server does not accept it, or ended it; with the server's code.
            QueryTimeoutError: The answer is too large.
            RemoteError: The server cannot be reached, does not let us in, or fails.
        """
        settings = {"database": self.address.database, "default_access_mode": self._engine.READ_ACCESS}
        seen = self._engine.Bookmarks.from_raw_values(bookmarks)
        with failures(self.address):
            try:
                with self._connected().session(**settings, bookmarks=seen) as session:
                    with session.begin_transaction(timeout=limits.seconds) as transaction:
                        body, truncated = _page(transaction.run(text, dict(parameters)), limits, types)
                        stamp = transaction.run(STAMP).single()
                        transaction.commit()
                    raw = tuple(sorted(session.last_bookmarks().raw_values))
            except self._engine.exceptions.AuthError:
                raise
            except self._engine.exceptions.Neo4jError as error:
                raise CypherError(
                    error.code or "Neo.DatabaseError.General.UnknownError", error.message or ""
                ) from error
        return Read(body, truncated, stamp["seq"] if stamp else 0, raw)

    def _connected(self) -> Any:
        with self._lock:
            if self._driver is None:
                auth = (self.address.user, self.address.password)
                settings: dict[str, Any] = {"connection_timeout": _CONNECT, "notifications_min_severity": "OFF"}
                settings["connection_acquisition_timeout"] = _CONNECT
                self._driver = self._engine.GraphDatabase.driver(self.address.url, auth=auth, **settings)
            return self._driver

    def close(self) -> None:
        """End the connections."""
        if self._driver is not None:
            self._driver.close()


def _page(result: Any, limits: Limits, types: bool) -> tuple[bytes, bool]:
    rows = [[_neutral(value) for value in record.values()] for record in islice(result, limits.rows)]
    truncated = result.peek() is not None
    result.consume()
    body = cypher_values.page(result.keys(), rows, types=types)
    if len(body) > limits.size:
        raise QueryTimeoutError(f"the result is larger than {limits.size} bytes; ask for less")
    return body, truncated


def _neutral(value: Any) -> Any:
    """Give a value of the driver as those of both engines are; by the names of its classes, for it may be missing."""
    match type(value).__module__, type(value).__name__:
        case "neo4j.graph", "Node":
            return cypher_values.Node(value.element_id, tuple(sorted(value.labels)), _map(value))
        case "neo4j.graph", "Path":
            links = [*value.relationships, None]
            parts = (part for pair in zip(value.nodes, links, strict=True) for part in pair if part is not None)
            return cypher_values.Path(tuple(map(_neutral, parts)))
        case "neo4j.time", name:
            return cypher_values.Named(*_time(name, value))
        case module, _ if module.startswith("neo4j") and hasattr(value, "srid"):
            place = " ".join(str(float(one)) for one in value)
            return cypher_values.Named("Point", f"SRID={value.srid};POINT{' Z' * (len(value) == 3)} ({place})")
    if hasattr(value, "start_node"):
        ends = value.start_node.element_id, value.end_node.element_id
        return cypher_values.Relationship(value.element_id, *ends, value.type, _map(value))
    if isinstance(value, dict):
        return _map(value)
    return [_neutral(item) for item in value] if isinstance(value, list | tuple) else value


def _map(value: Any) -> dict[str, Any]:
    return {name: _neutral(item) for name, item in value.items()}


def _time(name: str, value: Any) -> tuple[str, str]:
    text = value.iso_format()
    zone = getattr(getattr(value, "tzinfo", None), "zone", None) or getattr(getattr(value, "tzinfo", None), "key", None)
    if name == "DateTime" and zone and zone != "UTC":  # an offset of none comes as that zone
        return "ZonedDateTime", f"{text}[{zone}]"
    zoned = getattr(value, "tzinfo", None) is not None
    named = {"DateTime": ("LocalDateTime", "OffsetDateTime"), "Time": ("LocalTime", "Time")}
    return named[name][zoned] if name in named else name, text

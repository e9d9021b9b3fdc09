"""In: the rows of a property graph. Out: the same in a Neo4j database, over Bolt: only what differs is written.

All goes through managed transactions, which the driver repeats where a server of a cluster fails; each is idempotent.
One session carries the bookmarks from one to the next. The database holds a `Stamp` node: which `seq` of the ledger it
shows, and whether that is `complete`. A small change is one transaction; a large one is many, and one that was
interrupted is taken up where it ended.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from graph.stores.difference import Digests, Plan, Step, digests, transactions
from graph.stores.errors import ExtraMissingError, RemoteError, StoreBusyError
from graph.stores.stamp import Stamp
from graph.stores.tables import NODES, Part

SCHEMES: Final = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_SECONDS: Final = 10.0  # to wait for a server that does not answer
STAMP: Final = "MATCH (s:Stamp {id: 'breachtrace'}) RETURN s.seq AS seq, s.token AS token, s.complete AS complete"
# Only what was read of the stamp may be gone on from; a transaction that the driver repeats finds its own run there.
_BEGIN: Final = """UNWIND $rows AS r MERGE (s:Stamp {id: 'breachtrace'})
    ON CREATE SET s.seq = 0, s.token = '', s.complete = false
    WITH s, r WHERE s.run = r.run OR (s.seq = r.seq AND s.token = r.token AND s.complete = r.complete)
    SET s.complete = false, s.run = r.run"""
# Whoever began last goes on. The write locks the node, so that no two write at once.
_STILL: Final = "MATCH (s:Stamp {id: 'breachtrace'}) WHERE s.run = $run SET s.run = $run RETURN count(s) AS ours"
_END: Final = """UNWIND $rows AS r MATCH (s:Stamp {id: 'breachtrace'})
    SET s.seq = r.seq, s.token = r.token, s.complete = true, s.at = datetime()"""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is and who asks; `str` and `repr` never show the password."""

    url: str
    user: str
    password: str = field(repr=False)
    database: str | None

    @classmethod
    def parse(cls, url: str, environment: Mapping[str, str] = os.environ) -> Self:
        """Read a URL such as `neo4j://user:password@host:7687/database`; all but scheme and host may be left out.

        User and password come from the URL, else from NEO4J_USERNAME and NEO4J_PASSWORD.

        Raises:
            RemoteError: It is no such URL.

        >>> Address.parse("bolt://me:secret@localhost:7687", {})
        Address(url='bolt://localhost:7687', user='me', database=None)
        """
        try:
            parsed = urlsplit(url)
            host, port = parsed.hostname, parsed.port
        except ValueError:
            host, port = None, None
        if host is None or parsed.scheme not in SCHEMES:
            raise RemoteError(url.rpartition("@")[2], "is no URL of a Neo4j server", "write it as bolt://HOST:7687")
        host = f"[{host}]" if ":" in host else host
        return cls(
            f"{parsed.scheme}://{host}" + (f":{port}" if port else ""),
            unquote(parsed.username or "") or environment.get("NEO4J_USERNAME", "neo4j"),
            unquote(parsed.password or "") or environment.get("NEO4J_PASSWORD", ""),
            parsed.path.strip("/") or None,
        )

    def __str__(self) -> str:
        return self.url + (f"/{self.database}" if self.database else "")


@dataclass(frozen=True, slots=True)
class Written:
    """What one projection changed: nodes and relationships put there (new, or not what they were) and taken away.

    `bookmarks` let a reader of a cluster wait until its server has seen all of this.
    """

    seq: int
    nodes: int = 0
    relationships: int = 0
    removed: int = 0
    bookmarks: tuple[str, ...] = ()


class Database:
    """An open session with a database."""

    def __init__(self, address: Address, session: Any) -> None:
        self.address = address
        self._session = session

    def stamp(self) -> Stamp:
        """Read which `seq` the database shows."""
        found = self._session.execute_read(lambda tx: tx.run(STAMP).single())
        return Stamp(found["seq"], found["token"], found["complete"]) if found else Stamp()

    def write(self, since: Stamp, until: Stamp, after: Iterable[Part], before: Iterable[Part] | None = None) -> Written:
        """Put `after` in the place of `before`, and stamp the database with `until`.

        Args:
            since: The stamp as it was read.
            until: The stamp that `after` brings.
            after: The rows that are to be there, nodes before relationships.
            before: The rows that are there in their place; None compares with all that is there.

        Raises:
            StoreBusyError: Another process has written, or begun to write, since the stamp was read.
        """
        run = uuid4().hex
        if before is None:
            self._constrain()
        plan = Plan(self._present if before is None else _told_by(before))
        begin: Step = (_BEGIN, [{"run": run, "seq": since.seq, "token": since.token, "complete": since.complete}])
        end: Step = (_END, [{"seq": until.seq, "token": until.token}])
        removed = 0
        for steps in transactions(chain([begin], plan.steps(after), [end])):
            removed += self._session.execute_write(self._carry_out, run, steps)
        bookmarks = tuple(sorted(self._session.last_bookmarks().raw_values))
        return Written(until.seq, plan.nodes, plan.relationships, removed, bookmarks)

    def _constrain(self) -> None:
        for name in ("Stamp", *(table.name for table in NODES)):
            key = f"{name.lower()}_id"
            text = f"CREATE CONSTRAINT {key} IF NOT EXISTS FOR (n:{name}) REQUIRE n.id IS UNIQUE"
            self._session.run(text).consume()

    def _carry_out(self, transaction: Any, run: str, steps: Iterable[Step]) -> int:
        """Run steps in one transaction, if the database is still ours; return how much they took away."""
        removed = 0
        for place, (text, rows) in enumerate(steps):
            if text == _BEGIN:
                transaction.run(text, rows=rows).consume()
            if place == 0 and transaction.run(_STILL, run=run).single()["ours"] == 0:
                raise StoreBusyError(self.address)
            if text != _BEGIN:
                counts = transaction.run(text, rows=rows).consume().counters
                removed += counts.nodes_deleted + counts.relationships_deleted
        return removed

    def _present(self, part: Part) -> Digests:
        """Read from the database which rows of a table it holds."""
        name, keyed = part.table.name, "id" in part.table.columns
        if part.ends is None:
            text = f"MATCH (n:{name}) RETURN n.id, n.digest"
        else:
            start, end = part.ends
            key = "x.id, x.digest" if keyed else "''"
            text = f"MATCH (a:{start})-[x:{name}]->(b:{end}) RETURN a.id, b.id, {key}"
        rows = self._session.execute_read(lambda tx: [tuple(row.values()) for row in tx.run(text)])
        return {row[:-1]: row[-1] for row in rows}


@contextmanager
def connected(address: Address) -> Iterator[Database]:
    """Open a database; whatever goes wrong with it in the block is told as one of our errors.

    Raises:
        RemoteError: The server cannot be reached, does not let us in, or fails.
        ExtraMissingError: The driver is not installed.
    """
    try:
        engine: Any = importlib.import_module("neo4j")
    except ImportError:
        raise ExtraMissingError("projecting into Neo4j", "neo4j") from None
    settings = {"connection_timeout": _SECONDS, "notifications_min_severity": "OFF"}
    with (
        failures(address),
        engine.GraphDatabase.driver(address.url, auth=(address.user, address.password), **settings) as driver,
        driver.session(database=address.database) as session,
    ):
        driver.verify_connectivity()
        yield Database(address, session)


@contextmanager
def failures(address: Address) -> Iterator[None]:
    """Tell what goes wrong with the driver in the block as one of our errors.

    Raises:
        RemoteError: The server cannot be reached, does not let us in, or fails.
    """
    problems: Any = importlib.import_module("neo4j.exceptions")
    try:
        yield
    except problems.AuthError as error:
        hint = "give both in the URL, or as NEO4J_USERNAME and NEO4J_PASSWORD"
        raise RemoteError(
            address, f"the server does not accept user {address.user!r} and the password", hint
        ) from error
    except problems.ServiceUnavailable as error:
        raise RemoteError(address, "no Neo4j server answers there", "check that it runs, and the port") from error
    except (problems.Neo4jError, problems.DriverError) as error:
        raise RemoteError(address, f"it failed ({error})", "mend that and run the command again to go on") from error


def _told_by(parts: Iterable[Part]) -> Callable[[Part], Digests]:
    known = {(part.table.name, part.ends): digests(part) for part in parts}
    return lambda part: known.get((part.table.name, part.ends), {})

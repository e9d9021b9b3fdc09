"""In: Extractions, failures, retractions and decisions. Out: an append-only ledger, and what is current in it.

The ledger is the truth; every other store is made from it. It is one SQLite file, or for many writers at once a
PostgreSQL database, with the same statements. Entries are numbered by `seq` from 1 without gaps; none is ever changed
or removed (triggers in the database itself refuse it). A write is acknowledged after it is on the disk, a transaction
is kept whole or not at all, and other processes read while one writes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from graph import ledger_postgres, ledger_sqlite
from ontology.errors import OntologyError
from ontology.exchange import from_json, to_json
from ontology.records import Article, Extraction

PATIENCE: Final = 10.0  # seconds to wait for another process that writes

# What an article says now: its last version, unless that very text was withdrawn after it.
_LAST: Final = """
    SELECT body FROM log AS e
    WHERE kind = 'extracted'
      AND seq = (SELECT max(seq) FROM log WHERE subject = e.subject AND kind = 'extracted' AND seq <= :at)
      AND {} (SELECT 1 FROM log WHERE subject = e.subject AND kind = 'retracted'
              AND content = e.content AND seq <= :at)"""
_CURRENT: Final = _LAST.format("NOT EXISTS")
_WITHDRAWN: Final = _LAST.format("EXISTS")
_VERSIONS: Final = """
    SELECT subject, content FROM (SELECT subject, content, kind, max(seq) AS last FROM log
        WHERE kind = 'extracted' AND seq <= :at {} GROUP BY subject, content, kind) AS told
    WHERE TRUE"""
# Those that can have any, looked up at once; of one article it is asked without, at the cost of that article alone.
_ANY_WITHDRAWN: Final = " AND subject IN (SELECT subject FROM log WHERE kind = 'retracted' AND seq <= :at)"
_SEVERAL: Final = """ AND subject IN (
    SELECT subject FROM log WHERE kind = 'extracted' AND seq <= :at GROUP BY subject HAVING count(*) > 1)"""
# A failure stands until the same article was read after it.
_FAILURES: Final = """
    SELECT subject, content, extractor, body, at FROM log AS f
    WHERE kind = 'failed' AND body <> ''
      AND seq = (SELECT max(seq) FROM log WHERE subject = f.subject AND kind IN ('failed', 'extracted'))
    ORDER BY subject"""
# Whoever writes is alone, so the number is the next one, and none is left out.
_APPEND: Final = """
    INSERT INTO log (seq, at, kind, subject, content, extractor, body)
    VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM log), :at, :kind, :subject, :content, :extractor, :body)
    RETURNING seq"""


class State(StrEnum):
    """What the ledger knows of one article version under one extractor."""

    NEW = "new"  # not in the ledger with this text and this extractor, or no longer the current version
    CURRENT = "current"
    RETRACTED = "retracted"  # this text was withdrawn; another text of the same article would be taken
    FAILED = "failed"  # the last attempt on this text with this extractor failed


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be read: its id or path, why, and when.

    `content` is empty if not even the text was had.
    """

    subject: str
    content: str
    extractor: str
    why: str
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a curator decided: `verb` ("reject", "merge", ...) on the graph node `subject`; `detail` is JSON data."""

    seq: int
    at: str
    verb: str
    subject: str
    by: str
    detail: Mapping[str, Any]


def content_hash(article: Article) -> str:
    """Return what tells one version of an article from another: SHA-256 over its text and its metadata, in hex.

    The id is no part of it, so the same text under two names has one hash.
    """
    published = article.published.isoformat() if article.published else None
    parts = (article.text, article.title, article.publisher, published, article.url)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Database(Protocol):
    """A table `log` somewhere, whose rows nobody changes; statements have `:name` in the place of a value."""

    @property
    def place(self) -> Path | str:
        """Where it is, as it may be shown."""

    def close(self) -> None:
        """Let go of it. An open transaction is undone."""

    def transaction(self) -> AbstractContextManager[None]:
        """Let nobody else write during the block; keep its writes, or none. Inside another one: part of it."""

    def execute(self, text: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement, and return its few rows."""

    def rows(self, text: str, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Run a statement, and yield its rows as they are asked for, however many they are."""

    def problems(self) -> Iterator[str]:
        """Yield what the engine itself finds wrong with it."""


class Ledger:
    """One ledger. A context manager; each call is its own transaction unless inside `transaction()`.

    Args:
        place: The file, whose folder has to be there; or a URL, `postgresql://user@host:port/database`.
        create: Whether to make it where it is missing.
        patience: How many seconds to wait for another process that writes.

    Raises:
        LedgerError: It cannot be opened, is missing, is no ledger, or is a newer release's.
    """

    def __init__(self, place: Path | str, *, create: bool = True, patience: float = PATIENCE) -> None:
        self._db: Database
        if isinstance(place, str) and place.startswith(ledger_postgres.SCHEMES):
            self._db = ledger_postgres.PostgresDatabase(place, create=create, patience=patience)
        else:
            self._db = ledger_sqlite.SqliteDatabase(Path(place), create=create, patience=patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @property
    def place(self) -> Path | str:
        """Where it is; a URL comes without its password."""
        return self._db.place

    def close(self) -> None:
        """Close it. An open transaction is undone."""
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Keep all writes of the block, or, where it raises or the process dies, none. Inside another one: part of it.

        Raises:
            BusyLedgerError: Another process went on writing for longer than our patience.
            LedgerError: The disk is full, or the ledger cannot be written.
        """
        return self._db.transaction()

    @property
    def seq(self) -> int:
        """The number of the last entry; 0 where there is none."""
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM log")[0][0])

    def mark(self, seq: int) -> str:
        """Hash the entry with this `seq`: what was made from another ledger, or from one that was set back, shows."""
        query = "SELECT at, kind, subject, content, extractor FROM log WHERE seq = :seq"
        return hashlib.sha256(json.dumps(self._db.execute(query, {"seq": seq})).encode()).hexdigest()[:16]

    def state(self, article: Article, extractor: str) -> State:
        """Say what is known of this article version, so that an ingest can tell what is left to do."""
        content = content_hash(article)
        if self._last(article.id, ("retracted",), content=content):
            return State.RETRACTED
        last = self._last(article.id, ("extracted", "failed"))
        if last is None or last[1:] != (content, extractor):
            return State.NEW
        return State.CURRENT if last[0] == "extracted" else State.FAILED

    def add(self, extraction: Extraction) -> State:
        """Write an extraction as its article's current one.

        Returns:
            What was known before: NEW or FAILED if it was written now, CURRENT or RETRACTED if nothing changed.
        """
        with self.transaction():
            before = self.state(extraction.article, extraction.extractor)
            if before in (State.NEW, State.FAILED):
                body = json.dumps(to_json(extraction), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                content = content_hash(extraction.article)
                self._append("extracted", extraction.article.id, content, extraction.extractor, body)
        return before

    def fail(self, subject: str, why: str, *, content: str = "", extractor: str = "") -> int:
        """Note that an article (its id or path) could not be read; what was current of it stays current."""
        return self._append("failed", subject, content, extractor, why)

    def mend(self, subject: str) -> int:
        """Note that what failed under a path has been read since, as an article with an id of its own."""
        return self._append("failed", subject, "", "", "")

    def retract(self, article: str, why: str) -> bool:
        """Withdraw the current version of an article. Returns False, and writes nothing, where there is none."""
        with self.transaction():
            last = self._last(article, ("extracted",))
            if last is None or self._last(article, ("retracted",), content=last[1]):
                return False
            self._append("retracted", article, last[1], "", why)
        return True

    def decide(self, verb: str, subject: str, by: str, detail: Mapping[str, Any] | None = None) -> int:
        """Note a curator's decision on a node of the graph, and return its `seq`."""
        return self._append("decided", subject, body=json.dumps({"verb": verb, "by": by, "detail": dict(detail or {})}))

    def current(self, at: int | None = None) -> Iterator[Extraction]:
        """Yield the current extraction of every article that is not withdrawn, by article id.

        Args:
            at: The `seq` to answer for, None for the newest. An older one gives what was current then.
        """
        return (from_json(json.loads(body)) for (body,) in self._of(None, _CURRENT, "subject", at))

    def read(self, articles: Iterable[str], at: int | None = None) -> Iterator[Extraction]:
        """Yield what `current` would of these articles alone, by article id, at the cost of these alone."""
        return (from_json(json.loads(body)) for (body,) in self._of(articles, _CURRENT, "subject", at))

    def withdrawn(self, articles: Iterable[str] | None = None, at: int | None = None) -> Iterator[Extraction]:
        """Yield the last extraction of every article that is withdrawn, or of these alone, by article id."""
        query = _WITHDRAWN + (_ANY_WITHDRAWN if articles is None else "")
        return (from_json(json.loads(body)) for (body,) in self._of(articles, query, "subject", at))

    def versions(self, articles: Iterable[str] | None = None, at: int | None = None) -> Iterator[tuple[str, str]]:
        """Yield the article's id and content hash of each of its texts; of all articles, those read in more than once.

        By article id, then by when the text was last read in; the last one is the newest.
        """
        query = _VERSIONS.format(_SEVERAL if articles is None else "AND subject = :article")
        return ((article, content) for article, content in self._of(articles, query, "subject, last", at))

    def changed(self, after: int, upto: int) -> list[str]:
        """Return the articles that were written or withdrawn after one `seq` and up to another, by id."""
        query = """SELECT DISTINCT subject FROM log
            WHERE seq > :after AND seq <= :upto AND kind IN ('extracted', 'retracted') ORDER BY subject"""
        return [article for (article,) in self._db.rows(query, {"after": after, "upto": upto})]

    def failures(self) -> Iterator[Failure]:
        """Yield the failures that no later reading has mended, by id or path."""
        return (Failure(*row) for row in self._db.rows(_FAILURES, {}))

    def decisions(self, at: int | None = None) -> Iterator[Decision]:
        """Yield the curators' decisions up to a `seq`, oldest first."""
        query = "SELECT seq, at, subject, body FROM log WHERE kind = 'decided' AND seq <= :at ORDER BY seq"
        for seq, when, subject, body in self._db.rows(query, {"at": self.seq if at is None else at}):
            known = json.loads(body)
            yield Decision(seq, when, known["verb"], subject, known["by"], known["detail"])

    def _of(self, articles: Iterable[str] | None, query: str, order: str, at: int | None) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query on all articles, or of these alone, at the cost of these alone."""
        values = {"at": self.seq if at is None else at}
        if articles is None:
            yield from self._db.rows(f"{query} ORDER BY {order}", values)
            return
        for article in sorted(set(articles)):
            yield from self._db.rows(f"{query} AND subject = :article ORDER BY {order}", {**values, "article": article})

    def problems(self) -> Iterator[str]:
        """Yield what is wrong: what the engine finds, gaps in `seq`, and stored extractions that cannot be read."""
        yield from self._db.problems()
        numbers = "SELECT coalesce(min(seq), 1), coalesce(max(seq), 0), count(*) FROM log"
        ((first, last, count),) = self._db.execute(numbers)
        if (first, last) != (1, count):
            yield f"its {count} entries are numbered from {first} to {last}, so some are missing"
        for seq, body in self._db.rows("SELECT seq, body FROM log WHERE kind = 'extracted' ORDER BY seq", {}):
            try:
                from_json(json.loads(body))
            except (ValueError, TypeError, KeyError, AttributeError, OntologyError) as error:
                yield f"the extraction of entry {seq} cannot be read ({type(error).__name__}: {error})"

    def _append(self, kind: str, subject: str, content: str = "", extractor: str = "", body: str = "") -> int:
        row = {"kind": kind, "subject": subject, "content": content, "extractor": extractor, "body": body}
        row["at"] = datetime.now(UTC).isoformat(timespec="seconds")
        with self.transaction():
            return int(self._db.execute(_APPEND, row)[0][0])

    def _last(self, subject: str, kinds: tuple[str, ...], content: str | None = None) -> tuple[Any, ...] | None:
        marks = ", ".join(f"'{kind}'" for kind in kinds)
        query = f"SELECT kind, content, extractor FROM log WHERE subject = :subject AND kind IN ({marks})"
        values = {"subject": subject}
        if content is not None:
            query += " AND content = :content"
            values["content"] = content
        return next(iter(self._db.execute(query + " ORDER BY seq DESC LIMIT 1", values)), None)

"""In: Extractions, failures, retractions and decisions. Out: one append-only SQLite file, and what is current in it.

The ledger is the truth; every other store is made from it. Each entry has a `seq` that only grows; no entry is ever
changed or removed (triggers in the file itself refuse it). A write is acknowledged after it is on the disk
(`synchronous=FULL`), a transaction is kept whole or not at all, and other processes read while one writes.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from graph.errors import BusyLedgerError, ForeignLedgerError, LedgerError, NewerLedgerError
from ontology.exchange import from_json, to_json
from ontology.records import Article, Extraction

SCHEMA: Final = 1
APPLICATION: Final = 0x42544C47  # "BTLG", the stamp that tells our files from other programs' databases
BUSY_SECONDS: Final = 10.0

_TABLE: Final = (
    """CREATE TABLE log (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('extracted', 'failed', 'retracted', 'decided')),
        subject TEXT NOT NULL,
        content TEXT NOT NULL DEFAULT '',
        extractor TEXT NOT NULL DEFAULT '',
        body TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX log_by_subject ON log (subject, kind, seq)",
    "CREATE INDEX log_decided ON log (seq) WHERE kind = 'decided'",  # they are few, and asked for with every change
    "CREATE TRIGGER log_keeps BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    "CREATE TRIGGER log_holds BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {SCHEMA}",
)
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
    SELECT subject, content, extractor, body FROM log AS f
    WHERE kind = 'failed'
      AND seq = (SELECT max(seq) FROM log WHERE subject = f.subject AND kind IN ('failed', 'extracted'))
    ORDER BY subject"""


class State(StrEnum):
    """What the ledger knows of one article version under one extractor."""

    NEW = "new"  # not in the ledger with this text and this extractor, or no longer the current version
    CURRENT = "current"
    RETRACTED = "retracted"  # this text was withdrawn; another text of the same article would be taken
    FAILED = "failed"  # the last attempt on this text with this extractor failed


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be read: its id or path, and why. `content` is empty if not even the text was had."""

    subject: str
    content: str
    extractor: str
    why: str


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


class Ledger:
    """One ledger file. A context manager; each call is its own transaction unless inside `transaction()`.

    Args:
        path: The file. Its folder has to be there.
        create: Whether to make the file where it is missing.

    Raises:
        LedgerError: The file cannot be opened, is missing, is no ledger, or is a newer release's.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        if not create and not path.exists():
            raise LedgerError(path, "there is no such file; ingest articles first, or name another store")
        with self._clear_errors():
            self._db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        with self._clear_errors():
            self._check_stamp()
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            if self._check_stamp():
                return  # no write lock: a reader opens the file while another process writes
        with self.transaction():
            if not self._check_stamp():  # another process may have made it since
                for statement in _TABLE:
                    self._db.execute(statement)

    def _check_stamp(self) -> bool:
        """Return whether the file is a ledger already; an empty file is not one yet, anything else is refused."""
        application, version, tables = (
            self._one(statement)
            for statement in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        )
        if application != APPLICATION and (application or tables):
            raise ForeignLedgerError(self.path)
        if version > SCHEMA:
            raise NewerLedgerError(self.path, version, SCHEMA)
        return bool(application == APPLICATION)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. An open transaction is undone."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all writes of the block, or, where it raises or the process dies, none. Inside another one: part of it.

        Raises:
            BusyLedgerError: Another process went on writing for longer than `BUSY_SECONDS`.
            LedgerError: The disk is full, or the file cannot be written.
        """
        if self._db.in_transaction:
            yield
            return
        with self._clear_errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk has undone it already
                    self._db.execute("ROLLBACK")
                raise

    @property
    def seq(self) -> int:
        """The number of the last entry; 0 where there is none."""
        with self._clear_errors():
            return int(self._one("SELECT coalesce(max(seq), 0) FROM log"))

    def state(self, article: Article, extractor: str) -> State:
        """Say what is known of this article version, so that an ingest can tell what is left to do."""
        content = content_hash(article)
        with self._clear_errors():
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
        return [article for (article,) in self._rows(query, {"after": after, "upto": upto})]

    def failures(self) -> Iterator[Failure]:
        """Yield the failures that no later reading of the same article has mended, by article."""
        return (Failure(*row) for row in self._rows(_FAILURES))

    def decisions(self, at: int | None = None) -> Iterator[Decision]:
        """Yield the curators' decisions up to a `seq`, oldest first."""
        query = "SELECT seq, at, subject, body FROM log WHERE kind = 'decided' AND seq <= :at ORDER BY seq"
        for seq, when, subject, body in self._rows(query, {"at": self.seq if at is None else at}):
            known = json.loads(body)
            yield Decision(seq, when, known["verb"], subject, known["by"], known["detail"])

    def _of(self, articles: Iterable[str] | None, query: str, order: str, at: int | None) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query on all articles, or of these alone, at the cost of these alone."""
        values = {"at": self.seq if at is None else at}
        if articles is None:
            yield from self._rows(f"{query} ORDER BY {order}", values)
            return
        for article in sorted(set(articles)):
            yield from self._rows(f"{query} AND subject = :article ORDER BY {order}", {**values, "article": article})

    def _append(self, kind: str, subject: str, content: str = "", extractor: str = "", body: str = "") -> int:
        row = (datetime.now(UTC).isoformat(timespec="seconds"), kind, subject, content, extractor, body)
        with self.transaction():
            query = "INSERT INTO log (at, kind, subject, content, extractor, body) VALUES (?, ?, ?, ?, ?, ?)"
            return int(self._db.execute(query, row).lastrowid or 0)

    def _last(self, subject: str, kinds: tuple[str, ...], content: str | None = None) -> tuple[str, str, str] | None:
        marks = ", ".join("?" * len(kinds))
        query = f"SELECT kind, content, extractor FROM log WHERE subject = ? AND kind IN ({marks})"
        if content is not None:
            query += " AND content = ?"
        values = (subject, *kinds) if content is None else (subject, *kinds, content)
        row: tuple[str, str, str] | None = self._db.execute(query + " ORDER BY seq DESC LIMIT 1", values).fetchone()
        return row

    def _one(self, query: str) -> Any:
        return self._db.execute(query).fetchone()[0]

    def _rows(self, query: str, values: Mapping[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
        with self._clear_errors():
            yield from self._db.execute(query, values or {})

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        """Turn the database's errors into ours, which say what to do."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise BusyLedgerError(self.path, BUSY_SECONDS) from error
            if code == sqlite3.SQLITE_NOTADB:
                raise ForeignLedgerError(self.path) from error
            if code is not None and code & 0xFF == sqlite3.SQLITE_FULL:
                raise LedgerError(
                    self.path, "the disk is full; nothing of this was kept, make room and retry"
                ) from error
            raise LedgerError(self.path, f"{error}; nothing of this was kept") from error

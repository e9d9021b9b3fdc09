"""In: a path. Out: a ledger's table in an SQLite file, made where it is missing, and its errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from graph.errors import BusyLedgerError, ForeignLedgerError, LedgerError, NewerLedgerError

SCHEMA: Final = 1
APPLICATION: Final = 0x42544C47  # "BTLG", the stamp that tells our files from other programs' databases

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


class SqliteDatabase:
    """One file. Its folder has to be there.

    Args:
        path: The file.
        create: Whether to make it where it is missing.
        patience: How many seconds to wait for another process that writes.

    Raises:
        LedgerError: The file cannot be opened, is missing, is no ledger, or is a newer release's.
    """

    def __init__(self, path: Path, *, create: bool, patience: float) -> None:
        self.place = path
        self._patience = patience
        if not create and not path.exists():
            raise LedgerError(path, "there is no such file; ingest articles first, or name another store")
        with self._clear_errors():
            # one thread at a time uses it, though not always the same one
            self._db = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._check_stamp()
        self.execute("PRAGMA journal_mode = WAL")
        self.execute("PRAGMA synchronous = FULL")
        if self._check_stamp():
            return  # no write lock: a reader opens the file while another process writes
        with self.transaction():
            if not self._check_stamp():  # another process may have made it since
                for statement in _TABLE:
                    self.execute(statement)

    def _check_stamp(self) -> bool:
        """Return whether the file is a ledger already; an empty file is not one yet, anything else is refused."""
        application, version, tables = (
            self.execute(statement)[0][0]
            for statement in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        )
        if application != APPLICATION and (application or tables):
            raise ForeignLedgerError(self.place)
        if version > SCHEMA:
            raise NewerLedgerError(self.place, version, SCHEMA)
        return bool(application == APPLICATION)

    def close(self) -> None:
        """Close the file. An open transaction is undone."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let nobody else write during the block; keep its writes, or none. Inside another one: part of it."""
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

    def execute(self, text: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement with `:name` for its values, and return its few rows."""
        with self._clear_errors():
            return self._db.execute(text, values or {}).fetchall()

    def rows(self, text: str, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Run a statement, and yield its rows as they are asked for."""
        with self._clear_errors():
            yield from self._db.execute(text, values)

    def problems(self) -> Iterator[str]:
        """Yield what the engine itself finds broken in the file."""
        try:
            yield from (str(text) for (text,) in self._db.execute("PRAGMA integrity_check") if text != "ok")
        except sqlite3.DatabaseError as error:
            yield str(error)

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        """Turn the database's errors into ours, which say what to do."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise BusyLedgerError(self.place, self._patience) from error
            if code == sqlite3.SQLITE_NOTADB:
                raise ForeignLedgerError(self.place) from error
            if code is not None and code & 0xFF == sqlite3.SQLITE_FULL:
                raise LedgerError(
                    self.place, "the disk is full; nothing of this was kept, make room and retry"
                ) from error
            raise LedgerError(self.place, f"{error}; nothing of this was kept") from error

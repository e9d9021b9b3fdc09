"""In: a URL. Out: a ledger's table in a PostgreSQL database, made where it is missing, and its errors in our words.

All is in a schema of its own, `breachtrace`. Writers take turns by an advisory lock that is held until the commit, so
that `seq` has no gaps, and whoever sees an entry sees all entries before it. Nothing here ever shows a password.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

from graph.errors import BusyLedgerError, ForeignLedgerError, LedgerError, NewerLedgerError

SCHEMES: Final = ("postgresql://", "postgres://")
SCHEMA: Final = 1
_LOCK: Final = 0x42544C47  # "BTLG"; every writer of a database asks for the same one
_SECONDS: Final = 10  # to wait for a server that does not answer
_FETCH: Final = 100  # rows that are held in memory at a time; a body is some ten kilobytes

_TABLE: Final = (
    "CREATE SCHEMA IF NOT EXISTS breachtrace",
    # C: in the order of the bytes, as in SQLite and in Python, whatever the database's own order is.
    """CREATE TABLE breachtrace.log (
        seq BIGINT PRIMARY KEY,
        at TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('extracted', 'failed', 'retracted', 'decided')),
        subject TEXT COLLATE "C" NOT NULL,
        content TEXT NOT NULL DEFAULT '',
        extractor TEXT NOT NULL DEFAULT '',
        body TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX log_by_subject ON breachtrace.log (subject, kind, seq)",
    "CREATE INDEX log_decided ON breachtrace.log (seq) WHERE kind = 'decided'",
    """CREATE FUNCTION breachtrace.keep() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$""",
    """CREATE TRIGGER log_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON breachtrace.log
        FOR EACH STATEMENT EXECUTE FUNCTION breachtrace.keep()""",
    "CREATE TABLE breachtrace.stamp (schema INTEGER NOT NULL)",
    f"INSERT INTO breachtrace.stamp VALUES ({SCHEMA})",
)
_STAMPED: Final = """SELECT to_regclass('breachtrace.stamp') IS NOT NULL, count(*)
    FROM pg_class WHERE relnamespace = to_regnamespace('breachtrace')"""
_DURABLE: Final = """SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'"""


class PostgresDatabase:
    """One connection to a database.

    Args:
        url: `postgresql://user@host:port/database`; the password is best left to PGPASSWORD or `~/.pgpass`.
        create: Whether to make the table where it is missing.
        patience: How many seconds to wait for another process that writes.

    Raises:
        LedgerError: There is no such server or database, no ledger in it, or it is a newer release's.
    """

    def __init__(self, url: str, *, create: bool, patience: float) -> None:
        self._patience = patience
        self._names = count()
        self._engine: Any = _driver(url)
        self.place, self._secret = _shown(self._engine, url)
        with self._clear_errors():
            timeout = {"connect_timeout": _SECONDS, "application_name": "breachtrace"}
            self._db: Any = self._engine.connect(url, autocommit=True, **timeout)
        try:
            self._prepare(create)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, create: bool) -> None:
        # What waits for a lock waits no longer than our patience, in milliseconds.
        self.execute(f"SET lock_timeout = {max(1, round(self._patience * 1000))}")
        self.execute(_DURABLE)
        if not self._check_stamp():
            if not create:
                raise LedgerError(self.place, "there is no ledger in it; ingest articles first, or name another one")
            with self.transaction():
                if not self._check_stamp():  # another process may have made it since
                    for statement in _TABLE:
                        self.execute(statement)
        self.execute("SET search_path = breachtrace")

    def _check_stamp(self) -> bool:
        """Return whether there is a ledger already; a schema of our name with something else in it is refused."""
        ((stamped, things),) = self.execute(_STAMPED)
        if not stamped and things:
            raise ForeignLedgerError(self.place)
        if stamped and (version := self.execute("SELECT max(schema) FROM breachtrace.stamp")[0][0]) > SCHEMA:
            raise NewerLedgerError(self.place, version, SCHEMA)
        return bool(stamped)

    def close(self) -> None:
        """Close the connection. An open transaction is undone."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let nobody else write during the block; keep its writes, or none. Inside another one: part of it."""
        if self._db.info.transaction_status != self._engine.pq.TransactionStatus.IDLE:
            yield
            return
        with self._clear_errors(), self._db.transaction():
            self._db.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield

    def execute(self, text: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement with `:name` for its values, and return its few rows."""
        with self._clear_errors():
            cursor = self._db.execute(_translated(text), values or None)
            return list(cursor.fetchall()) if cursor.description else []

    def rows(self, text: str, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Run a statement, and yield its rows as they are asked for; the server keeps those that wait."""
        with self._clear_errors(), self._db.cursor(name=f"rows{next(self._names)}", withhold=True) as cursor:
            cursor.itersize = _FETCH
            cursor.execute(_translated(text), values)
            yield from cursor

    def problems(self) -> Iterator[str]:
        """Yield what makes the server no safe place."""
        for setting in ("fsync", "full_page_writes"):
            if self.execute(f"SHOW {setting}")[0][0] != "on":
                yield f"the server runs with {setting} off: a power cut can lose or break what it has acknowledged"

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        """Turn the database's errors into ours, which say what to do."""
        problems = self._engine.errors
        try:
            yield
        except problems.LockNotAvailable as error:
            raise BusyLedgerError(self.place, self._patience) from error
        except problems.DiskFull as error:
            raise LedgerError(self.place, "its disk is full; nothing of this was kept, make room and retry") from error
        except problems.OperationalError as error:
            hint = "check that the server runs, the address, user and password, then run the command again to go on"
            raise LedgerError(self.place, f"{self._told(error)}; {hint}") from None
        except problems.Error as error:
            raise LedgerError(self.place, f"{self._told(error)}; nothing of this was kept") from None

    def _told(self, error: Exception) -> str:
        text = " ".join(str(error).split())
        return text.replace(self._secret, "***") if self._secret else text


def _driver(url: str) -> Any:
    try:
        return importlib.import_module("psycopg")
    except ImportError:
        scheme = url.partition("://")[0]
        raise LedgerError(
            f"{scheme}://", 'a ledger on PostgreSQL needs a driver; install it: pip install ".[postgres]"'
        ) from None


def _shown(engine: Any, url: str) -> tuple[str, str]:
    """Return a URL without its password, and the password; one that cannot be told apart surely is not shown."""
    try:
        parts = engine.conninfo.conninfo_to_dict(url)
    except engine.errors.Error:
        parts = {"host": "@"}
    host, port, name = (str(parts.get(key) or "") for key in ("host", "port", "dbname"))
    if "@" in host + name or not re.fullmatch(r"[\d,]*", port):
        problem = "this URL cannot be read; write postgresql://USER@HOST:PORT/DATABASE, special characters as %XX"
        raise LedgerError("postgresql://...", problem)
    user = f"{parts['user']}@" if parts.get("user") else ""
    return f"postgresql://{user}{host}{':' if port else ''}{port}/{name}", str(parts.get("password") or "")


def _translated(text: str) -> str:
    """Write `:name` as the driver has it.

    >>> _translated("SELECT :one::text")
    'SELECT %(one)s::text'
    """
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", text)

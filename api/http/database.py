"""In: a store's folder. Out: the service's own database in it: API keys, and the articles that wait to be read.

It is not part of the ledger: without it the graph is the same, and only keys and the memory of requests are lost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NAME: Final = "service.sqlite"
PATIENCE: Final = 10.0  # seconds to wait for another process that writes
_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS keys (
        id TEXT PRIMARY KEY,
        digest TEXT NOT NULL,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created TEXT NOT NULL,
        revoked TEXT
    );
    CREATE TABLE IF NOT EXISTS jobs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        caller TEXT NOT NULL,
        idempotency TEXT,  -- the caller's key for the request, and what the request was
        digest TEXT NOT NULL,
        article TEXT NOT NULL,
        body TEXT,  -- what is to be read; dropped when it was
        status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        created TEXT NOT NULL,
        finished TEXT,
        result TEXT,
        answer TEXT,  -- what the request was answered with
        UNIQUE (caller, idempotency)
    );
    CREATE INDEX IF NOT EXISTS jobs_left ON jobs (number) WHERE status IN ('queued', 'running');
"""


class Database:
    """The database in a store's folder, for several threads.

    Args:
        folder: The store's folder; it and the database are made where they are missing.
        idle: How many connections are kept open for whoever comes next; opening one takes longer than most questions.
    """

    def __init__(self, folder: Path, idle: int = 0) -> None:
        self._folder, self._most = folder, idle
        self._idle: list[sqlite3.Connection] = []

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """Give a connection to this thread alone; a statement is on the disk when it returns.

        Raises:
            sqlite3.Error: The database cannot be opened, read or written.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._opened()
        try:
            yield connection
        except sqlite3.Error:  # one that broke is not given to anybody else
            connection.close()
            raise
        except BaseException:
            self._put_back(connection)
            raise
        self._put_back(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection, and let nobody else write during the block; keep all of its writes, or none."""
        with self.connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close what is kept open, and keep nothing open from now on."""
        self._most = 0
        while self._idle:
            self._idle.pop().close()

    def _put_back(self, connection: sqlite3.Connection) -> None:
        if len(self._idle) < self._most:
            self._idle.append(connection)
        else:
            connection.close()

    def _opened(self) -> sqlite3.Connection:
        self._folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._folder / NAME, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous = FULL")
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = 1; COMMIT;")
        except BaseException:
            connection.close()
            raise
        return connection

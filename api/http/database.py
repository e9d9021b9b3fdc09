"""In: a store's folder. Out: the service's own database in it: API keys, and the articles that wait to be read.

It is not part of the ledger: without it the graph is the same, and only keys and the memory of requests are lost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
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


@contextmanager
def writing(database: sqlite3.Connection) -> Iterator[None]:
    """Let nobody else write during the block; keep all of its writes, or none."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


@contextmanager
def connected(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the database for this thread, made where it is missing; a statement is on the disk when it returns.

    Raises:
        sqlite3.Error: It cannot be opened.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / NAME, timeout=PATIENCE, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = 1; COMMIT;")
        yield connection

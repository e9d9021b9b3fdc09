"""What is a SQLite ledger's own: its file, whose it is, and a full disk."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph.errors import ForeignLedgerError, LedgerError, NewerLedgerError
from graph.ledger import Ledger, State
from graph.ledger_sqlite import SqliteDatabase
from tests.graph.telling import link, tell

STORY = tell("a1", link("breach", "orders_fall@small_merchant"), publisher="Daily")
OTHER = tell("a0", link("breach", "jobs_lost@driver"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger(path) as opened:
        yield opened


def database(ledger: Ledger) -> SqliteDatabase:
    assert isinstance(ledger._db, SqliteDatabase)
    return ledger._db


def test_nothing_in_the_file_can_be_changed_or_removed(ledger: Ledger, path: Path) -> None:
    ledger.add(STORY)
    with sqlite3.connect(path) as other:
        for statement in ("UPDATE log SET body = ''", "DELETE FROM log"):
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                other.execute(statement)
    other.close()


def test_a_full_disk_keeps_what_was_there(ledger: Ledger) -> None:
    ledger.add(OTHER)
    pages = database(ledger).execute("PRAGMA page_count")[0][0]
    database(ledger).execute(f"PRAGMA max_page_count = {pages + 2}")
    large = replace(STORY, article=replace(STORY.article, text=STORY.article.text + "word " * 100_000))
    with pytest.raises(LedgerError, match="disk is full"):
        ledger.add(large)
    assert list(ledger.current()) == [OTHER]
    assert ledger.add(STORY) is State.NEW


@pytest.mark.parametrize("content", [b"To whom it may concern: this is a letter.\n" * 40, b"PK\x03\x04"])
def test_another_kind_of_file_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ForeignLedgerError, match="not a ledger"):
        Ledger(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ForeignLedgerError, match="not a ledger"):
        Ledger(path)
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused(ledger: Ledger, path: Path) -> None:
    database(ledger).execute("PRAGMA user_version = 9")
    with pytest.raises(NewerLedgerError, match="schema is 9, this release knows 1; upgrade"):
        Ledger(path)


def test_a_missing_ledger_is_made_only_if_asked(path: Path) -> None:
    with pytest.raises(LedgerError, match="no such file"):
        Ledger(path, create=False)
    assert not path.exists()

"""What is a PostgreSQL ledger's own: whose schema it is, what cannot be changed, and that no password is ever shown."""

from pathlib import Path
from typing import Any

import pytest

from graph.errors import ForeignLedgerError, LedgerError, NewerLedgerError
from graph.ledger import Ledger
from tests.graph.telling import link, tell

psycopg: Any = pytest.importorskip("psycopg", exc_type=ImportError)
STORY = tell("a1", link("breach", "jobs_lost@driver"))


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE log SET body = ''", "DELETE FROM log", "TRUNCATE log"])
def test_nothing_in_the_table_can_be_changed_or_removed(postgres_url: str, statement: str) -> None:
    with Ledger(postgres_url) as ledger:
        ledger.add(STORY)
        with pytest.raises(psycopg.errors.RaiseException, match="only grows"):
            run(postgres_url, "SET search_path = breachtrace", statement)
        assert list(ledger.current()) == [STORY]


def test_a_schema_of_our_name_with_something_else_in_it_is_refused(postgres_url: str) -> None:
    run(postgres_url, "CREATE SCHEMA breachtrace", "CREATE TABLE breachtrace.bookmarks (url TEXT)")
    with pytest.raises(ForeignLedgerError, match="not a ledger"):
        Ledger(postgres_url)


def test_a_newer_schema_is_refused(postgres_url: str) -> None:
    Ledger(postgres_url).close()
    run(postgres_url, "UPDATE breachtrace.stamp SET schema = 9")
    with pytest.raises(NewerLedgerError, match="schema is 9, this release knows 1; upgrade"):
        Ledger(postgres_url)


def test_a_missing_ledger_is_made_only_if_asked(postgres_url: str) -> None:
    with pytest.raises(LedgerError, match="no ledger in it"):
        Ledger(postgres_url, create=False)
    Ledger(postgres_url).close()
    Ledger(postgres_url, create=False).close()


def test_a_commit_waits_for_the_disk_even_where_the_server_would_not(postgres_url: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]
    run(postgres_url, f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        with Ledger(postgres_url) as ledger:
            assert ledger._db.execute("SHOW synchronous_commit") == [("on",)]
    finally:
        run(postgres_url, f'ALTER DATABASE "{name}" RESET synchronous_commit')


def test_a_broken_connection_is_one_of_our_errors(postgres_url: str) -> None:
    with Ledger(postgres_url) as ledger:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'breachtrace'"
        run(postgres_url, kill)
        with pytest.raises(LedgerError, match="run the command again"):
            ledger.add(STORY)
    with Ledger(postgres_url) as ledger:
        assert ledger.seq == 0


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:xylophone@127.0.0.1:9/news",
        "postgres://127.0.0.1:9/news?user=me&password=xylophone",
        "postgresql://me:xylo@phone@127.0.0.1:9/news",
        "postgresql://me:xylophone/1@127.0.0.1:9/news",
        "postgresql://me:7/xylophone@127.0.0.1:9/news",
        "postgresql://me:xylophone%zz@127.0.0.1/news",
        "postgresql://me:xylophone@127.0.0.1:port/news",
        "postgresql://me:xylophone@127.0.0.1:9/news?nonsense=1",
    ],
)
def test_where_no_server_is_the_error_says_so_and_no_password(url: str) -> None:
    with pytest.raises(LedgerError) as raised:
        Ledger(url)
    shown = f"{raised.value} {raised.value!r} {raised.value.place} {raised.value.__cause__}"
    assert "phone" not in shown
    assert "xylo" not in shown


def test_a_wrong_password_is_told_without_it(postgres_url: str) -> None:
    with Ledger(postgres_url) as ledger:
        assert isinstance(ledger.place, str)
        parts = psycopg.conninfo.conninfo_to_dict(postgres_url)
        assert str(parts.get("password") or "no password") not in ledger.place


def test_without_the_driver_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(LedgerError, match=r"pip install .*\[postgres\]"):
        Ledger("postgresql://me:xylophone@127.0.0.1/news")


def test_a_plain_string_is_a_path(tmp_path: Path) -> None:
    with Ledger(str(tmp_path / "ledger.sqlite")) as ledger:
        assert ledger.place == tmp_path / "ledger.sqlite"

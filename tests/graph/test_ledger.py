import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph import ledger as module
from graph.errors import BusyLedgerError, ForeignLedgerError, LedgerError, NewerLedgerError
from graph.ledger import Decision, Failure, Ledger, State, content_hash
from ontology.records import Extraction
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


def corrected(text: str = " Corrected.") -> Extraction:
    return replace(STORY, article=replace(STORY.article, text=STORY.article.text + text))


def test_an_extraction_comes_back_equal_and_in_order(ledger: Ledger) -> None:
    assert ledger.add(STORY) is State.NEW
    assert ledger.add(OTHER) is State.NEW
    assert list(ledger.current()) == [OTHER, STORY]
    assert ledger.seq == 2


def test_adding_the_same_again_changes_nothing_and_says_so(ledger: Ledger) -> None:
    ledger.add(STORY)
    assert ledger.add(STORY) is State.CURRENT
    assert ledger.seq == 1


def test_a_new_version_or_a_new_extractor_takes_the_place_of_the_old(ledger: Ledger) -> None:
    ledger.add(STORY)
    assert ledger.add(corrected()) is State.NEW
    assert list(ledger.current()) == [corrected()]
    newer = replace(corrected(), extractor="test-2")
    assert ledger.add(newer) is State.NEW
    assert list(ledger.current()) == [newer]
    assert list(ledger.current(at=1)) == [STORY]


def test_going_back_to_an_older_version_is_a_change(ledger: Ledger) -> None:
    for extraction in (STORY, corrected(), STORY):
        assert ledger.add(extraction) is State.NEW
    assert list(ledger.current()) == [STORY]


def test_what_is_retracted_stays_out_until_its_text_changes(ledger: Ledger) -> None:
    ledger.add(STORY)
    ledger.add(OTHER)
    assert ledger.retract("a1", "withdrawn by the publisher")
    assert list(ledger.current()) == [OTHER]
    assert ledger.add(STORY) is State.RETRACTED
    assert ledger.add(replace(STORY, extractor="test-2")) is State.RETRACTED
    assert list(ledger.current()) == [OTHER]
    assert ledger.add(corrected()) is State.NEW
    assert list(ledger.current()) == [OTHER, corrected()]
    assert list(ledger.current(at=2)) == [OTHER, STORY]


def test_only_what_is_current_can_be_retracted(ledger: Ledger) -> None:
    assert not ledger.retract("a1", "never seen")
    ledger.add(STORY)
    assert ledger.retract("a1", "once")
    assert not ledger.retract("a1", "twice")
    assert ledger.seq == 2


def test_a_failure_is_remembered_until_the_article_is_read(ledger: Ledger) -> None:
    content = content_hash(STORY.article)
    ledger.fail("notes.bin", "not UTF-8 at byte 7")
    ledger.fail("a1", "no sentence found", content=content, extractor="test-1")
    assert ledger.state(STORY.article, "test-1") is State.FAILED
    assert ledger.state(STORY.article, "test-2") is State.NEW
    assert [failure.subject for failure in ledger.failures()] == ["a1", "notes.bin"]
    assert ledger.add(STORY) is State.FAILED
    assert ledger.state(STORY.article, "test-1") is State.CURRENT
    assert list(ledger.failures()) == [Failure("notes.bin", "", "", "not UTF-8 at byte 7")]


def test_a_failed_new_version_leaves_the_old_one_current(ledger: Ledger) -> None:
    ledger.add(STORY)
    ledger.fail("a1", "no sentence found", content=content_hash(corrected().article), extractor="test-1")
    assert list(ledger.current()) == [STORY]


def test_decisions_are_kept_in_order(ledger: Ledger) -> None:
    seq = ledger.decide("reject", "claim-1", "mk", {"reason": "misread"})
    ledger.decide("accept", "claim-2", "mk")
    first, second = ledger.decisions()
    assert first == Decision(seq, first.at, "reject", "claim-1", "mk", {"reason": "misread"})
    assert second.verb == "accept"
    assert list(ledger.decisions(at=seq)) == [first]


def test_a_transaction_that_fails_leaves_nothing(ledger: Ledger) -> None:
    def write_and_fail() -> None:
        with ledger.transaction():
            ledger.add(STORY)
            ledger.add(OTHER)
            raise RuntimeError("the disk was pulled")

    with pytest.raises(RuntimeError, match="pulled"):
        write_and_fail()
    assert ledger.seq == 0
    assert ledger.add(STORY) is State.NEW


def test_nothing_in_the_file_can_be_changed_or_removed(ledger: Ledger, path: Path) -> None:
    ledger.add(STORY)
    with sqlite3.connect(path) as database:
        for statement in ("UPDATE log SET body = ''", "DELETE FROM log"):
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                database.execute(statement)
    database.close()


def test_another_reader_sees_the_last_whole_state_while_one_writes(ledger: Ledger, path: Path) -> None:
    ledger.add(OTHER)
    with ledger.transaction():
        ledger.add(STORY)
        with Ledger(path, create=False) as reader:
            assert list(reader.current()) == [OTHER]
    with Ledger(path, create=False) as reader:
        assert list(reader.current()) == [OTHER, STORY]


def test_a_second_writer_waits_and_then_says_why(ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    with Ledger(path) as second, ledger.transaction(), pytest.raises(BusyLedgerError, match=r"0\.05 s.*try again"):
        second.add(STORY)


def test_a_full_disk_keeps_what_was_there(ledger: Ledger) -> None:
    ledger.add(OTHER)
    pages = ledger._one("PRAGMA page_count")
    ledger._db.execute(f"PRAGMA max_page_count = {pages + 2}")
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
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(ForeignLedgerError, match="not a ledger"):
        Ledger(path)
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused(ledger: Ledger, path: Path) -> None:
    ledger._db.execute("PRAGMA user_version = 9")
    with pytest.raises(NewerLedgerError, match="schema is 9, this release knows 1; upgrade"):
        Ledger(path)


def test_a_missing_ledger_is_made_only_if_asked(path: Path) -> None:
    with pytest.raises(LedgerError, match="no such file"):
        Ledger(path, create=False)
    assert not path.exists()


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from graph.ledger import Ledger
from tests.graph.telling import link, tell

story = tell("a", link("breach", "jobs_lost@driver"))
with Ledger(Path(sys.argv[1])) as ledger:
    for number in range(100_000):
        with ledger.transaction():
            for half in "xy":
                ledger.add(replace(story, article=replace(story.article, id=f"{sys.argv[2]}{number}{half}")))
        print(number, flush=True)
"""


def start_writer(path: Path, name: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(path), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.043])
def test_killed_while_writing_nothing_acknowledged_is_lost_and_nothing_is_half(path: Path, delay: float) -> None:
    with start_writer(path, "a") as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline()]
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        acknowledged += writer.stdout.read().splitlines(keepends=True)
    whole = [line for line in acknowledged if line.endswith("\n")]
    with Ledger(path, create=False) as ledger:
        kept = {extraction.article.id for extraction in ledger.current()}
    assert kept >= {f"a{int(line)}{half}" for line in whole for half in "xy"}
    assert {name[:-1] for name in kept if name.endswith("x")} == {name[:-1] for name in kept if name.endswith("y")}


def test_two_processes_that_make_the_same_file_both_write(path: Path) -> None:
    with start_writer(path, "a") as one, start_writer(path, "b") as two:
        for writer in (one, two):
            assert writer.stdout is not None
            assert writer.stdout.readline() == "0\n"
            writer.kill()
    with Ledger(path, create=False) as ledger:
        kept = {extraction.article.id for extraction in ledger.current()}
    assert {"a0x", "a0y", "b0x", "b0y"} <= kept

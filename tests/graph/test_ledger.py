import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from graph.errors import BusyLedgerError
from graph.ledger import Decision, Failure, Ledger, State, content_hash
from ontology.records import Extraction
from tests.graph.telling import link, tell

STORY = tell("a1", link("breach", "orders_fall@small_merchant"), publisher="Daily")
OTHER = tell("a0", link("breach", "jobs_lost@driver"))


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Every test here is run on a file and on a server."""
    if request.param == "sqlite":
        return tmp_path / "ledger.sqlite"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def ledger(place: Path | str) -> Iterator[Ledger]:
    with Ledger(place) as opened:
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
    ledger.mend("notes.bin")
    assert list(ledger.failures()) == []


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


def test_another_reader_sees_the_last_whole_state_while_one_writes(ledger: Ledger, place: Path | str) -> None:
    ledger.add(OTHER)
    with ledger.transaction():
        ledger.add(STORY)
        with Ledger(place, create=False) as reader:
            assert list(reader.current()) == [OTHER]
    with Ledger(place, create=False) as reader:
        assert list(reader.current()) == [OTHER, STORY]


def test_a_second_writer_waits_and_then_says_why(ledger: Ledger, place: Path | str) -> None:
    with (
        Ledger(place, patience=0.05) as second,
        ledger.transaction(),
        pytest.raises(BusyLedgerError, match=r"0\.05 s.*try again"),
    ):
        second.add(STORY)


WRITER = """
import sys
from dataclasses import replace
from graph.ledger import Ledger
from tests.graph.telling import link, tell

story = tell("a", link("breach", "jobs_lost@driver"))
with Ledger(sys.argv[1]) as ledger:
    for number in range(100_000):
        with ledger.transaction():
            for half in "xy":
                ledger.add(replace(story, article=replace(story.article, id=f"{sys.argv[2]}{number}{half}")))
        print(number, flush=True)
"""


def start_writer(place: Path | str, name: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(place), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.043])
def test_killed_while_writing_nothing_acknowledged_is_lost_and_nothing_is_half(place: Path | str, delay: float) -> None:
    with start_writer(place, "a") as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline()]
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        acknowledged += writer.stdout.read().splitlines(keepends=True)
    whole = [line for line in acknowledged if line.endswith("\n")]
    with Ledger(place, create=False) as ledger:
        kept = {extraction.article.id for extraction in ledger.current()}
    assert kept >= {f"a{int(line)}{half}" for line in whole for half in "xy"}
    assert {name[:-1] for name in kept if name.endswith("x")} == {name[:-1] for name in kept if name.endswith("y")}


def test_two_processes_that_make_the_same_file_both_write(place: Path | str) -> None:
    with start_writer(place, "a") as one, start_writer(place, "b") as two:
        for writer in (one, two):
            assert writer.stdout is not None
            assert writer.stdout.readline() == "0\n"
            writer.kill()
    with Ledger(place, create=False) as ledger:
        kept = {extraction.article.id for extraction in ledger.current()}
        assert ledger.seq == len(kept)
    assert {"a0x", "a0y", "b0x", "b0y"} <= kept


def test_many_writers_leave_no_gap_and_no_entry_is_seen_before_an_earlier_one(place: Path | str) -> None:
    def write(name: int) -> None:
        with Ledger(place) as mine:
            for number in range(10):
                if number % 3 == 0:
                    with suppress(ZeroDivisionError), mine.transaction():
                        mine.fail(f"{name}-{number}", "undone")
                        raise ZeroDivisionError
                mine.fail(f"{name}-{number}", "written")

    seen: list[tuple[int, int]] = []
    with Ledger(place) as reader, ThreadPoolExecutor(8) as writers:
        done = [writers.submit(write, name) for name in range(8)]
        while not all(one.done() for one in done):
            seq = reader.seq
            seen.append((seq, sum(1 for _ in reader.failures())))
            time.sleep(0.005)
        for one in done:
            one.result()
        assert (reader.seq, sum(1 for _ in reader.failures())) == (80, 80)
    assert all(there >= seq for seq, there in seen)


def test_a_reader_may_write_between_the_rows_that_it_reads(ledger: Ledger) -> None:
    for number in range(120):
        ledger.fail(f"f{number}", "why")
    for failure in ledger.failures():
        ledger.fail(failure.subject, "again")
    assert ledger.seq == 240


def test_a_mark_tells_one_ledger_from_another_at_the_same_seq(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.mark(0) == ledger.mark(7)
    ledger.add(STORY)
    first = ledger.mark(1)
    ledger.add(OTHER)
    assert ledger.mark(1) == first != ledger.mark(2)
    with Ledger(tmp_path / "other.sqlite") as other:
        other.add(OTHER)
        assert other.mark(1) != first


def test_a_sound_ledger_has_no_problems_and_an_unreadable_entry_is_one(ledger: Ledger) -> None:
    ledger.add(STORY)
    assert list(ledger.problems()) == []
    ledger._append("extracted", "a2", "content", "extractor", "[]")
    (problem,) = ledger.problems()
    assert problem.startswith("the extraction of entry 2 cannot be read")

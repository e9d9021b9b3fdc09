from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Protocol

import pytest

from graph.assembled import Assembled
from graph.projector import project
from graph.stores.errors import (
    QueryBusyError,
    QueryError,
    QueryInvalidError,
    QueryRefusedError,
    QueryTimeoutError,
    StoreMissingError,
)
from graph.stores.pool import Pool
from graph.stores.process import Worker
from graph.stores.query import Limits, Question, Reply
from ontology import iris


class Projected(Protocol):
    path: Path
    assembled: Assembled
    extractions: tuple[Any, ...]


RUNAWAY = Question("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", form="text/csv")
HOG = Question("SELECT ?a ?d ?g WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i", form="text/csv")
SHORT = Question("ASK { ?s ?p ?o }", form="text/csv")


@pytest.fixture(scope="module")
def pool(projected: Projected) -> Iterator[Pool]:
    with closing(Pool(projected.path, seats=2, limits=Limits(seconds=3, memory=200 << 20))) as made:
        yield made


def test_a_reply_comes_as_the_engine_writes_it_with_its_seq(pool: Pool, projected: Projected) -> None:
    reply = pool.submit(SHORT).result()
    assert (reply.body, reply.truncated, reply.seq) == (b"true", False, projected.assembled.seq)
    graph = pool.submit(Question("CONSTRUCT WHERE { ?s a ?c }", form="application/n-triples"), Limits(rows=3)).result()
    assert (graph.body.count(b"\n"), graph.truncated, graph.count) == (3, True, 3)


def test_answers_do_not_get_mixed_up(pool: Pool) -> None:
    futures = [pool.submit(Question(f"SELECT ({n} AS ?n) {{}}", form="text/csv")) for n in range(50)]
    assert [future.result().body for future in futures] == [f"n\r\n{n}\r\n".encode() for n in range(50)]


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (RUNAWAY, QueryTimeoutError),
        (HOG, QueryTimeoutError),
        (Question("SELECT ?s { ?s ?p }", form="text/csv"), QueryInvalidError),
    ],
    ids=["runaway", "memory hog", "nonsense"],
)
def test_what_fails_is_told_and_the_next_one_is_answered(
    pool: Pool, question: Question, error: type[QueryError]
) -> None:
    with pytest.raises(error):
        pool.submit(question).result()
    assert pool.submit(SHORT).result().body == b"true"


def test_what_is_refused_does_not_reach_a_worker(pool: Pool) -> None:
    for text in ("DROP ALL", "SELECT * { SERVICE <http://localhost:9/> { ?s ?p ?o } }"):
        with pytest.raises(QueryRefusedError):
            pool.submit(Question(text))
    with pytest.raises(QueryRefusedError, match="localhost"):
        pool.submit(Question(SHORT.text, default_graphs=("http://localhost:9/",)))


def test_long_queries_leave_room_for_short_ones(projected: Projected) -> None:
    with closing(Pool(projected.path, seats=2, waiting=10, limits=Limits(seconds=8))) as pool:
        pool.submit(SHORT).result()
        long = [pool.submit(RUNAWAY) for _ in range(2)]
        start = time.monotonic()
        assert pool.submit(SHORT).result().body == b"true"
        assert time.monotonic() - start < 6
        errors = [future.exception() for future in long]
        assert {type(error) for error in errors} == {QueryTimeoutError, QueryBusyError}


def test_too_many_waiting_are_turned_away_and_the_others_are_not_kept(projected: Projected) -> None:
    with ExitStack() as stack:
        pool = stack.enter_context(closing(Pool(projected.path, seats=1, waiting=1, limits=Limits(seconds=2))))
        pool.submit(SHORT).result()
        running = pool.submit(RUNAWAY)
        while not running.running():
            time.sleep(0.01)
        waiting: Future[Reply] = pool.submit(SHORT)
        with pytest.raises(QueryBusyError, match="ask again in 1 s"):
            pool.submit(SHORT)
        assert waiting.cancel()
        assert isinstance(running.exception(), QueryTimeoutError)


@pytest.mark.parametrize(
    ("question", "was", "became"),
    [
        (Question(f"SELECT (COUNT(*) AS ?n) {{ ?c a <{iris.CAUSAL_CLAIM}> }}", form="text/csv"), 4, 0),
        (Question("MATCH (c:Claim) RETURN count(c)", "cypher", form="plain"), 4, 0),
    ],
    ids=["sparql", "cypher"],
)
def test_each_answer_shows_what_is_current_then(
    projected: Projected, tmp_path: Path, question: Question, was: int, became: int
) -> None:
    project(projected.assembled, projected.extractions, tmp_path)
    with closing(Pool(tmp_path, question.language, seats=1)) as pool:
        first = pool.submit(question).result()
        project(Assembled(seq=8), (), tmp_path)
        second = pool.submit(question).result()
    assert (first.seq, second.seq) == (7, 8)
    assert str(was) in first.body.decode()
    assert str(became) in second.body.decode()


def test_an_empty_store_is_told_and_a_full_one_later_answered(projected: Projected, tmp_path: Path) -> None:
    with closing(Pool(tmp_path, seats=1)) as pool:
        with pytest.raises(StoreMissingError):
            pool.submit(SHORT).result()
        shutil.copytree(projected.path, tmp_path, dirs_exist_ok=True)
        assert pool.submit(SHORT).result().body == b"true"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environment of a process")
def test_a_worker_knows_no_password(projected: Projected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "a-secret")
    with Worker("sparql") as worker:
        worker.ready()
        assert b"a-secret" not in Path(f"/proc/{worker.pid}/environ").read_bytes()


def test_a_closed_pool_ends_its_workers(projected: Projected) -> None:
    pool = Pool(projected.path, seats=2)
    pool.submit(SHORT).result()
    waiting = pool.submit(RUNAWAY, Limits(seconds=0.5))
    pool.close()
    assert waiting.cancelled() or isinstance(waiting.exception(), QueryTimeoutError)
    assert not any(seat.is_alive() for seat in pool._seats)

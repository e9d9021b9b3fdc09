"""The graph that all requests share: assembled once for each entry of the ledger, and never waited for too long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.settings import Settings
from api.http.state import Service
from breachtrace import Article, Assembled, Store
from graph.errors import LedgerError
from tests.api.http.conftest import STORY, Serve

Start = Callable[..., Service]


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    started: list[Service] = []

    def make(**settings: Any) -> Service:
        started.append(Service(Settings(**{"_env_file": None, "store": folder, **settings})))
        return started[-1]

    yield make
    for service in started:
        service.close()


@pytest.fixture
def assembling(monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], Event]:
    """Count the graphs that are assembled, and hold them up while the event is clear."""
    seqs: list[int] = []
    gate = Event()
    gate.set()
    real = Store.graph

    def graph(store: Store) -> Assembled:
        seqs.append(store.seq)
        gate.wait(20)
        return real(store)

    monkeypatch.setattr(Store, "graph", graph)
    return seqs, gate


def add(service: Service, name: str) -> None:
    with service.store() as store:
        store.add(Article(name, f"{STORY} {name}"))


def test_a_graph_is_assembled_once_for_all(start: Start, assembling: tuple[list[int], Event]) -> None:
    service = start()
    add(service, "a")
    with ThreadPoolExecutor(8) as pool:
        graphs = list(pool.map(lambda _: service.graph(), range(16)))
    assert len({id(graph) for graph in graphs}) == 1
    assert assembling[0] == [1]
    add(service, "b")
    assert (service.graph().seq, assembling[0]) == (2, [1, 2])


def test_the_last_graph_answers_while_the_next_takes_long(serve: Serve, assembling: tuple[list[int], Event]) -> None:
    client = serve(writing="loopback", patience=0.2)
    send: dict[str, Any] = {"content": STORY, "headers": {"Content-Type": "text/plain"}}
    client.put("/v1/articles/a", **send)
    assert client.get("/v1/articles").json()["seq"] == 1
    assembling[1].clear()
    client.put("/v1/articles/b", **send)
    old = client.get("/v1/articles").json()
    assert (old["seq"], len(old["items"])) == (1, 1)
    early = client.get("/v1/articles", params={"min_seq": 2})
    assert (early.status_code, early.headers["retry-after"]) == (503, "1")
    assembling[1].set()
    assert client.get("/v1/articles", params={"min_seq": 2}).status_code in (200, 503)
    assert _within(client, 2)


def _within(client: TestClient, seq: int) -> bool:
    return any(client.get("/v1/articles").json()["seq"] == seq for _ in range(50))


def test_an_assembling_that_failed_is_tried_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    service = start()
    add(service, "a")
    with monkeypatch.context() as broken:
        broken.setattr(Store, "graph", lambda store: (_ for _ in ()).throw(LedgerError("x", "gone")))
        with pytest.raises(LedgerError):
            service.graph()
    assert service.graph().seq == 1


def test_what_is_derived_is_made_once_for_each_graph(start: Start) -> None:
    service = start()
    add(service, "a")
    made: list[int] = []

    def count(graph: Assembled) -> int:
        made.append(graph.seq)
        return len(graph.articles)

    assert [service.derived(service.graph(), count) for _ in range(3)] == [1, 1, 1]
    add(service, "b")
    assert service.derived(service.graph(), count) == 2
    assert made == [1, 2]


def test_a_store_whose_ledger_broke_is_not_given_again(start: Start) -> None:
    service = start()
    with service.store() as first:
        pass
    with pytest.raises(LedgerError):
        _break(service, first)
    with service.store() as next_one:
        assert next_one is not first
        assert next_one.seq == 0


def _break(service: Service, expected: Store) -> None:
    with service.store() as broken:
        assert broken is expected
        raise LedgerError("x", "gone")

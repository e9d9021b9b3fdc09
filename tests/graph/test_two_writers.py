"""Two machines that write to one SPARQL server: whoever comes too late is told, and what is there is always one's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from graph import rdf
from graph.following import follow_rdf
from graph.ledger import Ledger
from graph.stores import sparql
from graph.stores.errors import StoreBusyError
from graph.stores.sparql import Remote
from graph.stores.stamp import Stamp
from graph.stores.updates import RdfChange
from ontology import iris
from tests.graph.test_rdf_targets import remote, story, wanted


@contextmanager
def machine(folder: Path, *articles: str) -> Iterator[tuple[Ledger, Path]]:
    """A ledger and a store's folder of their own."""
    folder.mkdir()
    with Ledger(folder / "ledger.sqlite") as ledger:
        for article in articles:
            ledger.add(story(article, "Acme"))
        yield ledger, folder


def statement(number: int) -> RdfChange:
    line = f'<https://example.org/s> <{iris.LABEL}> "{number}"'
    return RdfChange(fresh=frozenset({(rdf.ASSEMBLED, line)}))


def test_a_change_of_what_another_has_changed_meanwhile_is_not_made(sparql_url: str) -> None:
    address = sparql.Address.parse(sparql_url)
    first, second = Remote(address), Remote(address)
    for writer in (first, second):
        assert writer.stamp() == Stamp()
    first.amend(statement(1), Stamp(1, "one", complete=True))
    with pytest.raises(StoreBusyError):
        second.amend(statement(2), Stamp(1, "two", complete=True))
    assert [quad.object.value for quad in remote(first)] == ["1"]  # type: ignore[union-attr]
    assert second.stamp() == Stamp(1, "one", complete=True)
    second.amend(statement(2), Stamp(2, "one", complete=True))
    with pytest.raises(StoreBusyError):
        first.amend(statement(3), Stamp(2, "one", complete=True))
    assert {quad.object.value for quad in remote(first)} == {"1", "2"}  # type: ignore[union-attr]


def test_a_change_in_many_requests_stops_where_another_takes_over(
    sparql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparql, "_REQUEST", 10)
    address = sparql.Address.parse(sparql_url)
    first, second = Remote(address), Remote(address)
    first.amend(statement(0), Stamp(1, "one", complete=True))
    send, sent = first.update, []

    def update(text: str) -> None:
        send(text)
        sent.append(text)
        if len(sent) == 1:  # it has begun
            second.stamp()
            second.amend(statement(2), Stamp(2, "two", complete=True))

    monkeypatch.setattr(first, "update", update)
    with pytest.raises(StoreBusyError):
        first.amend(statement(1), Stamp(2, "one", complete=True))
    assert len(sent) > 2
    assert {quad.object.value for quad in remote(second)} == {"0", "2"}  # type: ignore[union-attr]
    assert second.stamp() == Stamp(2, "two", complete=True)


def test_one_who_loses_while_putting_a_graph_has_all_of_it_compared_again(
    sparql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sparql.Address.parse(sparql_url)
    loser, put = Remote(address), Remote._put
    with machine(tmp_path / "one", "a1", "a2") as one, machine(tmp_path / "two", "b1") as two:

        def late(self: Remote, *told: Any) -> None:
            if self is loser and not (tmp_path / "two" / "targets").exists():
                follow_rdf(*two, "there", Remote(address))
            put(self, *told)

        monkeypatch.setattr(Remote, "_put", late)
        with pytest.raises(StoreBusyError):
            follow_rdf(*one, "there", loser)
        assert not loser.stamp().complete
        follow_rdf(*two, "there", Remote(address))
        assert remote(loser) == wanted(two[0])


def test_whatever_two_do_at_once_what_is_there_is_what_one_of_them_has(sparql_url: str, tmp_path: Path) -> None:
    """Both follow a copy of one ledger, as two machines with one on PostgreSQL do; each step, both go at once."""
    address = sparql.Address.parse(sparql_url)
    chance, told = random.Random(3), 0

    def follow(place: Path, together: Barrier) -> None:
        nonlocal told
        with Ledger(place / "ledger.sqlite") as ledger:
            together.wait()
            try:
                follow_rdf(ledger, place, "there", Remote(address))
            except StoreBusyError:
                told += 1

    with machine(tmp_path / "one") as one, machine(tmp_path / "two") as two:
        for step in range(12):
            change = story(f"a{chance.randrange(4)}", chance.choice(("Acme", "Bolt")), text="x" * step)
            for ledger, _ in (one, two):
                ledger.add(change)
            together = Barrier(2)
            threads = [Thread(target=follow, args=(place, together)) for _, place in (one, two)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            with suppress(StoreBusyError):
                follow_rdf(*one, "there", Remote(address))
            assert remote(Remote(address)) == wanted(one[0]), step
    assert told > 0

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import deciding, incremental
from graph.assembled import Assembled
from graph.assembly import assemble
from graph.current import assemble_ledger
from graph.errors import CurationError
from graph.incremental import Change, Index
from graph.ledger import Decision, Ledger
from ontology.records import Extraction
from tests.graph.telling import figure, link, tell

NODES = ("articles", "incidents", "events", "claims", "figures")


class Follower:
    """A projection that knows nothing but the changes it was told."""

    def __init__(self) -> None:
        self.nodes: dict[str, Any] = {}

    def carry_out(self, change: Change) -> None:
        if change.whole:
            self.nodes = {}
        assert change.gone() <= set(self.nodes)
        for key in change.gone():
            del self.nodes[key]
        self.nodes |= {node.id: node for node in change.fresh()}


def nodes(graph: Assembled) -> dict[str, Any]:
    return {node.id: node for name in NODES for node in getattr(graph, name)}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "index.sqlite") as opened:
        yield opened


def story(article: str, organisation: str = "Acme", *names: str, year: int = 2025) -> Extraction:
    told = (link("breach", "orders_fall"), link("orders_fall", "jobs_lost@driver"), figure(5, 5, "shops"))
    return tell(article, *told, organisation=organisation, names=names, when=date(year, 5, 1))


def test_the_first_change_is_the_whole_graph(ledger: Ledger, index: Index) -> None:
    ledger.add(story("a1"))
    change = index.change(ledger)
    assert change.whole
    assert change.after == assemble(ledger.current(), 1)
    index.accept(ledger, change)
    assert index.seq == 1
    assert index.change(ledger).fresh() == ()


def test_only_the_incidents_of_the_article_are_touched(ledger: Ledger, index: Index) -> None:
    for extraction in (story("a1"), story("b1", "Bolt"), story("c1", "Carbo")):
        ledger.add(extraction)
    index.accept(ledger, index.change(ledger))
    ledger.add(story("b2", "Bolt"))
    change = index.change(ledger)
    assert [article.id for article in change.before.articles] == ["b1"]
    assert [article.id for article in change.after.articles] == ["b1", "b2"]
    assert change.gone() == frozenset()


def test_an_article_that_joins_two_firms_touches_both(ledger: Ledger, index: Index) -> None:
    for extraction in (story("a1", "Jaguar Land Rover"), story("b1", "JLR"), story("c1", "Carbo")):
        ledger.add(extraction)
    index.accept(ledger, index.change(ledger))
    ledger.add(story("d1", "Jaguar Land Rover", "JLR"))
    change = index.change(ledger)
    assert [article.id for article in change.before.articles] == ["a1", "b1"]
    assert len(change.after.incidents) == 1
    index.accept(ledger, change)
    ledger.retract("d1", "a hoax")
    assert len(index.change(ledger).after.incidents) == 2


def test_what_is_not_accepted_comes_again(ledger: Ledger, index: Index) -> None:
    ledger.add(story("a1"))
    index.accept(ledger, index.change(ledger))
    ledger.add(story("a2"))
    first = index.change(ledger)
    ledger.add(story("a3"))
    again = index.change(ledger)
    assert {node.id for node in first.fresh()} - {node.id for node in again.fresh()} == set()
    assert "a3" in {node.id for node in again.fresh()}


def test_a_broken_or_outdated_index_starts_anew(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(story("a1"))
    path = tmp_path / "old.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with Index(path) as index:
        index.accept(ledger, index.change(ledger))
        index._db.execute("UPDATE stamp SET rules = 'of an older release'")
    with Index(path) as index:
        assert index.seq == 0
        assert index.change(ledger).whole


def decide(ledger: Ledger, verb: str, subject: str, others: tuple[str, ...] = ()) -> Decision:
    return deciding.decide(ledger, assemble_ledger(ledger), verb, subject, others, "mk", None)


def articles(change: Change) -> list[str]:
    return [article.id for article in change.after.articles]


def test_a_decision_touches_what_it_is_about_and_no_more(ledger: Ledger, index: Index) -> None:
    for extraction in (story("a1"), story("b1", "Bolt"), story("c1", "Carbo"), story("d1", "Delta")):
        ledger.add(extraction)
    index.accept(ledger, index.change(ledger))
    graph = assemble_ledger(ledger)
    told = {incident.organisation: incident for incident in graph.incidents}
    claim = next(one for one in graph.claims if one.witnesses[0].article == "b1")
    for verb, subject, others, touched in (
        ("reject", claim.id, (), ["b1"]),
        ("same", "Acme", ("Delta",), ["a1", "d1"]),
        ("undo", "6", (), ["a1", "d1"]),
        ("merge", told["Bolt"].id, (told["Carbo"].id,), ["b1", "c1"]),
        ("undo", "8", (), ["b1", "c1"]),
    ):
        decide(ledger, verb, subject, others)
        change = index.change(ledger)
        assert articles(change) == touched
        assert [article.id for article in change.before.articles] == touched
        index.accept(ledger, change)


def test_a_decision_that_names_no_article_touches_all(ledger: Ledger, index: Index) -> None:
    for extraction in (story("a1"), story("b1", "Bolt")):
        ledger.add(extraction)
    index.accept(ledger, index.change(ledger))
    ledger.decide("reject", assemble_ledger(ledger).claims[0].id, "mk")
    assert articles(index.change(ledger)) == ["a1", "b1"]


FIRMS = (("Acme",), ("Bolt",), ("Acme", "Bolt"), ("Carbo",), ("Acme",), ("Bolt",))
ADDED = st.tuples(st.just("add"), st.sampled_from("abcd"), st.sampled_from(FIRMS), st.sampled_from((2019, 2025)))
DECIDED = st.one_of(
    st.tuples(st.just("same"), st.sampled_from((("Acme", "Carbo"), ("Bolt", "Carbo")))),
    st.tuples(st.just("merge"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("split"), st.integers(0, 9), st.sampled_from("abcd")),
    st.tuples(st.just("reject"), st.integers(0, 9)),
    st.tuples(st.just("undo"), st.integers(0, 9)),
)
RETRACTED = st.tuples(st.just("retract"), st.sampled_from("abcd"))
STEPS = st.lists(ADDED | ADDED | DECIDED | RETRACTED, min_size=3, max_size=10)


def carry(step: tuple[Any, ...], ledger: Ledger, number: int) -> None:
    graph = assemble_ledger(ledger)
    incidents, made = [one.id for one in graph.incidents], [str(one.seq) for one in graph.decisions]
    with suppress(CurationError):
        if step[0] == "add":
            told = story(step[1], *step[2], year=step[3])
            ledger.add(replace(told, extractor=f"test-{number}"))
        elif step[0] == "retract":
            ledger.retract(step[1], "withdrawn")
        elif step[0] == "same":
            decide(ledger, "same", step[1][0], (step[1][1],))
        elif step[0] == "reject" and graph.claims:
            decide(ledger, "reject", graph.claims[step[1] % len(graph.claims)].id)
        elif step[0] == "undo" and made:
            decide(ledger, "undo", made[step[1] % len(made)])
        elif step[0] == "merge" and incidents:
            one, other = (incidents[place % len(incidents)] for place in step[1:])
            decide(ledger, "merge", one, (other,))
        elif step[0] == "split" and incidents:
            decide(ledger, "split", incidents[step[1] % len(incidents)], (step[2],))


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_following_the_changes_leads_to_the_graph_of_the_whole_ledger(steps: list[tuple[Any, ...]]) -> None:
    follower = Follower()
    with (
        TemporaryDirectory() as folder,
        Ledger(Path(folder, "ledger")) as ledger,
        Index(Path(folder, "index")) as index,
    ):
        for number, step in enumerate(steps):
            carry(step, ledger, number)
            change = index.change(ledger)
            follower.carry_out(change)
            index.accept(ledger, change)
        assert follower.nodes == nodes(assemble_ledger(ledger))


@settings(max_examples=15, deadline=None)
@given(STEPS)
def test_the_parts_of_a_ledger_put_together_are_its_graph(steps: list[tuple[Any, ...]]) -> None:
    with (
        TemporaryDirectory() as folder,
        Ledger(Path(folder, "ledger")) as ledger,
        Index(Path(folder, "index")) as index,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setattr(incremental, "_GATHERED", 1)
        for number, step in enumerate(steps):
            carry(step, ledger, number)
        assert index.change(ledger).after == assemble_ledger(ledger)

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph.assembled import Assembled
from graph.assembly import assemble
from graph.connectivity import connectivity
from graph.curation import Curation
from graph.errors import DecisionError
from graph.ledger import Decision
from ontology.records import Extraction
from tests.graph.telling import figure, link, tell

ORDERS, JOBS = "orders_fall", "jobs_lost@driver"
FIRST = tell("a1", link("breach", ORDERS), figure(5, 5, "shops"), when=date(2025, 5, 1))
SECOND = tell("a2", link("breach", ORDERS), link(ORDERS, JOBS), when=date(2025, 6, 1))


def decide(*told: tuple[str, str, Mapping[str, Any]]) -> list[Decision]:
    return [
        Decision(seq, "2026-01-01", verb, subject, "mk", detail) for seq, (verb, subject, detail) in enumerate(told, 1)
    ]


def curated(*told: tuple[str, str, Mapping[str, Any]], of: tuple[Extraction, ...] = (FIRST, SECOND)) -> Assembled:
    return assemble(of, 9, decide(*told))


def event(graph: Assembled, kind: str) -> str:
    (found,) = (one.id for one in graph.events if one.type == kind)
    return found


def test_no_decisions_change_nothing() -> None:
    assert curated() == assemble([FIRST, SECOND], 9)


def test_two_incidents_that_a_curator_tells_apart_stay_apart() -> None:
    incident = curated().incidents[0].id
    graph = curated(("split", incident, {"articles": ["a2"]}))
    assert {one.articles for one in graph.incidents} == {("a1",), ("a2",)}
    assert incident in {one.id for one in graph.incidents}
    assert len([one for one in graph.events if one.type == ORDERS]) == 2
    later = curated(("split", incident, {"articles": ["a2"]}), of=(SECOND, FIRST, tell("a3", link("breach", ORDERS))))
    assert {one.articles for one in later.incidents} == {("a1", "a3"), ("a2",)}


def test_two_incidents_that_a_curator_merges_are_one() -> None:
    other = tell("b1", link("breach", JOBS), when=date(2021, 1, 1))
    ids = {one.articles: one.id for one in assemble([FIRST, other], 1).incidents}
    graph = curated(("merge", ids["a1",], {"with": ids["b1",]}), of=(FIRST, other))
    (incident,) = graph.incidents
    assert (incident.id, incident.articles, incident.first_day) == (ids["a1",], ("a1", "b1"), date(2021, 1, 1))


def test_a_subsidiary_is_the_firm_if_a_curator_says_so() -> None:
    other = tell("b1", link("breach", JOBS), organisation="Acme Parcel Services", when=date(2025, 7, 1))
    assert len(assemble([FIRST, other], 1).incidents) == 2
    (incident,) = curated(("same", "Acme Inc.", {"as": "Acme Parcel Services"}), of=(FIRST, other)).incidents
    assert incident.articles == ("a1", "b1")


def test_an_event_is_split_and_merged() -> None:
    orders = event(curated(), ORDERS)
    graph = curated(("split", orders, {"articles": ["a2"]}))
    by_article = {one.mentions[0].article: one.id for one in graph.events if one.type == ORDERS}
    assert by_article["a1"] == orders != by_article["a2"]
    assert {claim.effect for claim in graph.claims} >= set(by_article.values())
    told = tell("a1", link("breach", ORDERS), link("sales_fall", JOBS))
    graph = assemble([told], 1)
    merged = curated(("merge", event(graph, ORDERS), {"with": event(graph, "sales_fall")}), of=(told,))
    (node,) = (one for one in merged.events if one.type == ORDERS)
    assert len(node.mentions) == 2
    assert node.reasons == (f"a curator merged {event(graph, 'sales_fall')} into it",)
    assert {claim.cause for claim in merged.claims} >= {node.id}


def test_a_misread_claim_leaves_the_graph_with_a_line() -> None:
    claim, figure_id = curated().claims[0].id, curated().figures[0].id
    graph = curated(("reject", claim, {}), ("reject", figure_id, {}))
    assert claim not in {one.id for one in graph.claims}
    assert graph.figures == ()
    assert set(graph.dropped) == {f"{claim}: rejected by mk", f"{figure_id}: rejected by mk"}


def test_an_accepted_claim_is_believed_more() -> None:
    before = curated().claims[0]
    after = curated(("reject", before.id, {}), ("accept", before.id, {})).claims[0]
    assert before.belief < after.belief < 1
    assert after.witnesses == before.witnesses


def test_an_undone_decision_no_longer_holds() -> None:
    told = ("split", curated().incidents[0].id, {"articles": ["a2"]})
    assert replace(curated(told, ("undo", "", {"seq": 1})), decisions=()) == curated()


def test_merges_in_a_ring_end_in_one() -> None:
    rings = Curation.read(decide(*(("merge", f"event-{n}", {"with": f"event-{(n + 1) % 3}"}) for n in range(3))))
    assert {rings.place(f"event-{n}", "a1") for n in range(3)} == {"event-0"}


@pytest.mark.parametrize(("verb", "problem"), [("bless", "unknown verb 'bless'"), ("split", "lacks 'articles'")])
def test_a_decision_that_cannot_be_carried_out_is_named(verb: str, problem: str) -> None:
    with pytest.raises(DecisionError, match=f"decision 1: .*{problem}"):
        curated((verb, "incident-1", {}))


def test_an_incident_tells_why_each_article_is_one_of_it() -> None:
    (incident,) = curated().incidents
    assert incident.reasons == ("names Acme; tells of 2025-05-01", "names Acme; tells of 2025-06-01")


def test_connectivity_counts_what_is_reached_and_what_is_loose() -> None:
    graph = assemble([SECOND, tell("b1", link("sales_fall", "hours_cut@farmer"), organisation="Bolt")], 1)
    found = connectivity(graph)
    assert (found.incidents, found.impacts, found.reached, found.pieces, found.loose) == (2, 2, 1, 2, 1)
    assert found.share == 0.5
    assert connectivity(Assembled(0)).share == 1

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.assembled import Assembled, Claim, EventNode
from graph.assembly import assemble
from graph.figures import figures_by_event
from ontology.records import Extraction
from tests.graph.telling import figure, link, tell

ORDERS, INCOME = "orders_fall@small_merchant", "income_falls@driver"
ARTICLES = [
    tell(
        "a1",
        link("breach", ORDERS),
        link(ORDERS, INCOME, hedge="reported", speaker="Kim Min-ji"),
        link("other:the closed plants", "jobs_lost@driver"),
        figure(33_700_000, 33_700_000, "user accounts"),
        publisher="Daily",
        when=date(2025, 11, 18),
    ),
    tell("a2", link("breach", ORDERS), figure(33_700_000, 33_700_000, "customer accounts"), publisher="Times"),
    tell("a3", link("breach", ORDERS, negated=True, speaker="the company", hedge="reported"), publisher="Times"),
    tell("a4", link("other:closed plants", "jobs_lost@driver"), link("breach", "no jobs_lost@driver")),
    tell("b1", link("breach", ORDERS), organisation="Bolt", publisher="Daily"),
    tell("c1", link("breach", INCOME), organisation=None),
]


def claim(graph: Assembled, cause: str, effect: str, *, incident: str = "Acme", negated: bool = False) -> Claim:
    """Return the one claim between events of two types."""
    nodes = {event.id: event for event in graph.events}
    labels = {one.id: one.label for one in graph.incidents}
    (found,) = (
        one
        for one in graph.claims
        if nodes[one.cause].type == cause
        and nodes[one.effect].type == effect
        and one.negated == negated
        and not nodes[one.effect].negated
        and labels[nodes[one.cause].incident].startswith(incident)
    )
    return found


def event(graph: Assembled, kind: str, incident: str = "Acme") -> EventNode:
    labels = {one.id: one.label for one in graph.incidents}
    (found,) = (
        one
        for one in graph.events
        if one.type == kind and not one.negated and labels[one.incident].startswith(incident)
    )
    return found


@settings(max_examples=30)
@given(st.permutations(ARTICLES))
def test_the_order_of_arrival_does_not_show(articles: list[Extraction]) -> None:
    assert assemble(articles, 7) == assemble(ARTICLES, 7)


@given(st.sets(st.sampled_from(range(len(ARTICLES))), min_size=1))
@settings(max_examples=30)
def test_every_statement_of_every_article_has_its_witness(chosen: set[int]) -> None:
    articles = [ARTICLES[number] for number in chosen]
    graph = assemble(articles, 1)
    told = sum(len(article.links) for article in articles)
    assert sum(len(one.witnesses) for one in graph.claims) + len(graph.dropped) == told
    assert sum(len(one.witnesses) for one in graph.figures) == sum(len(article.quantities) for article in articles)
    texts = {article.article.id: article.article.text for article in articles}
    for witnesses in (one.witnesses for kind in (graph.claims, graph.figures) for one in kind):
        for witness in witnesses:
            assert texts[witness.article][witness.quote.start : witness.quote.end] == witness.quote.text


def test_the_same_event_of_two_articles_is_one_node_with_both_mentions() -> None:
    graph = assemble(ARTICLES, 1)
    orders = event(graph, "orders_fall")
    assert [mention.article for mention in orders.mentions] == ["a1", "a2", "a3"]
    assert (orders.group, orders.effect) == ("small_merchant", "harm")
    assert event(graph, "orders_fall", "Bolt").id != orders.id


def test_events_on_other_groups_and_benefits_stay_apart() -> None:
    graph = assemble(
        [tell("a1", *(link("breach", f"income_falls@{who}") for who in ("driver", "farmer", "driver+")))], 1
    )
    assert len([one for one in graph.events if one.type == "income_falls"]) == 3


def test_events_of_no_listed_type_merge_by_what_they_are_called() -> None:
    graph = assemble([*ARTICLES, tell("a5", link("breach", "other:closed shops"))], 1)
    others = {one.label == "closed shops": one for one in graph.events if one.type == "other"}
    assert {label: [mention.article for mention in one.mentions] for label, one in others.items()} == {
        True: ["a5"],
        False: ["a1", "a4"],
    }


def test_one_link_keeps_its_witnesses_and_counts_its_origins() -> None:
    both = claim(assemble(ARTICLES, 1), "data_breach", "orders_fall")
    assert [witness.article for witness in both.witnesses] == ["a1", "a2"]
    assert both.origins == 2


def test_a_denial_is_a_claim_of_its_own_and_counts_against_the_other() -> None:
    with_denial, without = assemble(ARTICLES, 1), assemble([*ARTICLES[:2], *ARTICLES[3:]], 1)
    denial = claim(with_denial, "data_breach", "orders_fall", negated=True)
    assert denial.witnesses[0].origin == "speaker:acme"
    stated, undenied = (claim(graph, "data_breach", "orders_fall") for graph in (with_denial, without))
    assert denial.belief < stated.belief < undenied.belief


def test_what_did_not_happen_is_no_event_that_did_and_speaks_against_it() -> None:
    told = tell("a1", link("breach", "jobs_lost@driver"))
    graph = assemble([told, tell("a2", link("breach", "no jobs_lost@driver"))], 1)
    happened, did_not = sorted((one for one in graph.events if one.type == "jobs_lost"), key=lambda one: one.negated)
    assert did_not.negated
    assert happened.id != did_not.id
    alone = claim(assemble([told], 1), "data_breach", "jobs_lost")
    assert claim(graph, "data_breach", "jobs_lost").belief < alone.belief


def test_a_link_within_one_event_is_dropped_with_a_line() -> None:
    looped = tell("a1", link("other:closed plants", "other:the closed plants"))
    graph = assemble([looped], 1)
    assert graph.claims == ()
    (line,) = graph.dropped
    assert line.startswith("article 'a1': 'closed plants' causes 'the closed plants': both ends are one event, event-")


def test_an_events_own_hedge_loosens_the_link_to_it() -> None:
    told = tell("a1", link("breach", "jobs_lost@driver"))
    maybe = replace(told, events=tuple(replace(one, hedge="possible") for one in told.events))
    assert assemble([maybe], 1).claims[0].hedge == "possible"


@pytest.mark.parametrize(
    ("speaker", "publisher", "origin"),
    [
        (None, "The Daily", "publisher:daily"),
        (None, None, "article:a1"),
        ("Kim Min-ji", "The Daily", "speaker:kim min ji"),
        ("the association", "The Daily", "unnamed:a1:association"),
        ("The company", "The Daily", "speaker:acme"),
        ("Acme Inc.", None, "speaker:acme"),
        ("he", None, "unnamed:a1:he"),
    ],
)
def test_origins(speaker: str | None, publisher: str | None, origin: str) -> None:
    graph = assemble([tell("a1", link("breach", ORDERS, speaker=speaker), publisher=publisher)], 1)
    assert graph.claims[0].witnesses[0].origin == origin


def test_the_same_figure_of_two_articles_is_one_with_both_witnesses() -> None:
    (found,) = assemble(ARTICLES, 1).figures
    assert [witness.article for witness in found.witnesses] == ["a1", "a2"]
    assert (found.low, found.event) == (33_700_000, event(assemble(ARTICLES, 1), "data_breach").id)


@pytest.mark.parametrize(
    "other",
    [
        figure(33_000_000, 33_000_000, "monthly users"),
        figure(33_000_000, 33_000_000, "accounts", "usage_falls"),
        figure(33_000_000, 33_000_000, "accounts", direction="decrease"),
        figure(33_000_000, 33_000_000, "accounts", unit="money:KRW"),
        figure(33_000_000, 33_000_000, "accounts", speaker="Kim Min-ji"),
        figure(33_000_000, None, "accounts", qualifier="more_than"),
    ],
)
def test_the_same_digits_of_another_measure_or_speaker_stay_apart(other: tuple[str, object]) -> None:
    accounts = figure(33_000_000, 33_000_000, "accounts")
    graph = assemble([tell("a1", accounts), tell("a2", other)], 1)  # type: ignore[arg-type]
    assert len(graph.figures) == 2


def test_figures_are_found_by_their_event() -> None:
    graph = assemble(ARTICLES, 1)
    assert figures_by_event(graph) == {event(graph, "data_breach").id: graph.figures}


def test_nothing_in_nothing_out() -> None:
    assert assemble([], 0) == Assembled(0)

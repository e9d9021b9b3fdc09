"""The verdict on a causal statement, from hand-made records; and what a check as a whole does with them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph.assembly import assemble
from graph.check import check
from graph.errors import CheckLimitError
from graph.ledger import Decision
from graph.verdicts import Verdict
from ontology.records import Extraction, Span
from tests.graph.telling import figure, link, tell

ORDERS, INCOME, JOBS = "orders_fall", "income_falls@driver", "jobs_lost@farmer"
CHAIN = tell("a1", link("breach", ORDERS), link(ORDERS, INCOME, speaker="Kim Min-ji"), published=date(2025, 1, 1))


def answered(statement: tuple[str, str, dict[str, Any]], *known: Extraction, **options: Any) -> Verdict:
    (found,) = check(tell("checked-text", statement), assemble(known, 5), **options).verdicts
    return found


def reason(statement: tuple[str, str, dict[str, Any]], *known: Extraction, **options: Any) -> str:
    return answered(statement, *known, **options).reason


def test_a_path_of_several_hops_bears_a_statement_out_step_by_step() -> None:
    found = answered(link("breach", INCOME), CHAIN)
    assert (found.verdict, found.reason) == ("supported", "path")
    assert [one.standing for one in found.compared] == ["step", "step"]
    assert all(one.witnesses and one.belief for one in found.compared)


def test_a_hedged_path_bears_out_only_what_is_as_hedged() -> None:
    may = tell("a1", link("breach", INCOME, hedge="possible"))
    assert reason(link("breach", INCOME), may) == "path_hedged"
    assert reason(link("breach", INCOME, hedge="possible"), may) == "path_as_hedged"
    firm = tell("a2", link("breach", ORDERS), link(ORDERS, INCOME))
    assert reason(link("breach", INCOME), may, firm) == "path"


def test_a_denial_contradicts_unless_others_bear_it_out() -> None:
    denial = tell("a2", link("breach", INCOME, negated=True, speaker="Acme"))
    assert reason(link("breach", INCOME), denial) == "denied"
    assert reason(link("breach", INCOME, negated=True), denial) == "denial"
    assert reason(link("breach", INCOME), CHAIN, denial) == "link_disputed"
    assert reason(link("breach", INCOME, negated=True), CHAIN) == "told_after_all"


def test_what_did_not_happen_is_a_denial_as_well() -> None:
    none = tell("a2", link("breach", f"no {INCOME}"))
    assert reason(link("breach", f"no {INCOME}"), none) == "denial"
    assert reason(link("breach", INCOME), none) == "denied"
    assert reason(link("breach", f"no {INCOME}"), CHAIN) == "told_after_all"


def test_a_turned_statement_is_contradicted_only_by_evidence() -> None:
    assert reason(link(INCOME, ORDERS), CHAIN) == "reversed"
    both = tell("a2", link(INCOME, ORDERS))
    assert reason(link(INCOME, ORDERS), CHAIN, both) == "path"
    assert reason(link(ORDERS, INCOME), tell("a1", link("breach", ORDERS), link("breach", INCOME))) == "no_path"


@pytest.mark.parametrize(
    ("statement", "known", "expected"),
    [
        (link("breach", "orders_rise"), CHAIN, "opposite_effect"),
        (link("breach", ORDERS, "prevents"), CHAIN, "averted"),
        (link("aid", INCOME), tell("a1", link("aid", INCOME, "prevents")), "averted"),
        (link("aid", INCOME, "prevents"), tell("a1", link("aid", INCOME, "prevents")), "path"),
        (link("breach", JOBS), CHAIN, "end_unknown"),
        (link("breach", "income_falls@teacher"), CHAIN, "end_unknown"),
    ],
)
def test_other_ends_and_other_relations(
    statement: tuple[str, str, dict[str, Any]], known: Extraction, expected: str
) -> None:
    assert reason(statement, known) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(9, 9, "figure_contradicted"), (4, 4, "figure_superseded"), (5.5, 5.5, "figure_differs"), (5, 6, "path")],
)
def test_a_path_supports_no_statement_whose_figure_is_not_supported(low: float, high: float, expected: str) -> None:
    known = [
        tell("a1", link("breach", ORDERS), figure(4, 4, "orders", ORDERS, speaker="Acme"), published=date(2025, 1, 1)),
        tell("a2", link("breach", ORDERS), figure(5, 6, "orders", ORDERS, speaker="Acme"), published=date(2025, 2, 1)),
    ]
    text = tell("checked-text", link("breach", ORDERS), figure(low, high, "orders", ORDERS))
    whole = Span(0, len(text.article.text), text.article.text)
    links = tuple(replace(one, evidence=replace(one.evidence, quote=whole)) for one in text.links)
    checked = check(replace(text, links=links), assemble(known, 5))
    found = {one.statement.kind: one for one in checked.verdicts}
    assert found["causal"].reason == expected
    assert found["causal"].verdict == found["figure"].verdict


def test_a_speaker_who_says_nothing_of_it_is_told() -> None:
    assert reason(link("breach", INCOME, speaker="Kim Min-ji"), CHAIN) == "path"
    assert reason(link("breach", INCOME, speaker="Park Seo-jun"), CHAIN) == "path_by_others"


def test_a_day_before_everything_bears_nothing_out() -> None:
    assert reason(link("breach", INCOME), CHAIN, as_of=date(2024, 1, 1)) == "no_incident"
    early = tell("a0", figure(5, 5, "accounts"), published=date(2024, 10, 1))
    assert reason(link("breach", INCOME), CHAIN, early, as_of=date(2024, 11, 1)) == "no_path"


def test_an_event_that_was_not_read_is_known_by_all_of_its_words() -> None:
    told = tell("a1", link("breach", "other:the warehouse fire"))
    assert reason(link("breach", "other:a fire in the warehouse"), told) == "path"
    assert reason(link("breach", "other:a fire in the harbour"), told) == "end_unknown"


def test_a_figure_that_a_curator_prefers_decides() -> None:
    articles = [
        tell("a1", figure(5000, 5000, "accounts", text="5,000 accounts")),
        tell("a2", figure(9000, 9000, "accounts", text="9,000 accounts", speaker="Kim")),
    ]
    graph = assemble(articles, 1)
    (better,) = (one.id for one in graph.figures if one.low == 9000)
    decided = Decision(2, "2025-01-01T00:00:00+00:00", "recommend", better, "kim", {})
    (found,) = check(
        tell("checked-text", figure(9100, 9100, "accounts", text="9,100 accounts")), assemble(articles, 2, [decided])
    ).verdicts
    assert found.known is not None
    assert found.known.id == better


def test_a_text_that_takes_too_long_is_given_up() -> None:
    many = tell("checked-text", *(link("breach", f"orders_fall_{n}") for n in range(3)))
    with pytest.raises(CheckLimitError, match="send it in parts"):
        check(many, assemble([CHAIN], 5), seconds=0)


def test_a_text_that_states_nothing_has_no_verdict() -> None:
    found = check(tell("checked-text"), assemble([CHAIN], 5))
    assert (found.verdicts, found.counts, found.refuted, found.seq) == ((), {}, False, 5)

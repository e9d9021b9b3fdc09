from typing import Any

import pytest

from graph.assembly import assemble
from graph.telling import phrases
from graph.trace import trace
from ontology.terms import EVENT_TYPES, GROUPS, HEDGES, RELATIONS
from tests.graph.telling import link, tell

INCOME = "income_falls@driver"


def told(*links: tuple[str, str, dict[str, Any]], **asked: Any) -> str:
    graph = assemble([tell("a1", *links)], 1)
    return trace(graph, graph.incidents[0], **asked).paths[0].sentence


@pytest.mark.parametrize(
    ("part", "codes"), [("relations", RELATIONS), ("hedges", HEDGES), ("events", EVENT_TYPES), ("groups", GROUPS)]
)
def test_every_code_has_its_words(part: str, codes: tuple[str, ...]) -> None:
    assert set(phrases()[part]) == set(codes)


def test_a_path_is_told_in_one_sentence() -> None:
    links = link("breach", "orders_fall", hedge="possible"), link("orders_fall", INCOME, "enables", hedge="reported")
    assert told(*links) == (
        "The Acme data breach may have caused a fall in orders, "
        "which reportedly made possible a loss of income for drivers (“income falls of driver”)."
    )


def test_what_has_no_type_is_told_in_the_articles_words() -> None:
    links = link("breach", "other:parcels piled up"), link("other:parcels piled up", INCOME, hedge="predicted")
    assert "caused “parcels piled up”, which is predicted to cause a loss" in told(*links)


def test_what_is_denied_or_did_not_happen_is_told_so() -> None:
    assert "did not cause a loss of income" in told(link("breach", INCOME, negated=True), denied=True)
    links = link("breach", "no orders_fall"), link("no orders_fall", INCOME)
    assert "caused the absence of a fall in orders" in told(*links)

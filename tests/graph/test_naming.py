from datetime import date

import pytest

from graph.assembled import Assembled
from graph.assembly import assemble
from graph.naming import Meant, Naming
from ontology.records import Article, Extraction, Mention, Organisation, Span
from tests.graph.telling import figure, tell

DAYS = (date(2020, 5, 1), date(2022, 5, 1), date(2025, 5, 1))

OVER = figure(1, 2, "accounts")


@pytest.fixture
def graph() -> Assembled:
    return assemble(
        [
            tell("a1", OVER, organisation="Acme", when=DAYS[0], published=DAYS[0]),
            tell("a2", OVER, organisation="Acme Foods Ltd", when=DAYS[1], published=DAYS[1]),
            tell("a3", OVER, organisation="Bolt", when=DAYS[0], published=DAYS[0]),
            tell("a4", OVER, organisation="Bolt", when=DAYS[2], published=DAYS[2]),
        ],
        1,
    )


def meant(text: str, graph: Assembled, *others: str, sentence: str | None = None, speaker: str | None = None) -> Meant:
    found = [
        Organisation(name, (Mention(Span(at := text.index(name), at + len(name), name), "organisation", name, "r"),))
        for name in others
    ]
    quote = sentence or text
    start = text.index(quote)
    span = Span(start, start + len(quote), quote)
    extraction = Extraction(Article("c", text), "test", organisations=tuple(found))
    return Naming(extraction, graph).meant(span, Span(start, start, ""), speaker)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The breach at Acme exposed accounts.", "Acme data breach (2020)"),
        ("ACME's breach exposed accounts.", "Acme data breach (2020)"),
        ("Acme Inc said that accounts were exposed.", "Acme data breach (2020)"),
        ("Acme Data Breach Exposes Many Accounts", "Acme data breach (2020)"),
        ("Acme CEO Kim said that accounts were exposed.", "Acme data breach (2020)"),
        ("The breach at Acme Foods exposed accounts.", "Acme Foods Ltd data breach (2022)"),
        ("In 2025 the breach at Bolt exposed accounts.", "Bolt data breach (2025)"),
    ],
)
def test_the_firm_that_a_text_names(text: str, label: str, graph: Assembled) -> None:
    found = meant(text, graph).incident
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The breach exposed accounts.", "no_incident"),
        ("The acme of the trade lost accounts.", "no_incident"),
        ("The breach at Acme Drinks exposed accounts.", "no_incident"),
        ("The breach at Acmeco exposed accounts.", "no_incident"),
        ("The breach at Bolt exposed accounts.", "several_incidents"),
        ("Acme and Acme Foods lost accounts.", "several_incidents"),
        ("In 2012 the breach at Acme exposed accounts.", "other_year"),
    ],
)
def test_what_names_no_one_incident(text: str, reason: str, graph: Assembled) -> None:
    assert meant(text, graph) == Meant(None, reason)


def test_a_part_of_another_organisations_name_is_not_the_firm(graph: Assembled) -> None:
    text = "The Seoul Acme counted accounts."
    assert meant(text, graph, "Seoul Acme").reason == "no_incident"
    assert meant(text, graph).incident is not None


def test_the_sentence_decides_before_the_text(graph: Assembled) -> None:
    text = "Acme lost accounts. Acme Foods lost none. Many were hit."
    found = meant(text, graph, sentence="Acme Foods lost none.").incident
    assert found is not None
    assert found.organisation == "Acme Foods Ltd"
    assert meant(text, graph, sentence="Many were hit.").reason == "several_incidents"


def test_a_firm_that_only_speaks_is_not_the_one_spoken_of(graph: Assembled) -> None:
    text = "Acme said that Acme Foods had lost accounts."
    found = meant(text, graph, speaker="Acme").incident
    assert found is not None
    assert found.organisation == "Acme Foods Ltd"

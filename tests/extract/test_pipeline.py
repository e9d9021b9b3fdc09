"""The whole reading of an article: what must come out, promises kept on any text, nothing left to chance."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from extract.errors import SetupError
from extract.pipeline import extract, extract_all, load, version
from ontology.records import Article, Extraction
from ontology.terms import EVENT_KINDS, EVENT_TYPES, HEDGES, RELATIONS

STORY = (
    "A data breach at the marketplace Kestrel has shaken shoppers.\n"
    "The breach led to a sharp fall in orders. Consequently, couriers lost a third of their income. "
    'Sellers said the drop in orders could force them out of business. "We have had no sales since the breach," '
    "said a seller of baby clothes.\n"
    "Regulators opened an investigation. The company denied that the breach had cut its revenue."
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load()


@pytest.fixture(scope="module")
def story(nlp: Language) -> Extraction:
    return extract(Article("story", STORY), nlp)


def reached(extraction: Extraction) -> set[str]:
    """Groups whose impact can be reached from the breach."""
    seen, todo = set(), [extraction.breach]
    while todo:
        event = todo.pop()
        if event not in seen:
            seen.add(event)
            todo += [link.effect for link in extraction.links if link.cause == event and not link.negated]
    return {event.group for event in extraction.events if event.id in seen and event.kind == "impact" and event.group}


def test_components_have_what_they_need(nlp: Language) -> None:
    analysis = nlp.analyze_pipes()
    assert analysis is not None
    assert not any(analysis["problems"].values()), analysis["problems"]


def test_a_chain_reaches_the_couriers_over_the_orders(story: Extraction) -> None:
    assert "delivery_worker" in reached(story)
    by_id = {event.id: event for event in story.events}
    chain = [(by_id[link.cause].type, by_id[link.effect].type) for link in story.links]
    assert ("data_breach", "orders_fall") in chain
    assert ("orders_fall", "income_falls") in chain


def test_hedges_speakers_and_denials(story: Extraction) -> None:
    possible = [link for link in story.links if link.hedge == "possible"]
    assert {link.speaker for link in possible} == {"Sellers"}
    assert any(link.negated for link in story.links)


def test_an_investigation_is_an_implied_effect(story: Extraction) -> None:
    (implied,) = [link for link in story.links if link.implied]
    assert implied.cause == story.breach
    assert implied.evidence.signal is None
    assert "investigation" in implied.evidence.quote.text


def test_evidence_is_whole_sentences(story: Extraction) -> None:
    ends = {sentence.span.end for sentence in story.sentences}
    starts = {sentence.span.start for sentence in story.sentences}
    for link in story.links:
        assert link.evidence.quote.start in starts
        assert link.evidence.quote.end in ends


def test_terms_are_those_of_the_ontology(story: Extraction) -> None:
    assert {event.kind for event in story.events} <= set(EVENT_KINDS)
    assert {event.type for event in story.events} <= set(EVENT_TYPES)
    assert {link.relation for link in story.links} <= set(RELATIONS)
    assert {link.hedge for link in story.links} | {event.hedge for event in story.events} <= set(HEDGES)


def test_same_text_same_extraction(nlp: Language, story: Extraction) -> None:
    articles = [Article("story", STORY), Article("other", "Nothing happened in the town today, said the mayor.")]
    assert next(iter(extract_all(iter(articles), nlp))) == story
    assert list(extract_all([], nlp)) == []


def test_an_article_without_a_breach_names_none(nlp: Language) -> None:
    quiet = extract(Article("quiet", "Nothing happened in the town today, said the mayor."), nlp)
    assert (quiet.breach, quiet.incident, quiet.links) == (None, None, ())


def test_version_names_rules_and_pipeline(nlp: Language) -> None:
    assert version(nlp).startswith("rules-")
    assert nlp.meta["version"] in version(nlp)


def test_an_unknown_pipeline_is_named() -> None:
    with pytest.raises(SetupError, match="no_such_pipeline"):
        load("no_such_pipeline")


WORDS = st.sampled_from(
    [
        *("the", "a", "breach", "attack", "Therefore", ",", ".", '"', "“", "”", "(", ")", "because", "of", "led", "to"),
        *("which", "said", "it", "This", "drop", "in", "orders", "forcing", "drivers", "after", "hit", "by", "and"),
        *("not", "'s", "-", "\n", "\n\n", "that", "more", "than", "40", "percent", "5bn", "would", "if", "denied"),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join)))
@example("")
@example("\n\n \u2029\n")
@example("The breach led to")
@example("“ ” ” “ ' \" said said said")
@example("\U0001f600 a\u0301 \u202e breach \x00 led to losses")
def test_any_text_gives_an_extraction_that_holds(nlp: Language, text: str) -> None:
    extraction = extract(Article("any", text), nlp)
    for span in extraction.spans():
        assert text[span.start : span.end] == span.text

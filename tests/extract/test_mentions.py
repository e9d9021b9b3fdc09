"""Groups and organisations are found with exact spans and grounded."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from extract.base import load_base
from extract.groups import find_groups
from extract.organisations import find_organisations, wikidata
from ontology.terms import GROUPS


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_base()


@pytest.mark.parametrize(
    ("text", "phrase", "group"),
    [
        ("It idled the parcel delivery drivers there.", "the parcel delivery drivers", "delivery_worker"),
        ("Lorry drivers waited.", "Lorry drivers", "driver"),
        ("Some cattle producers stopped.", "Some cattle producers", "farmer"),
        ("It hurt small merchants.", "small merchants", "small_merchant"),
        ("It hurt parts makers.", "parts makers", "supplier"),
        ("The nurses went unpaid.", "The nurses", "health_worker"),
        ("Fulfillment staff were sent home.", "Fulfillment staff", "warehouse_worker"),
    ],
)
def test_a_phrase_is_grounded(nlp: Language, text: str, phrase: str, group: str) -> None:
    (found,) = find_groups(nlp(text))
    assert (found.span.text, found.grounding) == (phrase, group)


def test_a_bare_word_takes_up_the_fuller_phrase(nlp: Language) -> None:
    found = list(find_groups(nlp("It hit parcel couriers and delivery drivers. Some drivers were sent home.")))
    assert [mention.grounding for mention in found] == ["delivery_worker"] * 3


def test_no_person_is_meant_inside_a_compound(nlp: Language) -> None:
    assert list(find_groups(nlp("Its customer service failed."))) == []


def test_an_alias_is_grounded_with_its_item(nlp: Language) -> None:
    found = list(find_organisations(nlp("Officials at the FBI said so.")))
    assert [mention.grounding for mention in found] == ["Federal Bureau of Investigation"]
    assert wikidata("Federal Bureau of Investigation") == "Q8333"
    assert wikidata("nobody") is None


def test_initials_told_in_brackets_are_learnt(nlp: Language) -> None:
    text = "The National Parcel Regulation Board (NPRB) opened a case. The NPRB fined it."
    found = list(find_organisations(nlp(text)))
    assert {mention.grounding for mention in found} == {"National Parcel Regulation Board"}
    assert [mention.span.text for mention in found][-1] == "NPRB"


def test_an_unknown_firm_is_found_by_its_cue(nlp: Language) -> None:
    found = list(find_organisations(nlp("Hackers struck Velmora, a Dutch online retailer, in May.")))
    assert [mention.grounding for mention in found] == ["Velmora"]


_WORDS = st.sampled_from(
    ["The ", "FBI", " (", ")", "Acme Corp. ", "’s users ", "drivers ", "delivery ", "-", "é ", "\n", "said "]
)


@settings(deadline=None)
@given(text=st.one_of(st.text(), st.lists(_WORDS, max_size=20).map("".join)))
def test_any_text_gives_exact_spans_in_order(nlp: Language, text: str) -> None:
    doc = nlp(text)
    for found in (list(find_groups(doc)), list(find_organisations(doc))):
        end = 0
        for mention in found:
            assert text[mention.span.start : mention.span.end] == mention.span.text
            assert end <= mention.span.start < mention.span.end
            end = mention.span.end
    assert all(mention.grounding in GROUPS for mention in find_groups(doc))

"""Rules and heads vote on livelihoods: who is named, on whom an event falls, whether it harms them."""

from __future__ import annotations

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extract.base import MODEL, load_base
from extract.components import register
from extract.encoder import load_labels
from extract.events import EventMention
from extract.groups import find_groups
from extract.livings import Livings, vote_groups
from ontology.records import Mention, Span

TEXT = "Huw Meredith cannot sell his lambs. Couriers wait, and the shops stay shut."
MEREDITH, LAMBS, COURIERS = (0, 2), (2, 7), (8, 9)


@pytest.fixture(scope="module")
def base() -> Language:
    register()
    return load_base()


@pytest.fixture
def doc(base: Language) -> Doc:
    """A text on which the heads say that nobody is named."""
    doc = base(TEXT)
    for name, values in doc._.told.items():
        if name not in ("link", "causal"):
            values[:] = np.log(0.001)
            values[:, 0] = np.log(0.98)
    return doc


def say(doc: Doc, stretch: tuple[int, int], head: str, *labels: str) -> None:
    """Make a head give the first token of a stretch the first of the labels, and the others the last one."""
    names = load_labels(MODEL)[head]
    for place, token in enumerate(range(*stretch)):
        doc._.told[head][token] = np.log(0.001)
        doc._.told[head][token, names.index(labels[min(place, len(labels) - 1)])] = np.log(0.97)


def ruled(doc: Doc) -> list[Mention]:
    return sorted(find_groups(doc), key=lambda m: m.span)


def found(doc: Doc) -> list[tuple[str, str | None, str]]:
    return [(m.span.text, m.grounding, m.rule.partition(".")[0]) for m in vote_groups(doc, ruled(doc))]


def test_without_heads_the_rules_stand(doc: Doc) -> None:
    doc._.told = None
    assert list(vote_groups(doc, ruled(doc))) == ruled(doc)


def test_a_head_alone_names_who_has_no_word_for_it(doc: Doc) -> None:
    say(doc, MEREDITH, "people", "B-harmed", "I-harmed")
    say(doc, MEREDITH, "living", "farmer")
    assert ("Huw Meredith", "farmer", "head") in found(doc)


def test_people_of_no_group_that_the_head_is_sure_of_are_left_out(doc: Doc) -> None:
    say(doc, MEREDITH, "people", "B-other", "I-other")
    say(doc, MEREDITH, "living", "none")
    assert "Huw Meredith" not in [text for text, _, _ in found(doc)]


def test_rule_and_head_name_one_mention_where_they_meet(doc: Doc) -> None:
    say(doc, COURIERS, "people", "B-harmed")
    say(doc, COURIERS, "living", "delivery_worker")
    assert [row for row in found(doc) if row[0] == "Couriers"] == [("Couriers", "delivery_worker", "delivery")]


def test_an_event_falls_on_whom_the_head_says(doc: Doc) -> None:
    event = EventMention(*LAMBS, 3, "impact", "income_falls", "harm")
    say(doc, LAMBS, "event", "B-harm", "I-harm")
    say(doc, LAMBS, "living", "farmer")
    mentions = [
        Mention(Span(0, 12, "Huw Meredith"), "group", "farmer", "head.living"),
        Mention(Span(36, 44, "Couriers"), "group", "delivery_worker", "group.courier"),
    ]
    assert Livings(doc, mentions).falls_on(event, (0, 8))[:1] == ["farmer"]
    assert Livings(doc, mentions[1:]).falls_on(event, (0, 8)) == []


def test_harm_is_told_by_events_and_heads(doc: Doc) -> None:
    mentions = [Mention(Span(0, 12, "Huw Meredith"), "group", "farmer", "head.living")]
    doc._.told["people"][:] = np.log(0.001)
    say(doc, MEREDITH, "people", "B-harmed", "I-harmed")
    assert Livings(doc, mentions).harmed(frozenset({"farmer"})) == {"farmer"}
    say(doc, MEREDITH, "people", "B-other", "I-other")
    assert "farmer" not in Livings(doc, []).harmed(frozenset({"farmer"}))

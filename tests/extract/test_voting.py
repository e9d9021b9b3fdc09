"""Rules and heads vote: heads alone, rules alone, both, and what none of them wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extract import voting
from extract.base import load_base
from extract.components import register
from extract.events import EventMention
from extract.frames import Told
from extract.heads import Heads
from extract.pipeline import load
from extract.rules import table

TEXT = "The outage began on Monday. Orders fell and couriers lost income."
OUTAGE, ORDERS, INCOME = (0, 2), (6, 8), (9, 12)


@pytest.fixture(scope="module")
def base() -> Language:
    register()
    return load_base()


@pytest.fixture
def doc(base: Language) -> Doc:
    """A text on which the heads say nothing, and no rule either."""
    doc = base(TEXT)
    for name, values in doc._.told.items():
        values[:] = 0.0
        if name not in ("link", "causal"):
            values[:] = np.log(0.01)
            values[:, 0] = np.log(0.99)
    doc._.events, doc._.links, doc._.speech = (), (), ()
    return doc


def mark(doc: Doc, stretch: tuple[int, int], label: int) -> None:
    """Make the event head mark tokens as one mention; `label` is the number of its B label."""
    scores = doc._.told["event"]
    scores[slice(*stretch)] = np.log(0.01)
    scores[stretch[0], label] = scores[stretch[0] + 1 : stretch[1], label + 1] = np.log(0.95)


def pair(monkeypatch: pytest.MonkeyPatch, chances: Mapping[tuple[int, int], Mapping[str, float]]) -> None:
    def pairs(self: Heads, mentions: Any, asked: Any) -> dict[tuple[int, int], dict[str, float]]:
        return {key: {"none": 1.0, "same": 0.0, **value} for key, value in chances.items()}

    monkeypatch.setattr(Heads, "pairs", pairs)


def test_without_heads_what_the_rules_found_stands(base: Language) -> None:
    doc = base(TEXT)
    told = Told(EventMention(*OUTAGE, 1), EventMention(*ORDERS, 7), "causes", None, "sign.x")
    doc._.told, doc._.events, doc._.links = None, (told.effect,), (told,)
    assert voting.vote(doc) == voting.Verdict((told.effect,), (told,))


def test_a_head_alone_makes_events_and_links(doc: Doc, monkeypatch: pytest.MonkeyPatch) -> None:
    mark(doc, ORDERS, 5)
    mark(doc, INCOME, 5)
    pair(monkeypatch, {(0, 1): {"causes": 0.97}})
    verdict = voting.vote(doc)
    assert [(m.start, m.end, m.kind, m.effect) for m in verdict.events] == [
        (*ORDERS, "impact", "harm"),
        (*INCOME, "impact", "harm"),
    ]
    (link,) = verdict.links
    assert (link.cause.start, link.effect.start, link.rule) == (ORDERS[0], INCOME[0], "head.link")
    assert link.confidence is not None
    assert link.confidence > table("votes")["link"]["least"]


def test_a_rule_that_the_head_doubts_falls_and_one_that_it_shares_stands(
    doc: Doc, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stretch in (OUTAGE, ORDERS, INCOME):
        mark(doc, stretch, 9)
    told = [
        Told(EventMention(*OUTAGE, 1), EventMention(*ORDERS, 7), "causes", None, "verb.result"),
        Told(EventMention(*OUTAGE, 1), EventMention(*INCOME, 10), "causes", None, "verb.result"),
    ]
    doc._.links = tuple(told)
    pair(monkeypatch, {(0, 1): {"causes": 0.9}, (0, 2): {"causes": 0.0001}})
    verdict = voting.vote(doc)
    assert [(link.effect.start, link.rule) for link in verdict.links] == [(ORDERS[0], "verb.result+head")]


def test_a_rule_and_a_head_that_overlap_mean_one_mention(doc: Doc, monkeypatch: pytest.MonkeyPatch) -> None:
    mark(doc, INCOME, 5)
    doc._.events = (EventMention(10, 12, 10, "income_falls", "impact", "harm", rule="impact.income_falls"),)
    pair(monkeypatch, {})
    (event,) = voting.vote(doc).events
    assert (event.start, event.end, event.type, event.rule) == (*INCOME, "income_falls", "impact.income_falls+head")


def test_mentions_that_are_the_same_point_to_each_other(doc: Doc, monkeypatch: pytest.MonkeyPatch) -> None:
    mark(doc, ORDERS, 5)
    mark(doc, INCOME, 5)
    pair(monkeypatch, {(0, 1): {"same": 0.99}, (1, 0): {"same": 0.99}})
    assert voting.vote(doc).events[1].antecedent == ORDERS


def test_the_whole_pipeline_says_who_found_each_link() -> None:
    doc = load()(
        "The breach at Kestrel led to a sharp fall in orders. As a result, couriers lost a third of their income."
    )
    assert doc._.links
    for link in doc._.links:
        assert 0 < link.confidence < 1
        assert link.rule.partition(".")[0] in {"verb", "sign", "head"}

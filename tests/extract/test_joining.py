"""Mentions that are one event, from hand-made mentions."""

from __future__ import annotations

import pytest
from spacy.language import Language

from extract.events import EventMention
from extract.joining import join_events
from extract.pipeline import load as load_pipeline


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


@pytest.mark.parametrize(
    ("later", "events"),
    [("the hiring freeze", 1), ("a second hiring freeze", 2), ("the other hiring freeze", 2), ("the wage freeze", 2)],
)
def test_the_same_words_with_the_take_an_event_up_again(nlp: Language, later: str, events: int) -> None:
    doc = nlp(f"The fine led to a hiring freeze. Workers lost their jobs because of {later}.")
    end = len(doc) - 1
    first = EventMention(4, 7, 6, kind="impact")
    second = EventMention(end - len(later.split()), end, end - 1, kind="impact", type="hardship", effect="harm")
    assert len(join_events(doc, [(first, None), (second, "warehouse_worker")])) == events

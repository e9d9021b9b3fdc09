"""Long and hostile texts: the work on events and links grows with the text and no faster."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extract import joining
from extract.clauses import clauses_of
from extract.events import EventMention, find_events
from extract.joining import Joined, join_events
from extract.linker import DISTANCES, NEAR, Linker
from extract.links import find_links
from extract.speakers import find_speech
from extract.words import Words


def tagged(words: list[str], tags: list[str], *, sentence: int) -> Doc:
    """A Doc with parts of speech and sentences of so many words, as no pipeline would need to read it."""
    starts: list[bool | int | None] = [place % sentence == 0 for place in range(len(words))]
    return Doc(Vocab(), words=words, pos=tags, lemmas=[word.lower() for word in words], sent_starts=starts)


def mentions(number: int) -> list[tuple[EventMention, str | None]]:
    """Mentions of as many events that share neither head word nor type nor place."""
    return [(EventMention(2 * n, 2 * n + 1, 2 * n), None) for n in range(number)]


def asked(monkeypatch: pytest.MonkeyPatch, number: int) -> int:
    """How often a mention is held against an event while so many are joined."""
    count: Counter[str] = Counter()
    real = joining._is_home

    def counting(words: Words, event: Joined, mention: EventMention, group: str | None, heads: set[str]) -> bool:
        count["asked"] += 1
        return real(words, event, mention, group, heads)

    monkeypatch.setattr(joining, "_is_home", counting)
    nouns = [f"noun{place}x" if place % 2 == 0 else "and" for place in range(2 * number)]
    doc = tagged(nouns, ["NOUN", "CCONJ"] * number, sentence=40)
    assert len(join_events(doc, mentions(number))) == number
    monkeypatch.undo()
    return count["asked"]


def test_a_mention_is_held_only_against_events_that_share_something(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, 10_000) <= 10_000


def test_pairs_of_mentions_grow_with_the_text_alone() -> None:
    shapes = (3, 6), (1, 2), (len(DISTANCES) + 1, 2)
    linker = Linker(*(np.zeros(shape, dtype=np.float32) for shape in shapes))

    def pairs(count: int) -> int:
        link = np.zeros((count, 5), dtype=np.float32)
        return sum(len(causes) for causes, _, _ in linker.chances(link, [(n, n + 1) for n in range(count)]))

    assert pairs(2000) - pairs(1000) == 1000 * 2 * NEAR


@pytest.mark.parametrize(
    ("word", "tag"), [(",", "PUNCT"), ("(", "PUNCT"), (")", "PUNCT"), ("fell", "VERB"), ("orders", "NOUN")]
)
def test_a_sentence_without_end_is_read_in_pieces(word: str, tag: str) -> None:
    doc = tagged([word] * 20_000, [tag] * 20_000, sentence=20_000)
    doc.user_data.clear()
    assert max(clauses.end - clauses.start for clauses in clauses_of(doc)) <= 250
    for find in (find_speech, find_events, find_links):
        list(find(doc))  # comes to an end


def test_words_and_clauses_are_read_once() -> None:
    doc = tagged(["Orders", "fell", "."], ["NOUN", "VERB", "PUNCT"], sentence=3)
    assert clauses_of(doc) is clauses_of(doc)
    assert clauses_of(doc)[0].words is clauses_of(doc)[0].words

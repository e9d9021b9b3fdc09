"""Annotated articles go in, batches with all of their event mentions and links come out."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

import torch

from extract.pieces import WordPieces
from extract.training.batches import Batch, Pairs, Window, collate, vary
from extract.training.causal import PAIRS, Story
from extract.training.gold import UNKNOWN

JITTER = 0.15
FAR = 250  # words; farther apart, mentions are no links and only what is the same is learned


def story_batches(
    stories: Iterable[Story], pieces: WordPieces, window: int, budget: int, chance: random.Random | None
) -> Iterator[Batch]:
    """Yields batches of whole articles, cut into windows of at most `window` pieces as in reading.

    Args:
        stories: the articles.
        pieces: counts the pieces of words.
        window: the most pieces of a window.
        budget: pieces of a batch; an article that is longer is a batch of its own.
        chance: where given, the articles are shuffled, their casing varied and the ends of mentions moved.
    """
    waiting: list[tuple[Story, list[Window]]] = []
    filled = 0
    order = list(stories)
    if chance:
        chance.shuffle(order)
    for story in order:
        cut = _windows(story, pieces, window if chance is None else int(window * chance.uniform(0.4, 1.0)))
        size = len(cut) * window
        if waiting and filled + size > budget:
            yield _collate(waiting, pieces, chance)
            waiting, filled = [], 0
        waiting.append((story, cut))
        filled += size
    if waiting:
        yield _collate(waiting, pieces, chance)


def _windows(story: Story, pieces: WordPieces, most: int) -> list[Window]:
    found: list[Window] = [[]]
    filled = 0
    for sentence in story.sentences:
        size = sum(len(pieces.read(word.form).ids) for word in sentence)
        if found[-1] and filled + size > most:
            found.append([])
            filled = 0
        found[-1].append(sentence)
        filled += size
    return found


def _collate(waiting: list[tuple[Story, list[Window]]], pieces: WordPieces, chance: random.Random | None) -> Batch:
    windows: list[Window] = []
    pairs: list[Pairs] = []
    at = 0
    for story, cut in waiting:
        words = sum(len(sentence) for sentence in story.sentences)
        if len(story.mentions) > 1:
            pairs.append(_pairs(story, at, words, chance))
        windows.extend(vary(window, chance, {}) if chance else window for window in cut)
        at += words
    return replace(collate(windows, pieces), pairs=tuple(pairs))


def _pairs(story: Story, at: int, words: int, chance: random.Random | None) -> Pairs:
    spans = [_moved(first, last, words, chance) for first, last, _ in story.mentions]
    events = [events for _, _, events in story.mentions]
    labels = torch.zeros(len(spans), len(spans), dtype=torch.long)
    for one, (first, _) in enumerate(spans):
        for other, (second, _) in enumerate(spans):
            if one == other:
                labels[one, other] = UNKNOWN
            elif events[one] & events[other]:
                labels[one, other] = PAIRS.index("same")
            elif abs(first - second) <= FAR:
                labels[one, other] = story.links.get((one, other), 0)
    table = torch.tensor(spans) + at
    return Pairs(table[:, 0], table[:, 1], labels)


def _moved(first: int, last: int, words: int, chance: random.Random | None) -> tuple[int, int]:
    if chance is None or chance.random() >= JITTER:
        return first, last
    first = max(0, first + chance.choice((-2, -1, 0, 1)))
    last = min(words - 1, last + chance.choice((-1, 0, 1, 2)))
    return (first, last) if first <= last else (last, first)

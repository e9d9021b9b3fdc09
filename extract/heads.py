"""In: a Doc on which the encoder's heads have spoken. Out: what they take for events, signals, and pairs of events.

Everything here is chance and span; what becomes of it is decided in `voting`. A Doc that another pipeline has read has
no such heads, and everything is empty.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from extract.base import MODEL
from extract.encoder import load_labels
from extract.linker import Linker
from extract.spans import SpanDecoder
from extract.words import words_of

Floats = NDArray[np.float32]
Range = tuple[int, int]

ATTENTIONS: Final = 4
SLIGHT: Final = 0.02  # chance of a causal relation under which a pair is left out
SLIGHT_SAME: Final = 0.1  # chance of being one event under which a pair is left out
FAINT: Final = 1e-3  # chance of being anything to each other under which even a pair that is asked for is left out


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of tokens that a head marks, with its label ("" where the head has but one) and the mean chance."""

    start: int
    end: int
    label: str
    chance: float


class Heads:
    """What the heads say of one Doc.

    Attributes:
        places: the token index of every word, white space left out.
    """

    def __init__(self, doc: Doc) -> None:
        """Takes what the encoder left on the Doc."""
        told: Mapping[str, Floats] = (doc._.told if Doc.has_extension("told") else None) or {}
        words = [word for word in words_of(doc) if not word.is_space]
        self.places = np.array([word.i for word in words], dtype=np.int64)
        self._order: list[int] = self.places.tolist()
        self._unmarked: dict[str, Floats] = {}
        self._told = {name: values[self.places] for name, values in told.items()}
        self._starts = np.array([word.opens for word in words], dtype=bool)
        self._starts[:1] = True

    def __bool__(self) -> bool:
        """True where there are any."""
        return bool(self._told) and len(self.places) > 0

    def marked(self, head: str, bonus: float = 0.0) -> Iterator[Marked]:
        """Yields the stretches that a head marks, in order; `bonus` log odds are given to marking against not."""
        if not self:
            return
        labels = _labels()[head]
        scores = self._told[head]
        outside = labels.index("O")
        leaning = scores.copy()
        leaning[:, outside] -= bonus
        chosen = _decoder(head).decode(leaning, self._starts)
        for start, end in _stretches(chosen, labels):
            kind = labels[int(chosen[start])].partition("-")[2]
            inside = 1.0 - np.exp(scores[start:end, outside])
            yield Marked(int(self.places[start]), int(self.places[end - 1]) + 1, kind, float(inside.mean()))

    def inside(self, head: str, stretch: Range) -> float:
        """The mean chance that the tokens of a stretch are marked by a head, with any label."""
        start, end = self._words(stretch)
        outside = self._outside(head)[start:end]
        return float(1.0 - outside.mean()) if len(outside) else 0.0

    def labels(self, head: str, stretch: Range) -> dict[str, float]:
        """The mean chance of each label of a head, whether it begins or goes on, over the tokens of a stretch."""
        start, end = self._words(stretch)
        if not self or end <= start:
            return {}
        found: dict[str, float] = {}
        chances = np.exp(self._told[head][start:end]).mean(0).tolist()
        for label, chance in zip(_labels()[head], chances, strict=True):
            if label != "O":
                kind = label.partition("-")[2]
                found[kind] = found.get(kind, 0.0) + chance
        return found

    def classes(self, head: str, stretch: Range) -> dict[str, float]:
        """The mean chance of each label of a head that tells classes, over the tokens of a stretch."""
        start, end = self._words(stretch)
        if head not in self._told or end <= start:
            return {}
        chances: list[float] = np.exp(self._told[head][start:end]).mean(0).tolist()
        return dict(zip(_labels()[head], chances, strict=True))

    def pairs(
        self, mentions: Sequence[Range], asked: Set[Range] = frozenset()
    ) -> dict[tuple[int, int], dict[str, float]]:
        """What each mention is to the others near it: the chance of every label ("none", "same", the relations).

        Pairs that are most likely nothing to each other are left out, those `asked` for only if that is all but sure.

        Args:
            mentions: token ranges in reading order.
            asked: pairs of cause and effect, by their places among the mentions.
        """
        if not self:
            return {}
        labels = _labels()["pair"]
        words = [self._words(mention) for mention in mentions]
        kept = [n for n, (start, end) in enumerate(words) if end > start]
        found: dict[tuple[int, int], dict[str, float]] = {}
        for causes, effects, chances in _linker().chances(self._told["link"], [words[n] for n in kept]):
            nothing, same = chances[:, labels.index("none")], chances[:, labels.index("same")]
            likely = (same >= SLIGHT_SAME) | (1 - nothing - same >= SLIGHT)
            for place in np.flatnonzero(likely | (nothing < 1 - FAINT)).tolist():
                pair = kept[causes[place]], kept[effects[place]]
                if likely[place] or pair in asked:
                    found[pair] = dict(zip(labels, chances[place].tolist(), strict=True))
        return found

    def causal(self, stretch: Range) -> float:
        """The chance that a stretch, as one sentence, tells a cause and its effect."""
        start, end = self._words(stretch)
        if end <= start:
            return 0.0
        weights, values = np.split(self._told["causal"][start:end], [ATTENTIONS], axis=1)
        weights = np.exp(weights - weights.max(0))
        return float(1.0 / (1.0 + np.exp(-((weights / weights.sum(0)) * values).sum())))

    def _outside(self, head: str) -> Floats:
        """The chance of every word that a head does not mark it."""
        if head not in self._unmarked:
            self._unmarked[head] = np.exp(self._told[head][:, _labels()[head].index("O")])
        return self._unmarked[head]

    def _words(self, stretch: Range) -> Range:
        return bisect_left(self._order, stretch[0]), bisect_left(self._order, stretch[1])


def _stretches(chosen: NDArray[np.int64], labels: Sequence[str]) -> Iterator[Range]:
    start = -1
    for place, number in enumerate([*chosen.tolist(), labels.index("O")]):
        goes_on = labels[number].startswith("I")
        if start >= 0 and not goes_on:
            yield start, place
            start = -1
        if labels[number].startswith("B"):
            start = place


@cache
def _labels() -> dict[str, list[str]]:
    return load_labels(MODEL)


@cache
def _decoder(head: str) -> SpanDecoder:
    return SpanDecoder(_labels()[head])


@cache
def _linker() -> Linker:
    return Linker.load(MODEL / "links.npz")

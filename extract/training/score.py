"""Words with their spans in two readings of one text go in, F1 of every measure comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Read:
    """One word of one reading; `span` is in characters without white space, `head` the head's span or None."""

    span: Span
    tag: str
    head: Span | None
    relation: str


@dataclass(slots=True)
class Tally:
    """What was found, what there was to find, and what both have."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def add(self, found: Iterable[object], gold: Iterable[object]) -> None:
        """Counts two sets."""
        one, other = set(found), set(gold)
        self.right += len(one & other)
        self.found += len(one)
        self.gold += len(other)

    @property
    def f1(self) -> float:
        """F1 in percent."""
        return 200 * self.right / max(1, self.found + self.gold)


@dataclass(slots=True)
class Tallies:
    """One tally for each measure, made when first used."""

    of: dict[str, Tally] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Tally:
        """Returns the tally of `name`."""
        return self.of.setdefault(name, Tally())

    def values(self) -> dict[str, float]:
        """Returns F1 in percent by measure, two digits."""
        return {name: round(tally.f1, 2) for name, tally in self.of.items()}


def squeeze(forms: Sequence[str]) -> list[Span]:
    """Returns the span of each form in the text without white space."""
    spans: list[Span] = []
    at = 0
    for form in forms:
        size = len("".join(form.split()))
        spans.append((at, at + size))
        at += size
    return spans


def score_tree(found: Sequence[Read], gold: Sequence[Read], tallies: Tallies) -> None:
    """Counts words, tags and arcs as the CoNLL 2018 shared task does, on words as they were cut.

    A word counts only where both readings cut it alike; an arc needs the same head (the root is none) and, for
    `las`, the same universal relation (before the colon).
    """
    tallies["token_f1"].add((w.span for w in found), (w.span for w in gold))
    tallies["tag"].add(((w.span, w.tag) for w in found), ((w.span, w.tag) for w in gold))
    tallies["uas"].add(((w.span, w.head) for w in found), ((w.span, w.head) for w in gold))
    tallies["las"].add(*(((w.span, w.head, _universal(w)) for w in words) for words in (found, gold)))
    tallies["las_full"].add(*(((w.span, w.head, w.relation) for w in words) for words in (found, gold)))


def _universal(word: Read) -> str:
    return word.relation.partition(":")[0]

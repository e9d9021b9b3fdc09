"""In: a Doc on which the heads have spoken. Out: the cause, effect and signal spans of each relation in a sentence.

What Causal News Corpus asks for: whole clauses, not the short phrases that name events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from extract.heads import Heads, Marked


@dataclass(frozen=True, slots=True)
class Relation:
    """One causal relation: cause, effect, and the signals that tell it (none where only the sense does)."""

    cause: Marked
    effect: Marked
    signals: tuple[Marked, ...]


def find_relations(doc: Doc, heads: Heads | None = None) -> Iterator[Relation]:
    """Yield the relations of a text of one sentence or a few, by their effects; every cause is in one at least."""
    heads = Heads(doc) if heads is None else heads
    causes, effects = list(heads.marked("cause")), list(heads.marked("effect"))
    if not causes or not effects:
        return
    pairs = [(_nearest(effect, causes), effect) for effect in effects]
    used = {id(cause) for cause, _ in pairs}
    pairs += [(cause, _nearest(cause, effects)) for cause in causes if id(cause) not in used]
    told: dict[int, list[Marked]] = {}
    for signal in heads.marked("signal"):
        at = min(range(len(pairs)), key=lambda n: _gap(signal, pairs[n]))
        told.setdefault(at, []).append(signal)
    for n, (cause, effect) in enumerate(pairs):
        yield Relation(cause, effect, tuple(told.get(n, ())))


def _nearest(mark: Marked, others: Sequence[Marked]) -> Marked:
    return min(others, key=lambda other: (max(other.start - mark.end, mark.start - other.end), other.start))


def _gap(signal: Marked, pair: tuple[Marked, Marked]) -> int:
    low, high = min(mark.start for mark in pair), max(mark.end for mark in pair)
    return max(low - signal.end, signal.start - high, 0)

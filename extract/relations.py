"""In: what the heads say of one text. Out: the cause, effect and signal spans of each relation in a sentence.

What Causal News Corpus asks for: whole clauses, not the short phrases that name events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from extract.heads import Heads, Marked

LEANING: Final = 0.75  # log odds for marking: a causal sentence has both ends somewhere
GAP: Final = 8  # tokens between two pieces of one clause


@dataclass(frozen=True, slots=True)
class Relation:
    """One causal relation: cause, effect, and the signals that tell it (none where only the sense does)."""

    cause: Marked
    effect: Marked
    signals: tuple[Marked, ...]


def find_relations(heads: Heads) -> Iterator[Relation]:
    """Yield the relation of a sentence that is known to be causal: its widest and surest cause and effect.

    Pieces of one clause that the heads leave apart are put together; a sentence of several relations gives its plainest
    one, for what is guessed beyond it is wrong more often than right. Empty where no cause or no effect is found.
    """
    pieces = {role: list(heads.marked(role, LEANING)) for role in ("cause", "effect")}
    causes = _whole(pieces["cause"], pieces["effect"])
    effects = _whole(pieces["effect"], pieces["cause"])
    if causes and effects:
        cause, effect = max(causes, key=_weight), max(effects, key=_weight)
        yield Relation(cause, effect, tuple(heads.marked("signal")))


def _whole(marks: Sequence[Marked], others: Sequence[Marked]) -> list[Marked]:
    found: list[Marked] = []
    for mark in marks:
        last = found[-1] if found else None
        if last is None or mark.start - last.end > GAP or _between(last, mark, others):
            found.append(mark)
        else:
            found[-1] = Marked(last.start, mark.end, last.label, (last.chance + mark.chance) / 2)
    return found


def _between(last: Marked, mark: Marked, others: Sequence[Marked]) -> bool:
    return any(other.start < mark.start and other.end > last.end for other in others)


def _weight(mark: Marked) -> float:
    return (mark.end - mark.start) * mark.chance

"""In: what the heads say of one text. Out: the cause, effect and signal spans of each relation in a sentence.

What Causal News Corpus asks for: whole clauses, not the short phrases that name events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from extract.heads import Heads, Marked

LEANING: Final = 0.75  # log odds for marking: a causal sentence has both ends somewhere
GAP: Final = 4  # tokens between two pieces of one clause


@dataclass(frozen=True, slots=True)
class Relation:
    """One causal relation: cause, effect, and the signals that tell it (none where only the sense does)."""

    cause: Marked
    effect: Marked
    signals: tuple[Marked, ...]


def find_relations(heads: Heads) -> Iterator[Relation]:
    """Yield the relations of a sentence that is known to be causal, the plainest first; one, or two.

    The widest and surest cause and effect are one. A second signal and a second clause tell another, of the next best
    ends, which may share one with the first; what is guessed beyond that is wrong more often than right. Pieces of one
    clause that the heads leave apart are put together. Empty where no cause or no effect is found.
    """
    pieces = {role: list(heads.marked(role, LEANING)) for role in ("cause", "effect")}
    causes = sorted(_whole(pieces["cause"], pieces["effect"]), key=_weight, reverse=True)
    effects = sorted(_whole(pieces["effect"], pieces["cause"]), key=_weight, reverse=True)
    signals = tuple(heads.marked("signal"))
    if not causes or not effects:
        return
    first, second = (causes[0], effects[0]), (causes[:2][-1], effects[:2][-1])
    if first == second or len(signals) < 2:
        yield Relation(*first, signals)
        return
    nearer = [_away(signal, first) <= _away(signal, second) for signal in signals]
    for ends, own in ((first, True), (second, False)):
        yield Relation(*ends, tuple(s for s, near in zip(signals, nearer, strict=True) if near is own))


def _away(signal: Marked, ends: tuple[Marked, Marked]) -> int:
    """Twice the tokens between the middle of a signal and that of the nearer end."""
    return min(abs(signal.start + signal.end - end.start - end.end) for end in ends)


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

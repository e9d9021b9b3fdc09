"""In: the assembled graph. Out: the percentages that contradict the amounts that the same sentences give.

Two forms are checked: a change in percent beside the two levels that it lies between ("from 413.1m to 330m, a fall of
30 percent"), and one beside the amount of the change and one level ("down 1.1 million, or 3.2 percent, to 33.19
million"). Rounding of every number is allowed for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.assembled import Assembled, Figure
from graph.intervals import Interval, interval_of, wording
from ontology.records import Span


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An article that contradicts itself: the percentage it gives, and what its own amounts come to, in percent."""

    article: str
    quote: Span
    percentage: Figure
    amounts: tuple[Figure, ...]
    expected: Interval


def contradictions(assembled: Assembled) -> tuple[Contradiction, ...]:
    """Check every sentence with one change in percent and two amounts of one unit, by article and place."""
    sentences: dict[tuple[str, Span], list[Figure]] = defaultdict(list)
    for figure in assembled.figures:
        for article, quote in {(witness.article, witness.quote) for witness in figure.witnesses}:
            sentences[article, quote].append(figure)
    found = (
        contradiction
        for (article, quote), figures in sorted(sentences.items())
        for contradiction in _check(article, quote, figures)
    )
    return tuple(found)


def _check(article: str, quote: Span, figures: Sequence[Figure]) -> Iterator[Contradiction]:
    changes = [one for one in figures if one.unit == "percent" and one.direction != "none"]
    amounts = [one for one in figures if one.unit == "count" or one.unit.startswith("money:")]
    if len(changes) != 1 or len(amounts) != 2 or amounts[0].unit != amounts[1].unit:
        return
    amounts.sort(key=lambda one: quote.text.find(one.text))
    told, expected = interval_of(changes[0]), _possible(changes[0].direction, amounts)
    if expected and not any(_widened(one).overlaps(told) for one in expected):
        yield Contradiction(article, quote, changes[0], tuple(amounts), expected[0])


def _possible(direction: str, amounts: Sequence[Figure]) -> list[Interval]:
    """Return the percentages that two amounts may come to; empty where they are no levels of one change."""
    sign = -1 if direction == "decrease" else 1
    changed = [one for one in amounts if one.direction == direction]
    if len(changed) == 1:
        change, level = interval_of(changed[0]), next(interval_of(one) for one in amounts if one is not changed[0])
        before = Interval(level.low - sign * change.high, level.high - sign * change.low)
        return _shares(change, before) + _shares(change, level)  # the level is told after or before the change
    if changed or any(one.direction != "none" for one in amounts):
        return []
    first, second = (interval_of(one) for one in amounts)
    old, new = (first, second) if (second.low - first.low) * sign > 0 else (second, first)
    change = Interval(*sorted((sign * (new.low - old.high), sign * (new.high - old.low))))
    return _shares(change, old)


def _shares(part: Interval, whole: Interval) -> list[Interval]:
    """Return what percentage a part is of a whole; nothing where an end is open or the whole may be nothing."""
    if whole.low <= 0 or part.width + whole.width == float("inf"):
        return []
    return [Interval(100 * max(part.low, 0.0) / whole.high, 100 * part.high / whole.low)]


def _widened(one: Interval) -> Interval:
    slack = float(wording()["arithmetic_slack"])
    return Interval(one.low - slack, one.high + slack)

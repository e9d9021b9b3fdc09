"""Figures in, those that may measure an incident or its effects out: no dates, ages, addresses, names or versions."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from extract.intervals import Interval
from extract.rules import load, regex

_DURATIONS = frozenset({"hours", "days", "weeks", "months", "years"})
_BARE_ONE = re.compile(r"(?:one|1)$", re.IGNORECASE)


class Excluded:
    """The stretches of one text whose numbers are no figures."""

    def __init__(self, text: str) -> None:
        spans = sorted(match.span() for match in _pattern().finditer(text))
        self._starts = [start for start, _ in spans]
        self._ends: list[int] = []
        furthest = 0
        for _, end in spans:
            furthest = max(furthest, end)
            self._ends.append(furthest)

    def covers(self, start: int, end: int) -> bool:
        """Whether any such stretch overlaps `[start, end)`."""
        index = bisect_right(self._starts, end - 1) - 1
        return index >= 0 and self._ends[index] > start


def matters(text: str, figure: Interval, excluded: Excluded) -> bool:
    """Whether a figure, its qualifier included, may measure the incident or an effect of it."""
    start, end = figure.first.number.start, figure.last.number.end
    if figure.unit == "ordinal" or excluded.covers(start, end) or regex("contexts", "context.age").match(text, end):
        return False
    if figure.unit in _DURATIONS:
        return figure.first.rule.startswith("duration.") or _lasts(text, figure)
    return figure.unit != "count" or (figure.low != 0 and _counts(text, figure))


def _counts(text: str, figure: Interval) -> bool:
    """Whether a bare number counts something: no name's number, no "one", no "the two" that takes up others."""
    start, end = figure.first.number.start, figure.last.number.end
    if regex("contexts", "context.number_name").search(text, max(0, start - 6), start):
        return False
    if _BARE_ONE.fullmatch(text, start, end):
        return False
    small = figure.high is not None and figure.high <= 10
    alone = small and regex("contexts", "context.nothing_counted").match(text[end : end + 12]) is not None
    if alone and regex("contexts", "context.the_few").search(text, max(0, start - 8), start):
        return False
    return text[end : end + 1] != "-" or text.startswith("-strong", end)


def _lasts(text: str, figure: Interval) -> bool:
    before = text[max(0, figure.start - 40) : figure.start]
    if regex("contexts", "context.elapsed").match(text, figure.end) or regex("contexts", "context.window").search(
        before
    ):
        return False
    within = figure.qualifier == "at_most"
    lasting = within or regex("contexts", "context.lasting").search(before) is not None
    return lasting or regex("contexts", "context.measuring").match(text, figure.end) is not None


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{rule.pattern})" for rule in load("not_figures")), re.IGNORECASE)

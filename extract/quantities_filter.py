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
    """Whether a figure may measure the incident or an effect of it."""
    if figure.unit == "ordinal" or excluded.covers(figure.first.number.start, figure.last.number.end):
        return False
    if figure.unit in _DURATIONS:
        return _lasts(text, figure)
    if figure.unit != "count":
        return True
    head = text[max(0, figure.first.number.start - 6) : figure.first.number.start]
    if regex("contexts", "context.number_name").search(head):
        return False
    if _BARE_ONE.fullmatch(text[figure.first.number.start : figure.last.number.end]):
        return False
    return figure.low != 0


def _lasts(text: str, figure: Interval) -> bool:
    before = text[max(0, figure.start - 40) : figure.start]
    return (
        regex("contexts", "context.lasting").search(before) is not None
        or regex("contexts", "context.measuring").match(text, figure.end) is not None
    )


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{rule.pattern})" for rule in load("not_figures")), re.IGNORECASE)

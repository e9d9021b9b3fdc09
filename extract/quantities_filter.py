"""Figures in, those that may measure an incident or its effects out: no dates, ages, addresses, names or versions."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from extract.intervals import Interval
from extract.rules import load, regex

_DURATIONS = frozenset({"hours", "days", "weeks", "months", "years"})
_TENURE = 5  # years: what lasted longer is a career or a firm's age, not an effect
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
    named = figure.first.start < start  # "EUR 13" looks like a name of letters and digits
    if figure.unit == "ordinal" or (not named and excluded.covers(start, end)):
        return False
    if regex("contexts", "context.age").match(text, end):
        return False
    if figure.unit in _DURATIONS:
        return figure.first.rule.startswith("duration.") or _lasts(text, figure)
    return figure.unit != "count" or (figure.low != 0 and _counts(text, figure))


def _counts(text: str, figure: Interval) -> bool:
    """Whether a bare number counts something: no name's number, no "one", no "the two" that takes up others."""
    start, end = figure.first.number.start, figure.last.number.end
    if regex("contexts", "context.number_name").search(text, max(0, start - 6), start):
        return False
    if figure.first.rule != "word.one" and _BARE_ONE.fullmatch(text, start, end):
        return False
    if figure.low is not None and figure.low < 1:
        return False
    small = figure.high is not None and figure.high <= 10
    alone = small and regex("contexts", "context.nothing_counted").match(text[end : end + 12]) is not None
    if alone and regex("contexts", "context.the_few").search(text, max(0, start - 8), start):
        return False
    return text[end : end + 1] != "-" or text.startswith(("-strong", "-odd"), end)


def _lasts(text: str, figure: Interval) -> bool:
    before = text[max(0, figure.start - 40) : figure.start]
    measuring = regex("contexts", "context.measuring").match(text, figure.end) is not None
    if not measuring and (figure.unit == "years" and (figure.low or 0) >= _TENURE):
        return False
    if text[figure.start : figure.start + 6].lower() == "within" or regex("contexts", "context.window").search(before):
        return False
    if _is_worked(text, figure, before):
        return True
    if regex("contexts", "context.elapsed").match(text, figure.end) and not _began(text, figure, before):
        return False
    bounded = figure.qualifier == "at_most"
    lasting = bounded or regex("contexts", "context.lasting").search(before) is not None
    hours = figure.unit == "hours" and "-" not in text[figure.last.number.end : figure.end]
    return lasting or measuring or hours


def _is_worked(text: str, figure: Interval, before: str) -> bool:
    """Whether a time is what is left of the work: "cut to two days a week"."""
    a_week = regex("contexts", "context.work_week").match(text, figure.end) is not None
    return a_week and regex("contexts", "context.working").search(before) is not None


def _began(text: str, figure: Interval, before: str) -> bool:
    """Whether a time lasted although a beginning or an end is told behind it: "shut for six days after the attack"."""
    return before.lower().endswith(" for ") and regex("contexts", "context.begun").match(text, figure.end) is not None


def is_scenery(text: str, figure: Interval, end: int, thing: str) -> bool:
    """Whether a small count only sets the scene: "a garage with four pumps", "all three".

    `end` is where the thing counted ends, `thing` its words, empty where nothing stands behind the figure.
    """
    if figure.unit != "count" or figure.high is None or figure.high > 10:
        return False
    before = text[max(0, figure.start - 40) : figure.start]
    if end <= figure.end:
        return regex("contexts", "context.the_few").search(before) is not None
    owned = regex("contexts", "context.owning").search(before) is not None
    return owned and regex("contexts", "context.people").search(thing) is None


@cache
def _pattern() -> re.Pattern[str]:
    # Every rule begins at a word, a bracket, a plus or a comma; trying none elsewhere saves four fifths of the time.
    rules = "|".join(f"(?:{rule.pattern})" for rule in load("not_figures"))
    return re.compile(rf"(?=[\w(+,])(?:(?<!\w)|(?=,))(?:{rules})", re.IGNORECASE)

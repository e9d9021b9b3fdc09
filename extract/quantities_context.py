"""The figures of one text in, the same out with what the words around lend them: the currency, the unit, the ends.

"18,000 pesos" in an article on Colombia are Colombian, "7 euros a kilo rather than 19" are 19 euros, and what "rose
from 4% to 13%" are two levels, not a range.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from extract.intervals import Interval
from extract.rules import regex, table
from ontology.terms import MONEY

_EUROPEAN = re.compile(r"\d{1,3}\.\d00$")
_LENT = 160  # code points over which a bare number may take up the unit of another figure
_CHANGE_WINDOW = 60
_SUM = 1_000_000  # scale from which on a bare number may be a sum


def in_context(text: str, figures: Iterable[Interval]) -> Iterator[Interval]:
    """Yield the figures of `text` in order, each as its context has it; offsets stay within the figure given."""
    local = _Local(text)
    parts = [local.money(part) for figure in figures for part in _levels(text, _grouped(text, figure))]
    previous: Interval | None = None
    main = _main_currency(parts)
    for part, after in itertools.zip_longest(parts, parts[1:]):
        found = _lent(text, part, previous, after)
        found = _meant(text, found, main) if main else found
        previous = found if found.unit != "count" else previous
        yield found


def _grouped(text: str, figure: Interval) -> Interval:
    """Read the point of "900.000 clients" as a mark of thousands: no count has such decimals."""
    first, last = figure.first.number, figure.last.number
    if first is not last or figure.unit != "count" or not _EUROPEAN.search(text, last.start, last.end):
        return figure
    low, high = (None if end is None else end * 1000 for end in (figure.low, figure.high))
    return replace(figure, low=low, high=high)


def _levels(text: str, figure: Interval) -> tuple[Interval, ...]:
    """Split "rose from 4% to 13%" into its two levels; what varies "from 5 to 8" stays one range."""
    if figure.rule != "range" or not text.startswith(("from", "From"), figure.start):
        return (figure,)
    before = text[max(0, figure.start - _CHANGE_WINDOW) : figure.start].rpartition(". ")[2]
    if regex("contexts", "context.moved").search(before) is None:
        return (figure,)
    first, last = figure.first, figure.last
    ends = (
        replace(figure, start=first.start, end=first.end, high=figure.low, last=first),
        replace(figure, start=last.start, low=figure.high, first=last),
    )
    return tuple(replace(end, qualifier="exact", closed_high=True, rule="level") for end in ends)


def _lent(text: str, figure: Interval, previous: Interval | None, after: Interval | None) -> Interval:
    """Give a bare number the money or percentage of a figure beside it: "€7 rather than 19"."""
    if figure.unit != "count" or regex("contexts", "context.bare").match(text, figure.end) is None:
        return figure
    for lender in (previous, after):
        if lender is not None and _lends(text, figure, lender):
            hours = lender.unit == "hours" and lender.last.stated
            factor = lender.last.value / lender.last.stated if hours else 1
            low, high = (None if end is None else end * factor for end in (figure.low, figure.high))
            return replace(figure, low=low, high=high, unit=lender.unit, rule="unit.lent")
    return figure


def _main_currency(parts: Iterable[Interval]) -> str | None:
    """Name the money that a text speaks of most, None where it names none."""
    counts = Counter(part.unit for part in parts if part.unit.startswith(MONEY))
    return counts.most_common(1)[0][0] if counts else None


def _meant(text: str, figure: Interval, money: str) -> Interval:
    """Give a bare large number the text's money where it is a sum by its words: "a loss of 3.1 billion a year ago"."""
    if figure.unit != "count" or figure.last.number.scale < _SUM:
        return figure
    before = text[max(0, figure.start - _CHANGE_WINDOW) : figure.start].rpartition(". ")[2]
    bare = regex("contexts", "context.bare").match(text, figure.end) is not None
    told = bare and regex("contexts", "context.money_before").search(before) is not None
    told = told or regex("contexts", "context.money_thing").match(text, figure.end) is not None
    return replace(figure, unit=money, rule="unit.meant") if told else figure


def _lends(text: str, figure: Interval, lender: Interval) -> bool:
    small = figure.first.number.scale == 1 and (figure.high or figure.low or 0) <= 100
    if not lender.unit.startswith(MONEY) and not (small and lender.unit in ("percent", "hours")):
        return False
    first, second = sorted((figure, lender), key=lambda one: one.start)
    between = text[first.end : second.start]
    if len(between) > _LENT or ". " in between or "\n" in between:
        return False
    rate = regex("contexts", "context.rate").match(text, figure.end) is not None
    return rate or regex("contexts", "context.beside").search(between) is not None


class _Local:
    """The currencies that a text's places and marked signs ("NZ$") make of names that several countries share."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, str] = {}

    def money(self, figure: Interval) -> Interval:
        """Return the figure in the text's own pesos, francs, crowns or dollars where nothing names others."""
        if not figure.unit.startswith(MONEY):
            return figure
        said = self._text[figure.first.start : figure.last.end].lower()
        shared = next((name for name in table("shared_currencies") if _alone(name).search(said)), None)
        code = self._code(shared) if shared else None
        return figure if code is None else replace(figure, unit=MONEY + code)

    def _code(self, shared: str) -> str | None:
        if shared not in self._known:
            places: Mapping[str, str] = table("shared_currencies")[shared]
            counts = Counter({code: len(re.findall(pattern, self._text)) for code, pattern in places.items()})
            best = counts.most_common(1)[0]
            self._known[shared] = best[0] if best[1] else ""
        return self._known[shared] or None


@cache
def _alone(name: str) -> re.Pattern[str]:
    """Match a shared name or sign that no country's name or letters stand before."""
    return re.compile(
        rf"(?:^|\d(?:[mkbt]n?)?\s?|(?:thousand|million|billion|trillion)[\s-]){re.escape(name)}(?![^\W\d_])|^{re.escape(name)}"
    )

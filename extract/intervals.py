"""Text in, its figures as intervals out: bounds ("over", "or more") and ranges ("between thirty and forty") applied.

Formula: a lower bound gives [x, open), an upper bound (open, x]; two bounds that face each other are one interval.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from extract.amounts import Amount, find_amounts
from extract.rules import Rule, load

_WINDOW = 40  # code points before a number in which its bounding words must stand
_DASH = re.compile(r"\s?[-–—−~〜]\s?|\s?(?:to|through)\s?-?\s?|\s?(?:-|–)?\s?to\s", re.IGNORECASE)
_HANGING = re.compile(r"-\s?(?:to|or)[\s-]$", re.IGNORECASE)
_OR = re.compile(r"[\s-]{1,2}(?:or|, maybe)\s", re.IGNORECASE)
_AND = re.compile(r"\s(?:and|to|-|–)\s(?:the\s)?", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:between|(?:any|some)where between|from between)\s(?:about\s|roughly\s|around\s|an estimated\s|the\s)?$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom\s(?:about\s|roughly\s|around\s)?$", re.IGNORECASE)
_FACING = re.compile(r"\s?,?\s?(?:and|but)\s(?:also\s)?|,\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its bounds. None is open; `closed_low` says whether `low` itself belongs to it.

    `first` and `last` are the amounts that it was read from (the same one where it is no range).
    """

    start: int
    end: int
    low: Fraction | None
    high: Fraction | None
    closed_low: bool
    closed_high: bool
    qualifier: str
    unit: str
    rule: str
    first: Amount
    last: Amount


def find_intervals(text: str) -> Iterator[Interval]:
    """Yield every figure of `text` in order, without overlap; a figure without bounds has `low == high`.

    >>> [(float(f.low), f.high and float(f.high)) for f in find_intervals("over 5 million; 30-40%; $10-15 million")]
    [(5000000.0, None), (30.0, 40.0), (10000000.0, 15000000.0)]
    """
    amounts = list(find_amounts(text))
    index, floor = 0, 0
    waiting: Interval | None = None
    while index < len(amounts):
        interval = _range(text, amounts, index, floor)
        if interval is None:
            interval = _bounded(text, amounts[index], floor)
            index += 1
        else:
            index += 2
        floor = interval.end
        if waiting is not None:
            joined = _facing(text, waiting, interval)
            if joined is not None:
                waiting = joined
                continue
            yield waiting
        waiting = interval
    if waiting is not None:
        yield waiting


def _range(text: str, amounts: Sequence[Amount], index: int, floor: int) -> Interval | None:
    if index + 1 >= len(amounts):
        return None
    first, last = amounts[index], amounts[index + 1]
    between = text[first.end : last.start]
    if len(between) > 9 or "\n" in between:
        return None
    opening = _BETWEEN.search(text, max(floor, first.start - _WINDOW), first.start)
    if opening is not None and not _AND.fullmatch(between):
        opening = None
    if opening is None and not _joins(text, first, last, between):
        return None
    lent = _lend(first, last)
    if lent is None or lent[0].value >= lent[1].value:
        return None
    source = opening or _FROM.search(text, max(floor, first.start - 16), first.start)
    start = source.start() if source else first.start
    low, high = lent
    return Interval(start, last.end, low.value, high.value, True, False, "range", high.unit, "range", low, high)


def _joins(text: str, first: Amount, last: Amount, between: str) -> bool:
    if _OR.fullmatch(between):
        value = last.number.value / (last.number.scale if first.number.scale == 1 else 1)
        return value - first.number.value <= 2 and value <= 20
    if not _DASH.fullmatch(between):
        return False
    if "-" in between or "–" in between:
        return not _is_code(text, first, last)
    return first.unit != "ordinal"


def _is_code(text: str, first: Amount, last: Amount) -> bool:
    """Whether a dash joins the parts of a date, a phone number or a score rather than the ends of a range."""
    tail = text[last.end : last.end + 2]
    head = text[max(0, first.start - 2) : first.start]
    zero = text[last.start : last.start + 1] == "0" and last.end - last.start > 1
    return zero or re.match(r"[-/–]\d", tail) is not None or re.search(r"(?:[\d][-/–]|\+)$", head) is not None


def _lend(first: Amount, last: Amount) -> tuple[Amount, Amount] | None:
    """Give the lower end the unit and scale that only the upper end states, and the other way round."""
    if first.unit == last.unit == "ordinal":
        return first, last
    if "ordinal" in (first.unit, last.unit):
        return None
    low, high = first, last
    scale = last.number.scale
    if scale > 1 and first.number.scale == 1 and first.stated < last.number.value / scale:
        low = replace(low, value=low.value * scale, stated=low.stated * scale)
    if low.unit == "count" != high.unit:
        factor = high.value / high.stated if high.stated else Fraction(1)
        low = replace(low, value=low.stated * factor, unit=high.unit)
    elif high.unit == "count" != low.unit and low.unit.startswith("money:"):
        high = replace(high, unit=low.unit)
    return (low, high) if low.unit == high.unit else None


def _bounded(text: str, amount: Amount, floor: int) -> Interval:
    value, unit = amount.value, amount.unit
    exact = Interval(amount.start, amount.end, value, value, True, True, "exact", unit, amount.rule, amount, amount)
    return bound(text, exact, floor)


def bound(text: str, exact: Interval, floor: int) -> Interval:
    """Apply the bounding words around a figure to it; they are looked for no further back than `floor`."""
    ordinal = exact.unit == "ordinal" and text[exact.start - 4 : exact.start].lower() == "the "
    before = _before(text, exact.start - (4 if ordinal else 0), floor)
    after = _after(text, exact.end) if before is None or before[0].values["bound"] == "both" else None
    start = exact.start if before is None else before[1]
    if after is not None:
        return replace(_apply(exact, after[0]), start=start, end=after[1])
    return replace(_apply(exact, before[0]), start=start) if before is not None else exact


def _before(text: str, start: int, floor: int) -> tuple[Rule, int] | None:
    """Find the rule whose words reach furthest to the left of `start`, and where they begin."""
    window = text[max(floor, start - _WINDOW) : start]
    best: tuple[Rule, int] | None = None
    if "\n" in window:
        window = window[window.rindex("\n") + 1 :]
    for rule in _sided("before"):
        assert rule.regex is not None
        match = rule.regex.search(window)
        if match is not None and (best is None or start - len(window) + match.start() < best[1]):
            best = rule, start - len(window) + match.start()
    return best


def _after(text: str, end: int) -> tuple[Rule, int] | None:
    for rule in _sided("after"):
        assert rule.regex is not None
        match = rule.regex.match(text, end)
        if match is not None:
            return rule, match.end()
    return None


@cache
def _sided(side: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in load("bounds") if rule.values["side"] == side)


def _apply(interval: Interval, rule: Rule) -> Interval:
    bound, closed = rule.values["bound"], rule.values["closed"]
    low = interval.low if bound in ("low", "both") else None
    high = interval.high if bound in ("high", "both") else None
    return replace(
        interval,
        low=low,
        high=high,
        closed_low=low is not None and closed,
        closed_high=high is not None and closed,
        qualifier=rule.values["qualifier"],
        rule=rule.id,
    )


def _facing(text: str, first: Interval, second: Interval) -> Interval | None:
    """Join "greater than 100 and smaller than 300", whose bounds face each other."""
    if (
        second.start - first.end > 8
        or not _FACING.fullmatch(text[first.end : second.start])
        or first.unit != second.unit
    ):
        return None
    below, above = (first, second) if first.high is None else (second, first)
    if below.high is not None or above.low is not None or below.low is None or above.high is None:
        return None
    if below.low >= above.high:
        return None
    return replace(
        first,
        end=second.end,
        low=below.low,
        high=above.high,
        closed_low=below.closed_low,
        closed_high=above.closed_high,
        qualifier="range",
        rule="range.facing",
        last=second.last,
    )

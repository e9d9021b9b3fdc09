"""Text in, the figures that are told without a number word out: "thousands", "halved", "a pair of", "another week"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from extract.amounts import Amount, currency_after
from extract.intervals import Interval, bound
from extract.numbers import NumberMention, find_numbers
from extract.rules import Rule, load

_SIZES = {
    "dozen": 12,
    "score": 20,
    "ten": 10,
    "hundred": 100,
    "thousand": 1000,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
}
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_OF_MONEY = re.compile(r"\s(?:of\s)?")


def find_worded(text: str) -> Iterator[tuple[Interval, str]]:
    """Yield each such figure with its direction, rule by rule (not in the order of the text)."""
    for rule in load("vague"):
        assert rule.regex is not None
        for match in rule.regex.finditer(text):
            yield _interval(text, rule, match), rule.values.get("direction", "none")


def _interval(text: str, rule: Rule, match: re.Match[str]) -> Interval:
    low = _end(rule.values["low"], match)
    high = _end(rule.values["high"], match) if "high" in rule.values else None
    unit = rule.values["unit"]
    if unit == "matched":
        unit = match["unit"].lower() + "s"
    end = match.start() + len(match[0].rstrip())
    number = NumberMention(match.start(), end, low, 1, "integer")
    amount = Amount(match.start(), end, low, low, unit, rule.id, number)
    found = Interval(
        match.start(), end, low, high, True, high is not None, rule.values["qualifier"], unit, rule.id, amount, amount
    )
    if rule.values["qualifier"] == "vague":
        return _money(text, found)
    return bound(text, found, 0) if rule.values["qualifier"] == "exact" else found


def _end(told: str | float, match: re.Match[str]) -> Fraction:
    if told == "product":
        return _product(match[0])
    if told == "share":
        return 100 * _only(match["above"]) / (_only(match["below"]) or 1)
    if told == "fold":
        words = [*find_numbers(match["fold"]), *find_numbers("a " + match["fold"])]
        return words[0].value
    return Fraction(str(told))


def _only(text: str) -> Fraction:
    """Read a text that is one number; "one" alone counts here."""
    return next((number.value for number in find_numbers(text)), Fraction(1))


def _product(text: str) -> Fraction:
    value = 1
    for word in _WORD.findall(text.lower()):
        value *= _SIZES.get(word.removesuffix("s"), 1)
    return Fraction(value)


def _money(text: str, found: Interval) -> Interval:
    """Give "tens of millions of dollars" its currency."""
    gap = _OF_MONEY.match(text, found.end)
    money = currency_after(text, gap.end()) if gap else None
    if money is None or money[3] != "currency.name":
        return found
    return replace(found, end=money[0], unit=money[1], last=replace(found.last, end=money[0], unit=money[1]))

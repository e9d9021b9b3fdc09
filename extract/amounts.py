"""Text in, its numbers with their units out: money, percentages, multiples, durations, and bare counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from extract.numbers import NumberMention, read_numbers
from extract.rules import load, regex, table
from ontology.terms import MONEY

_PREFIX_WINDOW = 12
_LONE = frozenset({"dollar", "euro", "yen", "US dollar", "rupee", "yuan"})  # names that mean nothing but money
_PERCENT_OF = re.compile(r"(?:^|(?<=[.,;:] ))(?:per cent|percent) of $", re.IGNORECASE)
_ODD = re.compile(r"[- ]odd(?=[\s-])", re.IGNORECASE)
_NUMBER_NEXT = re.compile(r"\d")
_MONEY_RANGE = re.compile(r"[$€£¥₩₹]\s?\d[\d.,]{0,12}\s?(?:[-–]|to|and)\s?$")  # the lower end of "€14-16m"
_UPPER_END = re.compile(r"\s?(?:[-–]|to|and|or)\s?\d[\d.,]{0,12}[mbt]\b")
_LETTER_SCALES: Mapping[str, int] = {"m": 10**6, "b": 10**9, "t": 10**12}
_COMMON = ("usd", "eur", "gbp", "krw", "jpy", "cny", "inr", "aud", "cad")  # codes that no English word looks like


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, `text[start:end]` in code points.

    `value` is in `unit` (34 cents is 0.34 `money:USD`, 30 minutes 0.5 `hours`); `stated` is the number as it stands.
    `unit` is one of `terms.UNITS` or money; `rule` says what gave it, "number" for a bare count.
    """

    start: int
    end: int
    value: Fraction
    stated: Fraction
    unit: str
    rule: str
    number: NumberMention


def find_amounts(text: str) -> Iterator[Amount]:
    """Yield every number of `text` that can be read, in order, without overlap.

    >>> [(str(amount.value), amount.unit) for amount in find_amounts("fined $1.17bn, up 3.2 percent in two weeks")]
    [('1170000000', 'money:USD'), ('16/5', 'percent'), ('2', 'weeks')]
    """
    previous: Amount | None = None
    for number in read_numbers(text):
        amount = _amount(text, number, previous.end if previous else 0)
        if amount is None:
            continue
        if previous is not None and _is_change(text, previous, amount):
            total = previous.value + (amount.value if amount.unit == previous.unit else amount.value / 100)
            previous = replace(previous, end=amount.end, value=total, stated=total, rule="currency.change")
            continue
        if previous is not None:
            yield previous
        previous = amount
    if previous is not None:
        yield previous


def find_lone_units(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the place and unit of units that stand without a number: "the % of increase", "in dollars"."""
    taken = [(amount.start, amount.end) for amount in find_amounts(text)]
    index = 0
    for match in _lone().finditer(text):
        while index < len(taken) and taken[index][1] <= match.start():
            index += 1
        if index == len(taken) or taken[index][0] >= match.end():
            currency = match["currency"]
            unit = "percent" if currency is None else MONEY + _suffixes()[1][currency.lower()][0]
            yield match.start(), match.end(), unit


@cache
def _lone() -> re.Pattern[str]:
    names = [name for row in table("currencies").values() for name in row["names"] if name in _LONE]
    return re.compile(rf"%|\bper ?cent\b|\b(?P<currency>(?:{'|'.join(names)})s?)\b", re.IGNORECASE)


def _amount(text: str, number: NumberMention, floor: int) -> Amount | None:
    if number.kind == "ordinal":
        return Amount(number.start, number.end, number.value, number.value, "ordinal", "ordinal", number)
    share = _PERCENT_OF.search(text, max(floor, number.start - 14), number.start)
    if share is not None and _at_clause_end(text, number.end):
        return Amount(share.start(), number.end, number.value, number.value, "percent", "percent.of", number)
    before = _currency_before(text, number, floor)
    ranged = _MONEY_RANGE.search(text, max(floor - 16, 0), number.start) is not None
    number = _lettered(text, number, money=before is not None or ranged)
    stretched = _stretched(text, number)
    after = _currency_next(text, stretched) or _unit_after(text, stretched)
    if number.note and not (before if number.note == "prefixed" else after):
        return None
    if before is not None:
        start, code, factor = before
        same = after is not None and after[1] == MONEY + code
        end = after[0] if after is not None and same else number.end
        value = number.value * factor
        return Amount(start, end, value, number.value, MONEY + code, "currency.symbol", replace(number, note=""))
    if after is not None:
        end, unit, factor, rule = after
        stated = number.value * max(factor, Fraction(1)) if unit.startswith(MONEY) else number.value
        return Amount(number.start, end, number.value * factor, stated, unit, rule, replace(number, note=""))
    return Amount(number.start, number.end, number.value, number.value, "count", "number", number)


def _stretched(text: str, number: NumberMention) -> NumberMention:
    """Take the "-odd" of "a thousand-odd kroner" in, so that the unit is found behind it."""
    odd = _ODD.match(text, number.end)
    return replace(number, end=odd.end()) if odd else number


def _lettered(text: str, number: NumberMention, *, money: bool) -> NumberMention:
    """Read the m of "$10m" and "1.3m accounts" as million, the m of "5m high" as a unit."""
    scale = _LETTER_SCALES.get(number.note)
    if scale is None or not (
        money
        or regex("contexts", "context.million").match(text, number.end)
        or _currency_next(text, number)
        or _money_ahead(text, number)
    ):
        return number
    return replace(number, value=number.value * scale, scale=scale, note="")


def _money_ahead(text: str, number: NumberMention) -> bool:
    """Whether a currency is named behind the upper end of a range that the number begins: "300m and 350m kroner"."""
    upper = _UPPER_END.match(text, number.end)
    return upper is not None and _currency_next(text, replace(number, end=upper.end())) is not None


@cache
def _prefixes() -> tuple[re.Pattern[str], dict[str, tuple[str, Fraction]]]:
    known: dict[str, tuple[str, Fraction]] = {}
    for code, row in table("currencies").items():
        known |= {symbol.lower(): (code, Fraction(1)) for symbol in row["prefixes"]}
        known |= {symbol: (code, Fraction(1, row["parts"])) for symbol in row.get("minor_prefixes", ())}
    names = "|".join(re.escape(symbol) for symbol in sorted(known, key=len, reverse=True))
    codes = {code: (code, Fraction(1)) for code in table("currencies")}
    common = "|".join(_COMMON)
    return re.compile(rf"(?<![^\W\d_])((?i:{names}|{common})|{'|'.join(codes)})\s?-?\s?$"), known | codes


@cache
def _suffixes() -> tuple[re.Pattern[str], dict[str, tuple[str, Fraction]]]:
    known: dict[str, tuple[str, Fraction]] = {}
    for code, row in table("currencies").items():
        for name in (*row["names"], code):
            known[name.lower()] = known[f"{name.lower()}s"] = (code, Fraction(1))
        known[f"m{code.lower()}"] = (code, Fraction(10**6))
        for name in row.get("minor", ()):
            known[name.lower()] = known[f"{name.lower()}s"] = (code, Fraction(1, row["parts"]))
    known |= {"$": ("USD", Fraction(1)), "pennies": ("USD", Fraction(1, 100)), "p": ("GBP", Fraction(1, 100))}
    longest = sorted(known, key=len, reverse=True)
    names = "|".join(re.escape(name) + (r"\b" if name[-1].isalpha() and name.isascii() else "") for name in longest)
    return re.compile(rf"[\s-]{{0,2}}({names})", re.IGNORECASE), known


def _currency_before(text: str, number: NumberMention, floor: int) -> tuple[int, str, Fraction] | None:
    pattern, known = _prefixes()
    start = max(floor, number.start - _PREFIX_WINDOW)
    match = pattern.search(text, start, number.start)
    if match is None:
        return None
    found = known.get(match[1].lower()) or known[match[1].upper()]
    return match.start(1), *found


def currency_after(text: str, end: int) -> tuple[int, str, Fraction, str] | None:
    """Read a currency that stands at `end`: where it ends, its unit, what one of it is in that unit, and the rule."""
    pattern, known = _suffixes()
    match = pattern.match(text, end)
    if match is None:
        return None
    code, factor = known[match[1].lower()]
    symbol = not match[1][0].isalpha()
    if _NUMBER_NEXT.match(text, match.end()) and (symbol or (len(match[1]) == 3 and match[1] != "won")):
        return None
    if match[1].lower() == "p" and match.start(1) != end:
        return None
    return match.end(), MONEY + code, factor, "currency.symbol" if symbol else "currency.name"


def _currency_next(text: str, number: NumberMention) -> tuple[int, str, Fraction, str] | None:
    found = currency_after(text, number.end)
    won = found is not None and found[1] == MONEY + "KRW" and number.scale == 1 and abs(number.value) < 10
    return None if won else found


def _unit_after(text: str, number: NumberMention) -> tuple[int, str, Fraction, str] | None:
    for rule in load("units"):
        assert rule.regex is not None
        match = rule.regex.match(text, number.end)
        if match is not None:
            return match.end(), rule.values["unit"], Fraction(rule.values["factor"]), rule.id
    return None


def _is_change(text: str, major: Amount, minor: Amount) -> bool:
    """Whether `minor` is the cents of `major`: "thirteen dollars forty-five cents", "15 dollars and 15"."""
    if not major.unit.startswith(MONEY) or major.value.denominator != 1 or major.rule == "currency.change":
        return False
    between = " ".join(text[major.end : minor.start].split())
    cents = minor.unit == major.unit and minor.value < 1 and minor.stated == minor.value * 100
    bare = minor.unit == "count" and between == "and" and 0 < minor.value < 100 and major.number.scale == 1
    if cents and between in ("", "and"):
        return True
    return bare and major.rule == "currency.name" and _at_clause_end(text, minor.end)


def _at_clause_end(text: str, end: int) -> bool:
    return re.match(r"\s*(?:[.,;!?)]|$)", text[end : end + 4]) is not None

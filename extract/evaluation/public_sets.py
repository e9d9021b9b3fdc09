"""The folder of a public test set in, one verdict per case out: was its number, count or unit read as the set says?

Each reader takes whatever files lie in its folder, so that parts of a set that are kept elsewhere score the same way.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from spacy.language import Language

from extract.amounts import find_amounts, find_lone_units
from extract.evaluation.casie import casie
from extract.evaluation.verdict import Verdict
from extract.headcount import rank_affected
from extract.intervals import Interval, find_intervals
from extract.numbers import find_numbers
from extract.quantities import find_quantities
from ontology.records import Quantity, Span
from ontology.terms import MONEY

Wanted = list[tuple[int, int, str]]
Found = list[tuple[int, int, str, str]]  # start, end, value, and the rule that gave it
Reader = Callable[[Path, Language], Iterator[Verdict]]


def recognizers(folder: Path, nlp: Language) -> Iterator[Verdict]:
    """Judge the number, number range, percent and currency cases: every span and value right, nothing else found."""
    del nlp
    for measure, (file, read) in _MODELS.items():
        paths = sorted(folder.glob(f"{file}Model*.json"))
        for row in (row for path in paths for row in json.loads(path.read_text(encoding="utf-8-sig"))):
            wanted = [(r["Start"], r["End"] + 1, _canonical(r["Resolution"].get("value"))) for r in row["Results"]]
            found = read(row["Input"])
            told = "; ".join(f"{start}:{end} {value} [{rule}]" for start, end, value, rule in found)
            yield Verdict(measure, row["Input"], _alike(wanted, found), f"wanted {wanted}, found {told or 'nothing'}")


def _numbers(text: str) -> Found:
    return [(number.start, number.end, _plain(number.value), f"number.{number.kind}") for number in find_numbers(text)]


def _ranges(text: str) -> Found:
    return [
        (interval.start, _core_end(interval), _bracketed(interval), interval.rule)
        for interval in find_intervals(text)
        if interval.low != interval.high or interval.rule.startswith("bound")
    ]


def _core_end(interval: Interval) -> int:
    """Where the range ends without its unit, which the set leaves out."""
    return interval.last.number.end if interval.end == interval.last.end else interval.end


def _bracketed(interval: Interval) -> str:
    low, high = ("" if end is None else _plain(end) for end in (interval.low, interval.high))
    return f"{'[' if interval.closed_low else '('}{low},{high}{']' if interval.closed_high else ')'}"


def _amounts(unit: str) -> Callable[[str], Found]:
    def read(text: str) -> Found:
        found = [(a.start, a.end, _plain(a.stated), a.rule) for a in find_amounts(text) if a.unit.startswith(unit)]
        lone = [(start, end, "", "unit.lone") for start, end, of in find_lone_units(text) if of.startswith(unit)]
        return sorted(found + lone)

    return read


_MODELS: Mapping[str, tuple[str, Callable[[str], Found]]] = {
    "number": ("Number", _numbers),
    "number_range": ("NumberRange", _ranges),
    "percent": ("Percent", _amounts("percent")),
    "currency": ("Currency", _amounts(MONEY)),
}


def _plain(value: Fraction) -> str:
    return repr(float(value)).removesuffix(".0")


def _canonical(value: str | None) -> str:
    text = "" if value in (None, "null") else str(value).rstrip("%")
    try:
        return repr(float(text)).removesuffix(".0")
    except ValueError:
        return text


def _alike(wanted: Wanted, found: Found) -> bool:
    if len(wanted) != len(found):
        return False
    return all(a[:2] == b[:2] and _same(a[2], b[2]) for a, b in zip(wanted, found, strict=True))


def _same(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9)
    except ValueError:
        return one == other


def hhs(folder: Path, nlp: Language) -> Iterator[Verdict]:
    """Judge whether the official count is ranked first; reports whose text does not hold that count are left out."""
    rows = [row for row in _lines(folder) if row.get("gold_count_in_text", True)]
    for row, figures in _read(rows, nlp):
        yield _first(row["text"], figures, row["individuals_affected"], _is_exactly)


def hibp(folder: Path, nlp: Language) -> Iterator[Verdict]:
    """Judge whether the figure ranked first agrees with the count of breached accounts.

    Descriptions that hold no such figure, which no reader could find, are misses of `first`; they are left out of
    `first_where_told`.
    """
    for row, figures in _read(list(_lines(folder)), nlp):
        verdict = _first(row["text"], figures, row["PwnCount"], _is_rounded)
        yield verdict
        if any(_is_rounded(figure, row["PwnCount"]) for figure in _counts(row["text"])):
            yield replace(verdict, measure="first_where_told")


def _counts(text: str) -> Iterator[Quantity]:
    """Yield every number of a text as a count, whether it matters or not."""
    for interval in find_intervals(text):
        low, high = (None if end is None else float(end) for end in (interval.low, interval.high))
        span = Span(interval.start, interval.end, text[interval.start : interval.end])
        yield Quantity(span, low, high, interval.qualifier, interval.unit, None, "none", interval.rule)


def _first(text: str, figures: Sequence[Quantity], count: int, agrees: Callable[[Quantity, int], bool]) -> Verdict:
    ranked = rank_affected(text, figures)
    told = "; ".join(f"{figure.span.text} [{figure.rule}]" for figure in ranked[:4])
    return Verdict("first", text, bool(ranked) and agrees(ranked[0], count), f"wanted {count}, ranked {told}")


def _is_exactly(figure: Quantity, count: int) -> bool:
    return count in (figure.low, figure.high)


def _is_rounded(figure: Quantity, count: int) -> bool:
    """Whether a count is within 6 % of the figure, or is what the figure's wording and last digit allow.

    "2.1 million" allows what is rounded to it, "over 2 million" up to 3 million, "thousands" up to ten thousand.
    """
    told = figure.low if figure.low is not None else figure.high or 0.0
    step = _last_place(told)
    if abs(told - count) <= max(0.06 * count, step / 2):
        return True
    if figure.low is None or figure.high is not None:
        return False
    return figure.low <= count < (10 * step if figure.qualifier == "vague" else figure.low + step)


def _last_place(value: float) -> int:
    """Return the place value of the last digit that is not zero: 100000 for 2.1 million."""
    digits = str(int(value))
    return int(10 ** (len(digits) - len(digits.rstrip("0"))))


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.jsonl")):
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _read(rows: Sequence[dict[str, Any]], nlp: Language) -> Iterator[tuple[dict[str, Any], list[Quantity]]]:
    texts = (row["text"] for row in rows)
    for row, doc in zip(rows, nlp.pipe(texts, batch_size=64), strict=True):
        yield row, list(find_quantities(doc))


def quantulum(folder: Path, nlp: Language) -> Iterator[Verdict]:
    """Judge the cases all of whose units are ones that we claim to read: each value and unit found, in order.

    A range counts as its middle there. Years, names and other bare numbers are numbers in the set, so the layer below
    the choice of figures that matter is judged; a bare "one" counts nothing there.
    """
    del nlp
    for path in sorted(folder.glob("quantities*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            if not row["res"] or any(result["unit"] not in _CLAIMED for result in row["res"]):
                continue
            wanted = [(round(float(result["value"]), 6), _CLAIMED[result["unit"]]) for result in row["res"]]
            found = [(round(float(value), 6), unit, rule) for value, unit, rule in _middles(row["req"])]
            told = "; ".join(f"{value} {unit} [{rule}]" for value, unit, rule in found)
            right = wanted == [(value, unit) for value, unit, _ in found]
            yield Verdict("cases", row["req"], right, f"wanted {wanted}, found {told or 'nothing'}")


_CLAIMED: Mapping[str, str] = {
    "dimensionless": "count",
    "percentage": "percent",
    "dollar": MONEY + "USD",
    "euro": MONEY + "EUR",
    "pound sterling": MONEY + "GBP",
    "yen": MONEY + "JPY",
    "cent": "cent",
    "hour": "hours",
    "minute": "minutes",
    "day": "days",
    "week": "weeks",
    "month": "months",
    "year": "years",
}
_STATED: Mapping[str, str] = {"unit.minutes": "minutes"}  # read in hours, but stated in minutes


def _middles(text: str) -> Iterator[tuple[Fraction, str, str]]:
    for interval in find_intervals(text):
        if interval.unit == "ordinal" or (
            interval.unit == "count" and text[interval.start : interval.end].lower() == "one"
        ):
            continue
        ends = [end for end in (interval.low, interval.high) if end is not None]
        middle = sum(ends, Fraction(0)) / len(ends)
        amount = interval.last
        if amount.unit.startswith(MONEY) and amount.value != amount.stated:
            yield amount.stated, "cent", interval.rule
        elif amount.rule in _STATED:
            yield amount.stated, _STATED[amount.rule], amount.rule
        else:
            yield middle, interval.unit, interval.rule


READERS: Mapping[str, Reader] = {
    "recognizers_text": recognizers,
    "quantulum3": quantulum,
    "hhs_breaches": hhs,
    "hibp_breaches": hibp,
    "casie": casie,
}

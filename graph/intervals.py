"""In: a figure as it was worded. Out: the interval of values that the wording leaves open.

"33.7 million" is [33 650 000, 33 750 000), "over 33 million" has no upper end, "30-40 %" stays a range, and no interval
is ever replaced by its middle.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from graph.assembled import Figure
from graph.identity import tokens

_FILE: Final = Path(__file__).with_name("figures.yaml")
_DECIMALS: Final = re.compile(r"\d[\d,]*\.(\d+)")


@cache
def wording() -> dict[str, Any]:
    """Return the word lists and numbers of `figures.yaml`, read once; each is explained there."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return data


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The values from `low` up to, but without, `high`; infinite where it is open."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How much is left open."""
        return self.high - self.low

    def overlaps(self, other: Interval) -> bool:
        """Tell whether some value lies in both."""
        return self.low < other.high and other.low < self.high

    def holds(self, other: Interval) -> bool:
        """Tell whether every value of the other one lies in this one."""
        return self.low <= other.low and other.high <= self.high


def interval_of(figure: Figure) -> Interval:
    """Return the interval of a figure: rounding for an exact one, a share for an approximate one, else its own ends."""
    low, high = figure.low, figure.high
    if low is None or high is None or low != high:
        half = 0.0 if low is None or high is None else _unit(high, figure.text) / 2
        return Interval(-math.inf if low is None else low - half, math.inf if high is None else high + half)
    half = _unit(low, figure.text) / 2
    if figure.qualifier == "approximately":
        half = max(half, abs(low) * float(wording()["approximate_share"]))
    return Interval(low - half, low + half)


def _unit(value: float, text: str) -> float:
    """Return one unit of the last digit that the wording gives.

    >>> round(_unit(33_700_000, "33.7 million")), _unit(4_536, "4,536 accounts"), round(_unit(3.2, "3.2 percent"), 3)
    (100000, 1.0, 0.1)
    >>> _unit(4_500, "4,500 accounts")
    100.0
    """
    scales = wording()["scales"]
    spoken = [scales[word] for word in tokens(re.sub(r"(?<=\d)(?=[a-z])", " ", text.casefold())) if word in scales]
    fitting = [float(scale) for scale in spoken if scale <= abs(value)]
    decimals = _DECIMALS.search(text)
    unit = max(fitting, default=_round_unit(value)) / 10 ** (len(decimals[1]) if decimals else 0)
    return min(unit, abs(value)) or 1.0


def _round_unit(value: float) -> float:
    """Return the unit of a number written out: a round one may be rounded ("4,500" of 4,536), within the share."""
    if value < 1000 or value % 100:
        return 1.0
    digits = str(int(value))
    zeros = len(digits) - len(digits.rstrip("0"))
    return min(10.0**zeros, 2 * value * float(wording()["approximate_share"]))

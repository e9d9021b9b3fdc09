"""A case of a public test set in, whether it was read right out: what every reader of a set yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one case of `measure` was read right, and what was wanted and found, for a list of misses."""

    measure: str
    case: str
    right: bool
    told: str

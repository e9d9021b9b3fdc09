"""A text's figures in, those that count affected people, accounts or records out, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extract.rules import Rule, load
from ontology.records import Quantity

_BEFORE = 90  # code points in which a cue counts, on either side
_AFTER = 60


@dataclass(frozen=True, slots=True)
class _Ranked:
    weight: int
    size: float
    figure: Quantity


def rank_affected(text: str, figures: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Return the figures that may say how many people or accounts an incident touched, likeliest first.

    Cues around a figure add up (`rules/headcount.yaml`); among equals the larger figure comes first.
    """
    ranked = [
        _Ranked(weight, figure.low or figure.high or 0.0, figure)
        for figure in figures
        if figure.unit == "count" and figure.direction == "none" and (weight := _weight(text, figure)) > 0
    ]
    ranked.sort(key=lambda row: (-row.weight, -row.size, row.figure.span.start))
    return tuple(row.figure for row in ranked)


def _weight(text: str, figure: Quantity) -> int:
    span = figure.span
    before = text[max(0, span.start - _BEFORE) : span.start]
    sides = {"before": before.rpartition(". ")[2], "thing": span.text, "after": text[span.end : span.end + _AFTER]}
    total = 0
    for rule in _rules():
        assert rule.regex is not None
        if rule.regex.search(sides[rule.values["side"]]):
            total += rule.values["weight"]
    return total


@cache
def _rules() -> tuple[Rule, ...]:
    return load("headcount")

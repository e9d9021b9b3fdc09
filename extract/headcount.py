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
        if figure.unit == "count" and figure.direction == "none" and (weight := _weight(text, figure)) is not None
    ]
    ranked.sort(key=lambda row: (-row.weight, -row.size, row.figure.span.start))
    return tuple(row.figure for row in ranked)


def _weight(text: str, figure: Quantity) -> int | None:
    """Add up the cues around a figure; None where nothing says that people, accounts or records are counted."""
    span = figure.span
    before = text[max(0, span.start - _BEFORE) : span.start].rpartition(". ")[2]
    thing = _cues("thing", span.text)
    around = _cues("before", before) + _cues("after", text[span.end : span.end + _AFTER])
    return thing + around if thing > 0 or (thing == 0 and around > 0) else None


def _cues(side: str, text: str) -> int:
    total = 0
    for rule in _rules():
        assert rule.regex is not None
        if rule.values["side"] == side and rule.regex.search(text):
            total += rule.values["weight"]
    return total


@cache
def _rules() -> tuple[Rule, ...]:
    return load("headcount")

"""The folder of the cyber-incident articles in, one verdict per money or victim-count argument out; no text is told.

Measured only. An argument is found where a figure overlaps it; its value is right where the figure's own words, read
apart, give the same interval; a number of victims is attached where the thing counted shares a word with the event's
victim.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language

from extract.evaluation.verdict import Verdict
from extract.intervals import find_intervals
from extract.quantities import find_quantities
from ontology.records import Quantity
from ontology.terms import MONEY

_ROLES: Mapping[str, str] = {
    "Price": "money",
    "Damage-Amount": "money",
    "Number-of-Victim": "victims",
    "Number-of-Data": "data",
}


def casie(folder: Path, nlp: Language) -> Iterator[Verdict]:
    """Judge every money and number argument; those without a digit or number word are left out."""
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for row, doc in zip(rows, nlp.pipe(row["text"] for row in rows), strict=True):
            figures = list(find_quantities(doc))
            for event in row["events"]:
                yield from _judge(row["doc"], event, figures)


def _judge(name: str, event: Mapping[str, Any], figures: Sequence[Quantity]) -> Iterator[Verdict]:
    victims = {word for arg in event["args"] if arg["role"] == "Victim" for word in _words(arg["text"])}
    for arg in event["args"]:
        role = _ROLES.get(arg["role"])
        wanted = next(find_intervals(arg["text"]), None)
        if role is None or wanted is None:
            continue
        case = f"{name}:{arg['start']}"
        hits = [f for f in figures if f.span.start < arg["end"] and arg["start"] < f.span.end]
        yield Verdict(f"{role}_found", case, bool(hits), "no figure there")
        if hits:
            money = role != "money" or hits[0].unit.startswith(MONEY)
            right = money and any({f.low, f.high} & {_float(wanted.low), _float(wanted.high)} - {None} for f in hits)
            yield Verdict(f"{role}_value", case, right, f"[{hits[0].rule}]")
        if hits and role == "victims" and victims:
            attached = bool(victims & _words(hits[0].thing or hits[0].span.text))
            yield Verdict("victims_attached", case, attached, f"[{hits[0].rule}]")


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in text.lower().split() if len(word) > 3}


def _float(value: Any) -> float | None:
    return None if value is None else float(value)

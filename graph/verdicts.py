"""In: nothing. Out: the records of a check: a statement, what it was compared with, the verdict and its reason code.

The reason codes, each with its verdict and its meaning, are in `check.yaml`; `docs/checking.md` lists them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from graph.assembled import Incident, Witness
from graph.intervals import Interval
from graph.measures import Measure
from ontology.records import Span

# From the best to the worst news for a statement.
VERDICTS: Final = ("supported", "superseded", "differs", "contradicted", "unverifiable")
_FILE: Final = Path(__file__).with_name("check.yaml")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code: the verdict that it gives, what it means, and the sentence that tells it of a statement."""

    code: str
    verdict: str
    means: str
    says: str


@cache
def wordlists() -> Mapping[str, Any]:
    """Return the word lists of `check.yaml`, read once; lists as sets."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: frozenset(value) if isinstance(value, list) else value for name, value in data.items()}


@cache
def reasons() -> Mapping[str, Reason]:
    """Return all reason codes, in the order in which the documentation lists them."""
    return {code: Reason(code, **told) for code, told in wordlists()["reasons"].items()}


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text states: a figure, or that one event led to another.

    `span` is the figure's words, or what the link was read from; `quote` its sentence; both are places in the text.
    `interval` and `measure` are a figure's. `cause` and `effect` are a link's ends in the text's words.
    """

    kind: str
    span: Span
    quote: Span
    speaker: str | None
    hedge: str
    interval: Interval | None = None
    measure: Measure | None = None
    cause: str = ""
    effect: str = ""
    relation: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """One record that the statement was held against, a figure or a causal claim, by its id.

    `standing` is a figure's on its measure (`graph.reconcile`), `other` on a measure that is not compared, or what a
    claim does here: `step` of the path that bears it out, `denial`, `reverse`. `outcome` says how the statement's
    interval stands to the record's: `equal`, `holds`, `within`, `overlaps` or `apart`; "" where nothing is compared.
    """

    id: str
    label: str
    standing: str
    outcome: str
    interval: Interval | None
    speaker: str | None
    hedge: str
    belief: float | None
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one statement: `says` is it in one sentence, `known` the record that decides, None without one."""

    statement: Statement
    verdict: str
    reason: str
    says: str
    incident: Incident | None = None
    known: Compared | None = None
    compared: tuple[Compared, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The answers to all statements of a text, in the order of the text; empty where it states nothing to check."""

    seq: int
    as_of: date | None
    verdicts: tuple[Verdict, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many statements have each verdict; those that none has are left out."""
        found = Counter(one.verdict for one in self.verdicts)
        return {name: found[name] for name in VERDICTS if found[name]}

    @property
    def refuted(self) -> bool:
        """Whether anything in the text is contradicted or superseded."""
        return any(one.verdict in ("contradicted", "superseded") for one in self.verdicts)

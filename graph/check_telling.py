"""In: a reason code, a statement and the records that decide. Out: the verdict, with the arithmetic in one sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from graph.assembled import Assembled, Claim, Incident, Witness
from graph.check_figures import outcome
from graph.intervals import Interval
from graph.reconcile import Position, Reconciled
from graph.verdicts import Compared, Statement, Verdict, reasons

_SHOWN: Final = 12  # records of one statement at most; those that decide come first
_NOT_COMPARED: Final = ("other_measure", "other_unit", "other_currency", "event_unread", "group_unread")
_STANDING: Final = ("current", "consistent", "disputed")
_JOINS: Final = {"causes": "led to", "enables": "made possible", "prevents": "averted", "includes": "included"}


class Telling:
    """Tells verdicts on one graph's records.

    Args:
        graph: The graph; its articles say who published what, and when.
    """

    def __init__(self, graph: Assembled) -> None:
        self._articles = {article.id: article for article in graph.articles}
        self._labels = {event.id: event.label for event in graph.events}

    def verdict(self, statement: Statement, reason: str, incident: Incident | None = None) -> Verdict:
        """Give a verdict that no record decides."""
        return self._verdict(statement, reason, incident, ())

    def figure(
        self,
        statement: Statement,
        incident: Incident,
        reason: str,
        measures: Sequence[Reconciled],
        by: Sequence[Position],
    ) -> Verdict:
        """Give the verdict on a figure.

        Args:
            statement: The figure.
            incident: Whose records it was compared with.
            reason: The reason code.
            measures: The measures that it was compared on, or that come near.
            by: The positions that decide, the first one of all first.
        """
        mine = statement.interval
        apart = reason in _NOT_COMPARED
        ids = {one.figure.id for one in by}
        rest = [one for measure in measures for one in measure.positions if one.figure.id not in ids]
        compared = [_position(one, None if apart else mine) for one in [*by, *rest]]
        current = measures[0].current.text if measures else ""
        return self._verdict(statement, reason, incident, compared, current)

    def links(
        self, statement: Statement, incident: Incident, reason: str, claims: Sequence[Claim], role: str
    ) -> Verdict:
        """Give the verdict on a causal statement; `role` is what the claims are to it (`Compared.standing`)."""
        return self._verdict(statement, reason, incident, [self._claim(claim, role) for claim in claims])

    def _verdict(
        self,
        statement: Statement,
        reason: str,
        incident: Incident | None,
        compared: Sequence[Compared],
        current: str = "",
    ) -> Verdict:
        told, known = reasons()[reason], compared[0] if compared else None
        parts = {
            "said": said(statement),
            "firm": incident.label if incident else "",
            "current": f"“{current}”",
            "mine": shown(statement.interval),
            "all": "; ".join(f"“{one.label}” ({self._who(one)})" for one in compared if one.standing in _STANDING),
            **self._source(compared),
        }
        shown_to = tuple(compared[:_SHOWN])
        return Verdict(statement, told.verdict, reason, told.says.format(**parts), incident, known, shown_to)

    def _source(self, compared: Sequence[Compared]) -> dict[str, str]:
        """Return what the sentence says of the record that decides; of a path, of all its steps."""
        if not compared:
            return {"record": "", "who": "", "day": "", "theirs": ""}
        steps = [one for one in compared if one.interval is None] or compared[:1]
        first = self.first(steps[0].witnesses)
        article = self._articles[first.article]
        return {
            "record": "; ".join(f"“{one.label}”" for one in steps),
            "who": self._who(steps[0]),
            "day": article.published.isoformat() if article.published else "no day",
            "theirs": shown(steps[0].interval),
        }

    def _who(self, one: Compared) -> str:
        """Return the speaker of a record, else who published it first."""
        article = self._articles[self.first(one.witnesses).article]
        return one.speaker or article.publisher or article.id

    def first(self, witnesses: Iterable[Witness]) -> Witness:
        """Return the witness that was published first; those without a day come last."""

        def rank(one: Witness) -> tuple[bool, str, str]:
            day = self._articles[one.article].published
            return day is None, day.isoformat() if day else "", one.article

        return min(witnesses, key=rank)

    def _claim(self, claim: Claim, role: str) -> Compared:
        denied = "did not lead to" if claim.negated else _JOINS[claim.relation]
        label = f"{self._labels[claim.cause]} {denied} {self._labels[claim.effect]}"
        speaker = next((one.speaker for one in claim.witnesses if one.speaker), None)
        return Compared(claim.id, label, role, "", None, speaker, claim.hedge, claim.belief, claim.witnesses)


def _position(one: Position, mine: Interval | None) -> Compared:
    figure = one.figure
    how = outcome(mine, one.interval) if mine is not None else ""
    standing = one.standing if mine is not None else "other"
    return Compared(
        figure.id, figure.text, standing, how, one.interval, figure.speaker, figure.hedge, None, figure.witnesses
    )


def said(statement: Statement) -> str:
    """Say what a statement says, in the text's words: “4,500 accounts”, or “the leak” led to “fewer orders”."""
    if statement.kind == "figure":
        return f"“{statement.span.text}”"
    joined = _JOINS[statement.relation]
    if statement.negated:
        joined = "did not lead to" if joined == "led to" else f"is told not to have {joined}"
    return f"“{statement.cause}” {joined} “{statement.effect}”"


def shown(interval: Interval | None) -> str:
    """Write an interval out.

    >>> shown(Interval(33_650_000.0, 33_750_000.0)), shown(Interval(29.5, float("inf")))
    ('[33,650,000, 33,750,000)', '[29.5, ∞)')
    """
    return f"[{_number(interval.low)}, {_number(interval.high)})" if interval else ""


def _number(value: float) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return f"{value:,.4f}".rstrip("0").rstrip(".")

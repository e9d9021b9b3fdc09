"""In: what became of a text that was checked, and the graph. Out: plain data for JSON, or lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from api.presenting import Context, ends
from breachtrace import Assembled, Checked, Verdict
from graph.measures import Measure
from graph.verdicts import Compared, Statement
from ontology.plain import printable
from ontology.records import Span

Data = dict[str, Any]
LONGEST: Final = 100_000  # characters of a text to check; more is a collection of texts


def check_data(checked: Checked, graph: Assembled) -> Data:
    """Lay a check out as JSON data: every statement with its verdict, the arithmetic, and all records compared."""
    context = Context(graph)
    return {
        "seq": checked.seq,
        "as_of": checked.as_of.isoformat() if checked.as_of else None,
        "counts": checked.counts,
        "statements": [_verdict(one, context) for one in checked.verdicts],
    }


def _verdict(one: Verdict, context: Context) -> Data:
    incident = one.incident
    return {
        "kind": one.statement.kind,
        "verdict": one.verdict,
        "reason": one.reason,
        "says": one.says,
        "incident": {"id": incident.id, "label": incident.label} if incident else None,
        "statement": _statement(one.statement),
        "arithmetic": _arithmetic(one),
        "compared": [_compared(record, context) for record in one.compared],
    }


def _statement(one: Statement) -> Data:
    data: Data = {**_span(one.span), "quote": _span(one.quote), "speaker": one.speaker, "hedge": one.hedge}
    if one.kind == "figure":
        return {**data, "interval": ends(one.interval), "measure": _measure(one.measure)}
    return {**data, "cause": one.cause, "effect": one.effect, "relation": one.relation, "negated": one.negated}


def _span(span: Span) -> Data:
    return {"text": span.text, "start": span.start, "end": span.end}


def _measure(measure: Measure | None) -> Data | None:
    if measure is None:
        return None
    return {name: getattr(measure, name) for name in ("population", "of", "unit", "direction", "group")}


def _arithmetic(one: Verdict) -> Data | None:
    """Lay out which two intervals decided, and how they stand; None where no two were compared."""
    known = one.known
    if known is None or not known.outcome:
        return None
    return {
        "claimed": ends(one.statement.interval),
        "known": ends(known.interval),
        "outcome": known.outcome,
        "record": known.id,
    }


def _compared(one: Compared, context: Context) -> Data:
    return {
        "id": one.id,
        "label": one.label,
        "standing": one.standing,
        "outcome": one.outcome or None,
        "interval": ends(one.interval),
        "speaker": one.speaker,
        "hedge": one.hedge,
        "belief": None if one.belief is None else round(one.belief, 4),
        "evidence": [context.witness(witness) for witness in one.witnesses],
    }


def lines(checked: Checked, graph: Assembled) -> Iterator[str]:
    """Tell a check in lines: each verdict with its sentence, and under it the quote that decides, with its source."""
    context = Context(graph)
    if not checked.verdicts:
        yield "nothing to check: no figure and no causal statement was read"
    for one in checked.verdicts:
        yield printable(f"{one.verdict.upper()} ({one.reason}) {one.says}")
        for witness in one.known.witnesses[:1] if one.known else ():
            quote = " ".join(witness.quote.text.split())
            yield printable(f"   “{quote}” — {context.source(witness)}")
    told = ", ".join(f"{count} {name}" for name, count in checked.counts.items())
    yield f"{told}; seq {checked.seq}" if told else f"seq {checked.seq}"

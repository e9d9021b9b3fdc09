"""In: a trace and its graph. Out: plain data for JSON, every hop with its quote word for word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from itertools import pairwise
from typing import Any

from breachtrace import Article, Assembled, CausalPath, Claim, EventNode, Figure, Reconciled, Trace, Witness
from graph.arithmetic import Contradiction
from graph.as_of import published_by
from graph.intervals import Interval
from graph.reconcile import Position
from ontology.terms import HEDGES

Data = dict[str, Any]


def best_witness(claim: Claim) -> Witness:
    """Pick the witness to quote: the firmest wording, told rather than implied, then the surest extraction."""
    return min(claim.witnesses, key=lambda one: (one.implied, HEDGES.index(one.hedge), -one.confidence, one.article))


def trace_data(trace: Trace, graph: Assembled) -> Data:
    """Lay a trace out as JSON data: the incident, its paths by livelihood, and what no path reaches.

    `livelihoods` has an entry for each goal, which is an event where paths to an event were asked for; `proven` says
    that its paths are the most believed ones, or all there are; it is false only where time was up before.
    """
    context = Context(graph, trace.question.filters.as_of)
    goals: dict[str, list[CausalPath]] = {}
    for path in trace.paths:
        goals.setdefault(path.goal, []).append(path)
    return {
        "seq": trace.seq,
        "incident": {
            "id": trace.incident.id,
            "label": trace.incident.label,
            "organisation": trace.incident.organisation,
            "articles": list(trace.incident.articles),
        },
        "start": context.event(trace.start) if trace.start else None,
        "direction": "back" if trace.question.back else "forward",
        "complete": not trace.unproven,
        "livelihoods": [
            {
                "goal": goal,
                "group": paths[0].group or None,
                "proven": goal not in trace.unproven,
                "paths": [context.path(path) for path in paths],
            }
            for goal, paths in goals.items()
        ],
        "unreached": [context.event(event) for event in trace.unreached],
        "unproven": list(trace.unproven),
    }


class Context:
    """What a path's hops are told with: the articles by id, and the figures of a day by the event they measure."""

    def __init__(self, graph: Assembled, as_of: date | None = None) -> None:
        self._articles: Mapping[str, Article] = {article.id: article for article in graph.articles}
        self._figures: dict[str, list[Figure]] = {}
        for figure in graph.figures:
            told = published_by(figure.witnesses, self._articles, as_of)
            if figure.event is not None and (told or as_of is None):
                then = figure if as_of is None else replace(figure, witnesses=told)
                self._figures.setdefault(figure.event, []).append(then)

    def path(self, path: CausalPath) -> Data:
        """Lay out one path; its hops in order, from the breach to the livelihood."""
        return {
            "sentence": path.sentence,
            "effect": path.effect,
            "belief": round(path.belief, 4),
            "weakest_hop": path.weakest,
            "strongest_hedge": path.loosest_hedge,
            "speakers": list(path.speakers),
            "single_narrative": path.single_narrative,
            "inferred_joins": list(path.inferred_joins),
            "hops": [self.hop(hop, ends) for hop, ends in zip(path.hops, pairwise(self._events(path)), strict=True)],
        }

    def _events(self, path: CausalPath) -> Iterator[Data]:
        """Lay out the events of a path, each with the figures that the trace has on it."""
        return (self.event(event, figures) for event, figures in zip(path.events, path.figures, strict=True))

    def hop(self, claim: Claim, ends: Iterable[Data]) -> Data:
        """Lay out one causal claim between two events, with its best quote in front and all its evidence behind."""
        cause, effect = ends
        best = self.witness(best_witness(claim))
        return {
            "id": claim.id,
            "cause": cause,
            "effect": effect,
            "relation": claim.relation,
            "negated": claim.negated,
            "belief": round(claim.belief, 4),
            "origins": claim.origins,
            **best,
            "evidence": [self.witness(witness) for witness in claim.witnesses],
        }

    def event(self, event: EventNode, figures: Iterable[Figure] | None = None) -> Data:
        """Lay out one event with the figures that measure it; those that are given, or else all."""
        told = self.figures(event.id) if figures is None else sorted(figures, key=most_told)
        data = {
            "id": event.id,
            "label": event.label,
            "kind": event.kind,
            "type": event.type,
            "reasons": list(event.reasons),
        }
        return {
            **data,
            "group": event.group,
            "effect": event.effect,
            "figures": [self.figure(figure) for figure in told],
        }

    def witness(self, witness: Witness) -> Data:
        """Lay out one appearance: the quote and its offsets (code points, half-open), who says it, where and when."""
        article = self._articles[witness.article]
        return {
            "quote": witness.quote.text,
            "start": witness.quote.start,
            "end": witness.quote.end,
            "signal": witness.signal.text if witness.signal else None,
            "implied": witness.implied,
            "speaker": witness.speaker,
            "hedge": witness.hedge,
            "article": witness.article,
            "publisher": article.publisher,
            "published": article.published.isoformat() if article.published else None,
            "confidence": round(witness.confidence, 4),
            "rule": witness.rule,
        }

    def figures(self, event: str) -> list[Figure]:
        """Return the figures that measure an event, those with the most appearances first."""
        return sorted(self._figures.get(event, ()), key=most_told)

    def figure(self, figure: Figure) -> Data:
        """Lay out one figure: its wording, its interval (None is open), and who says it."""
        fields = ("id", "text", "low", "high", "qualifier", "unit", "thing", "direction", "group", "speaker", "hedge")
        data = {name: getattr(figure, name) for name in fields}
        return {**data, "articles": sorted({witness.article for witness in figure.witnesses})}

    def told(self, event: EventNode, witness: Witness) -> str:
        """Call an event as the witness's quote does, so that hop and quote fit; the incident keeps its own name."""
        quote = witness.quote
        inside = (
            mention.span.text
            for mention in event.mentions
            if mention.article == witness.article and quote.start <= mention.span.start < quote.end
        )
        return event.label if event.kind == "breach" else " ".join(next(inside, event.label).split())

    def source(self, witness: Witness) -> str:
        """Say in one line who says it, how firmly, and where: `a courier (reported), Han River Wire, 2026-02-06`."""
        article = self._articles[witness.article]
        speaker = witness.speaker or "the article itself"
        where = [article.publisher or article.id, article.published.isoformat() if article.published else None]
        return ", ".join([f"{speaker} ({witness.hedge})", *(part for part in where if part)])


def most_told(figure: Figure) -> tuple[int, str]:
    """Order figures: those with the most appearances first."""
    return -len(figure.witnesses), figure.id


def figures_data(measures: Iterable[Reconciled], flags: Iterable[Contradiction] = ()) -> list[Data]:
    """Lay out every measure with its positions, the current one first; an open side of an interval is None.

    `relation` tells how a position and the current one stand to each other; `contradictions` are the sentences whose
    own amounts come to another percentage than the position's.
    """
    flagged = list(flags)
    return [
        {
            "measure": described(one),
            "unit": one.measure.unit,
            "group": one.measure.group,
            "origins": list(one.origins),
            "positions": [_position_data(one, position, flagged) for position in one.positions],
        }
        for one in measures
    ]


def _position_data(measure: Reconciled, position: Position, flags: Iterable[Contradiction]) -> Data:
    figure, relation = position.figure, measure.to_current(position)
    names = ("id", "text", "low", "high", "qualifier", "direction", "thing", "speaker", "hedge")
    return {
        "standing": position.standing,
        **{name: getattr(figure, name) for name in names},
        "interval": ends(position.interval),
        "relation": asdict(relation) if relation else None,
        "sources": list(position.origins),
        "first": position.first.isoformat() if position.first else None,
        "articles": sorted({witness.article for witness in figure.witnesses}),
        "quotes": [witness.quote.text for witness in figure.witnesses],
        "contradictions": [_flag(one) for one in flags if one.percentage.id == figure.id],
    }


def ends(interval: Interval | None) -> list[float | None] | None:
    """Lay an interval out as its two ends, None where it is open; None for no interval."""
    return [None if math.isinf(end) else end for end in (interval.low, interval.high)] if interval else None


def _flag(one: Contradiction) -> Data:
    return {
        "article": one.article,
        "quote": one.quote.text,
        "amounts": [figure.text for figure in one.amounts],
        "expected": [round(end, 2) for end in (one.expected.low, one.expected.high)],
    }


def related(measure: Reconciled, position: Position) -> str:
    """Tell how a position stands to the current one: `refined by it`, `disputes it`; nothing of the current one."""
    relation = measure.to_current(position)
    if relation is None or relation.kind in ("same", "consistent"):
        return f"{relation.kind} with it" if relation and position.standing != "current" else ""
    return f"{relation.kind} it" if relation.later == position.figure.id else f"it {relation.kind} this"


def described(one: Reconciled) -> str:
    """Name a measure in words: `order (percent, decrease, small merchant)`."""
    known = one.measure
    parts = [known.unit, known.direction if known.direction != "none" else "", called(known.group or "")]
    told = ", ".join(part for part in parts if part)
    return f"{known.population or 'what is not named'} ({told})"


def called(code: str) -> str:
    """Give a code as words: `delivery_worker` is `delivery worker`."""
    return code.replace("_", " ")

"""In: a trace and its graph. Out: the same as a graph of its own, and as quads: events, claims, figures, and the paths.

A path is a claim and a `schema:ItemList`: its items are its causal claims, in order; it has the belief in all of them
together, its loosest hedge, and the sentence that tells it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from graph.assembled import Assembled, Claim, Figure
from graph.identity import content_id
from graph.quads import Quads, concept, parsed, ref, term
from graph.rdf import ASSEMBLED, assembled_quads
from graph.trace import Path, Trace
from ontology import iris

_LIST: Final = iris.SCHEMA + "ItemList"
_ITEM: Final = iris.SCHEMA + "ListItem"
_ELEMENT: Final = iris.SCHEMA + "itemListElement"
_POSITION: Final = iris.SCHEMA + "position"
_OF: Final = iris.SCHEMA + "item"
_TOLD: Final = iris.SCHEMA + "description"
_TYPE: Final = iris.RDF + "type"


def part_of(trace: Trace, assembled: Assembled) -> Assembled:
    """Return the graph of all that is on the paths, claims and figures as the trace has them."""
    events = {event.id: event for path in trace.paths for event in path.events}
    if trace.start is not None:
        events[trace.start.id] = trace.start
    claims = {claim.id: claim for path in trace.paths for claim in path.hops}
    figures = {figure.id: figure for path in trace.paths for some in path.figures for figure in some}
    told = {mention.article for event in events.values() for mention in event.mentions}
    witnessed: list[Claim | Figure] = [*claims.values(), *figures.values()]
    told |= {witness.article for one in witnessed for witness in one.witnesses}
    about = {event.incident for event in events.values()} | {trace.incident.id}
    incidents = (incident for incident in assembled.incidents if incident.id in about)
    return Assembled(
        seq=trace.seq,
        articles=tuple(article for article in assembled.articles if article.id in told),
        incidents=tuple(
            replace(one, articles=tuple(article for article in one.articles if article in told)) for one in incidents
        ),
        events=tuple(events[key] for key in sorted(events)),
        claims=tuple(claims[key] for key in sorted(claims)),
        figures=tuple(figures[key] for key in sorted(figures)),
    )


def trace_quads(trace: Trace, assembled: Assembled) -> list[ox.Quad]:
    """Give the quads of all that is on the paths, and of the paths."""
    quads = Quads(())
    for path in trace.paths:
        _path(quads, path)
    return [*assembled_quads(part_of(trace, assembled)), *parsed(quads.lines, ASSEMBLED)]


def path_id(path: Path) -> str:
    """Give the id of a path, by its claims."""
    return content_id("path", *(hop.id for hop in path.hops))


def _path(quads: Quads, path: Path) -> None:
    this = ref(path_id(path))
    quads.be(this, iris.CLAIM)
    quads.tie(this, _TYPE, term(_LIST))
    quads.tell(this, _TOLD, path.sentence)
    quads.tell(this, iris.BELIEF, float(path.belief))
    quads.tie(this, iris.HEDGE, concept("hedge", path.loosest_hedge))
    quads.tie(this, iris.CAUSE, ref(path.events[0].id))
    quads.tie(this, iris.EFFECT, ref(path.events[-1].id))
    for place, hop in enumerate(path.hops, 1):
        item = ref(f"{path_id(path)}-{place}")
        quads.tie(this, _ELEMENT, item)
        quads.tie(item, _TYPE, term(_ITEM))
        quads.tell(item, _POSITION, place)
        quads.tie(item, _OF, ref(hop.id))

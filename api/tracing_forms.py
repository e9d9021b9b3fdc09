"""In: a trace and its graph. Out: the trace as JSON, JSON-LD, Turtle, CSV, GraphML or Mermaid, as text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import networkx as nx
import pyoxigraph as ox

from api.presenting import Context, trace_data
from breachtrace import Assembled, CausalPath, Trace
from graph.export import to_networkx
from graph.trace_rdf import part_of, trace_quads
from ontology import iris
from ontology.plain import printable

_EVENT: Final = ("id", "label", "type", "group", "effect")
_WITNESS: Final = ("quote", "start", "end", "signal", "speaker", "hedge", "article", "publisher", "published")
_COLUMNS: Final = (
    *("path", "goal", "path_belief", "sentence", "hop", "claim", "relation", "negated", "belief", "origins"),
    *(f"cause_{name}" for name in _EVENT),
    *(f"effect_{name}" for name in _EVENT),
    *_WITNESS,
)
# What Mermaid would read as its own, as the codes that it shows for them.
_CODES: Final = str.maketrans({sign: f"#{ord(sign)};" for sign in '"#<>`|&;\\'})


def written(trace: Trace, graph: Assembled, form: str) -> str:
    """Write a trace in one of `MEDIA`'s forms; the same trace gives the same text."""
    return _WRITERS[form](trace, graph)


def _json(trace: Trace, graph: Assembled) -> str:
    return json.dumps(trace_data(trace, graph), ensure_ascii=False, indent=1) + "\n"


def _rdf(trace: Trace, graph: Assembled, form: ox.RdfFormat) -> str:
    triples = sorted({quad.triple for quad in trace_quads(trace, graph)}, key=str)
    return (ox.serialize(triples, format=form, prefixes=iris.PREFIXES) or b"").decode()


def _csv(trace: Trace, graph: Assembled) -> str:
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, _COLUMNS, restval="", extrasaction="ignore")
    table.writeheader()
    context = Context(graph)
    for number, path in enumerate(trace.paths, 1):
        table.writerows(_rows(number, path, context))
    return text.getvalue()


def _rows(number: int, path: CausalPath, context: Context) -> Iterator[dict[str, Any]]:
    """Yield a row for each witness of each hop."""
    whole = {"path": number, "goal": path.goal, "path_belief": path.belief, "sentence": path.sentence}
    for place, hop in enumerate(path.hops):
        ends = zip(("cause", "effect"), path.events[place : place + 2], strict=True)
        told = {f"{end}_{name}": getattr(event, name) for end, event in ends for name in _EVENT}
        claim = {name: getattr(hop, name) for name in ("relation", "negated", "belief", "origins")}
        for witness in hop.witnesses:
            yield {**whole, "hop": place + 1, "claim": hop.id, **claim, **told, **context.witness(witness)}


def _graphml(trace: Trace, graph: Assembled) -> str:
    network = to_networkx(part_of(trace, graph))
    on: dict[str, list[str]] = {}
    for number, path in enumerate(trace.paths, 1):
        for hop in path.hops:
            on.setdefault(hop.id, []).append(str(number))
    for _, _, key, edge in network.edges(keys=True, data=True):
        edge["paths"] = " ".join(on[key])
    file = io.BytesIO()
    nx.write_graphml(network, file, named_key_ids=True)
    return file.getvalue().decode("utf-8")


def _mermaid(trace: Trace, graph: Assembled) -> str:
    """Draw the events with what falls on whom, and the links with their beliefs, the denied ones dotted."""
    part = part_of(trace, graph)
    names = {event.id: f"e{place}" for place, event in enumerate(part.events)}
    lines = ["flowchart LR"]
    for event in part.events:
        whom = f"{event.type}, {event.group}" if event.group else event.type
        lines.append(f'  {names[event.id]}["{_shown(event.label)}<br/>{_shown(whom.replace("_", " "))}"]')
    for claim in part.claims:
        said = f"{'does not ' if claim.negated else ''}{claim.relation} {claim.belief:.2f}, {claim.hedge}"
        arrow = "-.->" if claim.negated else "-->"
        lines.append(f'  {names[claim.cause]} {arrow}|"{_shown(said)}"| {names[claim.effect]}')
    return "\n".join(lines) + "\n"


def _shown(text: str) -> str:
    return printable(" ".join(text.split())).translate(_CODES)


_WRITERS: Final[Mapping[str, Callable[[Trace, Assembled], str]]] = {
    "json": _json,
    "jsonld": lambda trace, graph: _rdf(trace, graph, ox.RdfFormat.JSON_LD),
    "turtle": lambda trace, graph: _rdf(trace, graph, ox.RdfFormat.TURTLE),
    "csv": _csv,
    "graphml": _graphml,
    "mermaid": _mermaid,
}
# Each form with its media type.
MEDIA: Final[Mapping[str, str]] = {
    "json": "application/json",
    "jsonld": "application/ld+json",
    "turtle": "text/turtle",
    "csv": "text/csv",
    "graphml": "application/graphml+xml",
    "mermaid": "text/vnd.mermaid",
}

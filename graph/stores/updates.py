"""In: statements that come and go. Out: SPARQL 1.1 updates that do it in any RDF store, and stamp it with a `seq`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

import pyoxigraph as ox

from graph import rdf
from graph.quads import node
from graph.stores.stamp import Stamp
from ontology import iris

T = TypeVar("T")
Statement = tuple[ox.NamedNode, str]
BATCH: Final = 2_000  # quads in one operation
# Where a store says which `seq` it shows; no query sees this graph unless it asks for it.
PROJECTION: Final = node("projection")
_VERSION: Final = f"{iris.SCHEMA}version"
_SAID: Final = f"GRAPH {PROJECTION} {{ {PROJECTION} ?p ?o }}"


@dataclass(frozen=True, slots=True)
class RdfChange:
    """What differs: statements that go, and that come, each with its graph as `graph.quads` writes the lines.

    `dropped` are graphs that go whole, `loose` nodes of the assembled graph that go if nothing refers to them, written.
    """

    gone: frozenset[Statement] = frozenset()
    fresh: frozenset[Statement] = frozenset()
    dropped: frozenset[ox.NamedNode] = frozenset()
    loose: frozenset[str] = frozenset()

    def written(self) -> frozenset[ox.NamedNode]:
        """Return all graphs that any of it is in."""
        return self.dropped | {graph for told in (self.gone, self.fresh) for graph, _ in told}

    def touched(self) -> frozenset[str]:
        """Return the subjects, in the assembled graph, that any of it is about, written."""
        told = (one for some in (self.gone, self.fresh) for one in some)
        return self.loose | {subject(line) for graph, line in told if graph == rdf.ASSEMBLED}

    def graphs(self) -> frozenset[ox.NamedNode]:
        """Return the graphs of articles that any of it is in."""
        return self.written() - {rdf.ASSEMBLED}


def updates(change: RdfChange, held: str = "") -> Iterator[str]:
    """Yield SPARQL updates that carry out a change in this order, each a small one.

    Args:
        change: What differs.
        held: A graph pattern without which nothing is done.
    """
    for graph in change.dropped:
        yield drop(graph, held)
    for verb, told in (("DELETE", change.gone), ("INSERT", change.fresh)):
        for graph, lines in by_graph(told).items():
            for some in batches(lines, BATCH):
                yield f"{verb} {{ GRAPH {graph} {{ {' . '.join(some)} }} }} WHERE {{ {held} }}"
    about = f"GRAPH {rdf.ASSEMBLED} {{ ?s ?p ?o }}"
    for nodes in batches(change.loose, BATCH):
        unless = f"FILTER NOT EXISTS {{ GRAPH {rdf.ASSEMBLED} {{ ?other ?refers ?s }} }}"
        yield f"DELETE {{ {about} }} WHERE {{ {held} VALUES ?s {{ {' '.join(nodes)} }} {about} {unless} }}"


def drop(graph: ox.NamedNode, held: str = "") -> str:
    """Give the SPARQL update that takes a graph away."""
    every = f"GRAPH {graph} {{ ?s ?p ?o }}"
    return f"DELETE {{ {every} }} WHERE {{ {held} {every} }}" if held else f"DROP SILENT GRAPH {graph}"


def stamping(stamp: Stamp, run: str = "") -> str:
    """Give the SPARQL update that stamps a store, if it is still held by the run that is named.

    Without a token where it is not complete.
    """
    told = f"{PROJECTION} <{_VERSION}> {stamp.seq} ."
    told += f" {PROJECTION} <{iris.IDENTIFIER}> {ox.Literal(stamp.token)} ." if stamp.complete else ""
    held = holding(run) if run else ""
    return (
        f"DELETE {{ {_SAID} }} INSERT {{ GRAPH {PROJECTION} {{ {told} }} {held} }} "
        f"WHERE {{ {held} OPTIONAL {{ {_SAID} }} }}"
    )


def beginning(since: Stamp, run: str) -> str:
    """Give the SPARQL update by which a run takes a store that still has the stamp that was read of it.

    Of several that do so at once one is the last, and it alone goes on: all that it does asks for `holding(run)`.
    """
    token = ox.Literal(since.token) if since.complete else "?token"
    complete = f"GRAPH {PROJECTION} {{ {PROJECTION} <{iris.IDENTIFIER}> {token} }}"
    same = f"GRAPH {PROJECTION} {{ {PROJECTION} <{_VERSION}> {since.seq} }}"
    same += f" {complete}" if since.complete else f" FILTER NOT EXISTS {{ {complete} }}"
    if since == Stamp():
        same = f"FILTER NOT EXISTS {{ {complete} }}"
    begun = f"GRAPH {PROJECTION} {{ {PROJECTION} <{_VERSION}> {since.seq} ; <{iris.WAS_GENERATED_BY}> '{run}' }}"
    return f"DELETE {{ {_SAID} }} INSERT {{ {begun} }} WHERE {{ {same} OPTIONAL {{ {_SAID} }} }}"


def holding(run: str) -> str:
    """Give the graph pattern that holds as long as no other run has taken a store."""
    return f"GRAPH {PROJECTION} {{ {PROJECTION} <{iris.WAS_GENERATED_BY}> '{run}' }}"


FORGOTTEN: Final = f"DELETE WHERE {{ {_SAID} }}"  # after this the store says nothing of itself
STAMPED: Final = f"""SELECT ?seq ?token WHERE {{ GRAPH {PROJECTION} {{
    {PROJECTION} <{_VERSION}> ?seq . OPTIONAL {{ {PROJECTION} <{iris.IDENTIFIER}> ?token }} }} }}"""


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut into lists of at most this many."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def subject(line: str) -> str:
    """Give what a statement is about, as it is written."""
    return line.partition(" ")[0]


def by_graph(told: Iterable[Statement]) -> dict[ox.NamedNode, list[str]]:
    """Give the lines of each graph."""
    found: dict[ox.NamedNode, list[str]] = defaultdict(list)
    for graph, line in told:
        found[graph].append(line)
    return found

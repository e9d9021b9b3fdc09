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


def updates(change: RdfChange) -> Iterator[str]:
    """Yield SPARQL updates that carry out a change in this order, each a small one."""
    for graph in change.dropped:
        yield f"DROP SILENT GRAPH {graph}"
    for verb, told in (("DELETE", change.gone), ("INSERT", change.fresh)):
        for graph, lines in _by_graph(told).items():
            for some in batches(lines, BATCH):
                yield f"{verb} DATA {{ GRAPH {graph} {{ {' . '.join(some)} }} }}"
    held = f"GRAPH {rdf.ASSEMBLED} {{ ?s ?p ?o }}"
    for nodes in batches(change.loose, BATCH):
        unless = f"FILTER NOT EXISTS {{ GRAPH {rdf.ASSEMBLED} {{ ?other ?refers ?s }} }}"
        yield f"DELETE {{ {held} }} WHERE {{ VALUES ?s {{ {' '.join(nodes)} }} {held} {unless} }}"


def stamping(stamp: Stamp) -> str:
    """Give the SPARQL update that stamps a store; without a token where it is not complete."""
    token = f" ; <{iris.IDENTIFIER}> {ox.Literal(stamp.token)}" if stamp.complete else ""
    told = f"{PROJECTION} <{iris.SCHEMA}version> {stamp.seq}{token} ."
    where = f"GRAPH {PROJECTION} {{ {PROJECTION} ?p ?o }}"
    data = f"GRAPH {PROJECTION} {{ {told} }}"
    return f"DELETE {{ {where} }} WHERE {{ {where} }} ;\nINSERT DATA {{ {data} }}"


STAMPED: Final = f"""SELECT ?seq ?token WHERE {{ GRAPH {PROJECTION} {{
    {PROJECTION} <{iris.SCHEMA}version> ?seq . OPTIONAL {{ {PROJECTION} <{iris.IDENTIFIER}> ?token }} }} }}"""


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut into lists of at most this many."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def subject(line: str) -> str:
    """Give what a statement is about, as it is written."""
    return line.partition(" ")[0]


def _by_graph(told: Iterable[Statement]) -> dict[ox.NamedNode, list[str]]:
    found: dict[ox.NamedNode, list[str]] = defaultdict(list)
    for graph, line in told:
        found[graph].append(line)
    return found

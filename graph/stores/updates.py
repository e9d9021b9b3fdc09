"""In: quads that come and go. Out: SPARQL 1.1 updates that carry it out in any RDF store, and stamp it with a `seq`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from graph import rdf
from graph.quads import node
from graph.stores.stamp import Stamp
from ontology import iris

T = TypeVar("T")
BATCH: Final = 2_000  # quads in one operation
# Where a store says which `seq` it shows; no query sees this graph unless it asks for it.
PROJECTION: Final = node("projection")


@dataclass(frozen=True, slots=True)
class RdfChange:
    """What differs: quads that go, quads that come, graphs that go whole, nodes that go if nothing refers to them."""

    gone: frozenset[ox.Quad] = frozenset()
    fresh: frozenset[ox.Quad] = frozenset()
    dropped: frozenset[Any] = frozenset()
    loose: frozenset[Any] = frozenset()

    def written(self) -> frozenset[Any]:
        """Return all graphs that any of it is in."""
        return self.dropped | {quad.graph_name for quads in (self.gone, self.fresh) for quad in quads}

    def touched(self) -> frozenset[Any]:
        """Return the subjects, in the assembled graph, that any of it is about."""
        told = (quad for quads in (self.gone, self.fresh) for quad in quads)
        return self.loose | {quad.subject for quad in told if quad.graph_name == rdf.ASSEMBLED}

    def graphs(self) -> frozenset[Any]:
        """Return the graphs of articles that any of it is in."""
        return self.written() - {rdf.ASSEMBLED}


def updates(change: RdfChange) -> Iterator[str]:
    """Yield SPARQL updates that carry out a change in this order, each a small one."""
    for graph in change.dropped:
        yield f"DROP SILENT GRAPH {graph}"
    for verb, quads in (("DELETE", change.gone), ("INSERT", change.fresh)):
        for graph, lines in _by_graph(quads).items():
            for some in batches(lines, BATCH):
                yield f"{verb} DATA {{ GRAPH {graph} {{ {' '.join(some)} }} }}"
    told = f"GRAPH {rdf.ASSEMBLED} {{ ?s ?p ?o }}"
    for nodes in batches(map(str, change.loose), BATCH):
        unless = f"FILTER NOT EXISTS {{ GRAPH {rdf.ASSEMBLED} {{ ?other ?refers ?s }} }}"
        yield f"DELETE {{ {told} }} WHERE {{ VALUES ?s {{ {' '.join(nodes)} }} {told} {unless} }}"


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


def _by_graph(quads: Iterable[ox.Quad]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    for quad in quads:
        found[quad.graph_name].append(f"{quad.subject} {quad.predicate} {quad.object} .")
    return found

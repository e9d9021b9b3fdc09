"""In: a change of the assembled graph, and the ledger. Out: the quads to take away and to put, and no others.

Organisations, named speakers and days are described once for all incidents that refer to them, so their description
goes only with the last reference; whoever carries out a change looks after that (`loose`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from graph import rdf
from graph.assembled import Assembled
from graph.incremental import Change
from graph.ledger import Ledger
from graph.stores.updates import RdfChange
from ontology import terms

_SHARED: Final = tuple(f"<{terms.ID}{prefix}-" for prefix in ("organisation", "speaker", "day"))


def rdf_change(change: Change, ledger: Ledger, since: int) -> RdfChange:
    """Give the quads that differ between a `seq` and the one that the change leads to."""
    changed = ledger.changed(since, change.after.seq)
    before = _told(ledger, changed, since) | _joint(change.before)
    after = _told(ledger, changed, change.after.seq) | _joint(change.after)
    dropped = frozenset(quad.graph_name for quad in before) - {quad.graph_name for quad in after} - {rdf.ASSEMBLED}
    left = {quad for quad in before - after if quad.graph_name not in dropped}
    loose = frozenset(quad.subject for quad in left if _is_shared(quad))
    gone = frozenset(quad for quad in left if quad.subject not in loose or quad.graph_name != rdf.ASSEMBLED)
    return RdfChange(gone, frozenset(after - before), dropped, loose)


def _joint(graph: Assembled) -> set[ox.Quad]:
    return {*rdf.assembled_quads(graph), *rdf.curation_quads(graph.decisions)}


def _told(ledger: Ledger, articles: Iterable[str], at: int) -> set[ox.Quad]:
    return {quad for extraction in ledger.read(articles, at) for quad in rdf.article_quads(extraction)}


def _is_shared(quad: ox.Quad) -> bool:
    return quad.graph_name == rdf.ASSEMBLED and str(quad.subject).startswith(_SHARED)

"""In: a change of the assembled graph, and the ledger. Out: the statements to take away and to put, and no others.

Organisations, named speakers and days are described once for all incidents that refer to them, so their description
goes only with the last reference; whoever carries out a change looks after that (`loose`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import pyoxigraph as ox

from graph import rdf
from graph.assembled import Assembled
from graph.incremental import Change
from graph.ledger import Ledger
from graph.stores.updates import RdfChange, Statement, subject
from ontology import terms

_SHARED: Final = tuple(f"<{terms.ID}{prefix}-" for prefix in ("organisation", "speaker", "day"))


def rdf_change(change: Change, ledger: Ledger, since: int) -> RdfChange:
    """Give the statements that differ between a `seq` and the one that the change leads to."""
    changed = ledger.changed(since, change.seq)
    before = {*_told(ledger, changed, since), *_joint(change.before)}
    after = {*_told(ledger, changed, change.seq), *_joint(change.after)}
    dropped = {graph for graph, _ in before} - {graph for graph, _ in after} - {rdf.ASSEMBLED}
    left = {one for one in before - after if one[0] not in dropped}
    shared = {one for one in left if _is_shared(one)}
    loose = frozenset(subject(line) for _, line in shared)
    return RdfChange(frozenset(left - shared), frozenset(after - before), frozenset(dropped), loose)


def _joint(graph: Assembled) -> Iterator[Statement]:
    return chain(
        _each(rdf.ASSEMBLED, rdf.assembled_lines(graph, evidence=False)),
        _each(rdf.CURATION, rdf.curation_lines(graph.decisions)),
    )


def _told(ledger: Ledger, articles: Iterable[str], at: int) -> Iterator[Statement]:
    told = chain.from_iterable(map(rdf.article_graphs, ledger.read(articles, at)))
    return chain.from_iterable(_each(*one) for one in told)


def _each(graph: ox.NamedNode, lines: Iterable[str]) -> Iterator[Statement]:
    return ((graph, line) for line in lines)


def _is_shared(one: Statement) -> bool:
    return one[0] == rdf.ASSEMBLED and one[1].startswith(_SHARED)

"""In: a ledger and a `seq`. Out: the assembled graph of it, with what is left of withdrawn articles and replaced texts.

What only withdrawn articles told stays, without a witness and without belief, so that it can be seen that it was once
claimed. Withdrawn articles change nothing else: all other nodes are as if they had never been there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from graph.assembled import Assembled, History
from graph.assembly import assemble, assemble_incident, join
from graph.curation import Curation
from graph.incidents import group_incidents, refer
from graph.ledger import Decision, Ledger
from ontology.records import Article, Extraction


@dataclass(frozen=True, slots=True)
class Told:
    """What a ledger holds at one `seq` of some articles, which are all that tell of their incidents."""

    seq: int
    current: tuple[Extraction, ...]
    withdrawn: tuple[Extraction, ...]
    versions: tuple[tuple[str, str], ...]  # the hash of each text of an article that had several
    decisions: tuple[Decision, ...]


def read_told(ledger: Ledger, at: int, articles: Collection[str] | None = None) -> Told:
    """Read what a ledger holds of all articles, or of these alone, at the cost of these alone."""
    return Told(
        at,
        tuple(ledger.current(at) if articles is None else ledger.read(articles, at)),
        tuple(ledger.withdrawn(articles, at)),
        tuple(ledger.versions(articles, at)),
        tuple(ledger.decisions(at)),
    )


def assemble_told(told: Told) -> Assembled:
    """Assemble what was read of a ledger."""
    graph = assemble(told.current, told.seq, told.decisions)
    if told.withdrawn:
        before = _told_before(told.current, told.withdrawn, Curation.read(told.decisions))
        graph = _with_unsupported(graph, before)
    return replace(graph, histories=tuple(_histories(told, graph.articles)))


def assemble_ledger(ledger: Ledger, at: int | None = None, articles: Collection[str] | None = None) -> Assembled:
    """Assemble what a ledger holds.

    Args:
        ledger: The ledger.
        at: The `seq` to answer for, None for the newest.
        articles: These articles alone; None for all. They have to be all that tell of their incidents.
    """
    return assemble_told(read_told(ledger, ledger.seq if at is None else at, articles))


def _histories(told: Told, current: Iterable[Article]) -> list[History]:
    """Return the histories of the current articles that had another text before."""
    known = {article.id for article in current}
    texts: dict[str, list[str]] = defaultdict(list)
    for article, content in told.versions:
        texts[article].append(content)
    return [
        History(article, tuple(told)) for article, told in sorted(texts.items()) if article in known and len(told) > 1
    ]


def _told_before(current: Iterable[Extraction], withdrawn: Iterable[Extraction], curation: Curation) -> Assembled:
    """Assemble the incidents that withdrawn articles told of, as they would be; only what these alone told is kept."""
    gone = {one.article.id: one for one in withdrawn}
    known = {**{one.article.id: one for one in current}, **gone}
    incidents = group_incidents(map(refer, known.values()), curation)
    parts = (
        assemble_incident(incident, [known[article] for article in incident.articles], curation)
        for incident in {incidents[article] for article in gone}
    )
    told = join(0, parts)
    return replace(told, claims=_only(told.claims, gone), figures=_only(told.figures, gone))


def _only(told: Iterable[Any], articles: Collection[str]) -> tuple[Any, ...]:
    return tuple(one for one in told if all(witness.article in articles for witness in one.witnesses))


def _with_unsupported(graph: Assembled, told: Assembled) -> Assembled:
    """Add the claims and figures that are missing, with the events and incidents that they need, all of them bare."""
    claims = [replace(one, witnesses=(), belief=0.0, origins=0) for one in _missing(graph.claims, told.claims)]
    figures = [replace(one, witnesses=()) for one in _missing(graph.figures, told.figures)]
    ends = {end for claim in claims for end in (claim.cause, claim.effect)} | {figure.event for figure in figures}
    events = [replace(one, mentions=()) for one in _missing(graph.events, told.events) if one.id in ends]
    places = {event.incident for event in events} | {figure.incident for figure in figures}
    incidents = [
        replace(one, articles=(), reasons=()) for one in _missing(graph.incidents, told.incidents) if one.id in places
    ]
    return replace(
        graph,
        incidents=_by_id(graph.incidents, incidents),
        events=_by_id(graph.events, events),
        claims=_by_id(graph.claims, claims),
        figures=_by_id(graph.figures, figures),
    )


def _missing(known: Iterable[Any], told: Iterable[Any]) -> Iterator[Any]:
    ids = {node.id for node in known}
    return (node for node in told if node.id not in ids)


def _by_id(*nodes: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(chain(*nodes), key=lambda node: node.id))

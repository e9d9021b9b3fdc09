"""In: Extractions. Out: the assembled graph, in which what is the same over all articles is one node with its evidence.

The graph is a function of the set of extractions: their order does not show anywhere in it. A link whose two ends
turn out to be one event is dropped, with a line that says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.assembled import Assembled, Claim, EventMention, EventNode, Incident, Witness
from graph.belief import claim_belief
from graph.figures import Stated, assemble_figures, firmest, witness_order
from graph.identity import breach_id, content_id, fold_label
from graph.incidents import group_incidents, refer
from graph.voices import origin_of, voice_of
from ontology.records import CausalLink, Event, Extraction, QuantityClaim
from ontology.terms import EVENT_KINDS, HEDGES

_Link = tuple[str, str, str, bool]  # cause, effect, relation, negated: what a claim is


@dataclass(slots=True)
class _Gathered:
    """What the articles told, by the node that it belongs to, before the nodes are made."""

    nodes: dict[str, EventNode] = field(default_factory=dict)
    mentions: dict[str, set[EventMention]] = field(default_factory=lambda: defaultdict(set))
    links: dict[_Link, set[Witness]] = field(default_factory=lambda: defaultdict(set))
    stated: list[Stated] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def assemble(extractions: Iterable[Extraction], seq: int) -> Assembled:
    """Assemble the current extractions of a ledger, one per article.

    Args:
        extractions: In any order; of two with one article id the later one counts.
        seq: The ledger's `seq` that they were current at; it is kept in the result.

    Returns:
        The graph, every tuple sorted by id. `dropped` tells, a line each, what could not be placed.
    """
    by_article = {extraction.article.id: extraction for extraction in extractions}
    read = [by_article[article] for article in sorted(by_article)]
    incidents = group_incidents(refer(extraction) for extraction in read)
    gathered = _Gathered()
    for extraction in read:
        _gather(gathered, extraction, incidents[extraction.article.id])
    return Assembled(
        seq=seq,
        articles=tuple(extraction.article for extraction in read),
        incidents=tuple(sorted(set(incidents.values()), key=lambda incident: incident.id)),
        events=tuple(_event_nodes(gathered)),
        claims=tuple(_claims(gathered)),
        figures=assemble_figures(gathered.stated),
        dropped=tuple(sorted(gathered.dropped)),
    )


def _gather(gathered: _Gathered, extraction: Extraction, incident: Incident) -> None:
    article = extraction.article.id
    own = _own_breach(extraction)
    places: dict[str, str] = {}
    for event in extraction.events:
        node = _node(event, incident, own=event.id == own)
        places[event.id] = node.id
        known = gathered.nodes.get(node.id, node)
        gathered.nodes[node.id] = min(known, node, key=lambda one: EVENT_KINDS.index(one.kind))
        gathered.mentions[node.id] |= {EventMention(article, span) for span in event.spans}
    events = {event.id: event for event in extraction.events}
    for link in extraction.links:
        _gather_link(gathered, extraction, incident, link, places, events)
    for claim in extraction.quantities:
        gathered.stated.append(_stated(extraction, incident, claim, places, events))


def _own_breach(extraction: Extraction) -> str | None:
    """Return the event that is the article's own incident: as told, else the only breach that it speaks of."""
    breaches = [event.id for event in extraction.events if event.kind == "breach"]
    return extraction.breach or (breaches[0] if len(breaches) == 1 else None)


def _node(event: Event, incident: Incident, *, own: bool) -> EventNode:
    """Return the node of an event, mentions left out.

    The incident itself is one event, whatever kind each article calls it. A breach that is not the article's own, and
    an event of type `other`, are told apart from the rest by how they are first called.
    """
    label = _called(event)
    by_label = event.type == "other" or event.kind == "breach"
    parts = (event.type, event.group, event.effect, event.negated, fold_label(label) if by_label else None)
    return EventNode(
        id=breach_id(incident.id) if own else content_id("event", incident.id, *parts),
        incident=incident.id,
        kind="breach" if own else event.kind,
        type=incident.kind if own else event.type,
        group=None if own else event.group,
        effect=None if own else event.effect,
        label=incident.label if own else label,
        mentions=(),
        negated=event.negated and not own,
    )


def _called(event: Event) -> str:
    """Return how an article first calls an event."""
    return event.spans[0].text if event.spans else event.type


def _gather_link(
    gathered: _Gathered,
    extraction: Extraction,
    incident: Incident,
    link: CausalLink,
    places: Mapping[str, str],
    events: Mapping[str, Event],
) -> None:
    cause, effect = places[link.cause], places[link.effect]
    if cause == effect:
        said = f"{_called(events[link.cause])!r} {link.relation} {_called(events[link.effect])!r}"
        gathered.dropped.append(f"article {extraction.article.id!r}: {said}: both ends are one event, {cause}")
        return
    hedge = max(link.hedge, events[link.effect].hedge, key=HEDGES.index)
    witness = _witness(extraction, incident, replace(link, hedge=hedge), implied=link.implied)
    gathered.links[cause, effect, link.relation, link.negated].add(witness)


def _stated(
    extraction: Extraction,
    incident: Incident,
    claim: QuantityClaim,
    places: Mapping[str, str],
    events: Mapping[str, Event],
) -> Stated:
    group = claim.group or (events[claim.event].group if claim.event else None)
    return Stated(
        incident=incident.id,
        event=places[claim.event] if claim.event else None,
        group=group,
        voice=voice_of(claim.speaker, extraction.article, incident) if claim.speaker else "",
        quantity=claim.quantity,
        witness=_witness(extraction, incident, claim, implied=False),
    )


def _witness(
    extraction: Extraction, incident: Incident, statement: CausalLink | QuantityClaim, *, implied: bool
) -> Witness:
    evidence = statement.evidence
    return Witness(
        article=extraction.article.id,
        quote=evidence.quote,
        signal=evidence.signal,
        speaker=statement.speaker,
        hedge=statement.hedge,
        rule=evidence.rule,
        confidence=evidence.confidence,
        implied=implied,
        origin=origin_of(statement.speaker, extraction.article, incident),
    )


def _event_nodes(gathered: _Gathered) -> Iterator[EventNode]:
    for key in sorted(gathered.nodes):
        node = gathered.nodes[key]
        mentions = sorted(gathered.mentions[key], key=lambda mention: (mention.article, mention.span))
        label = node.label if node.kind == "breach" else _label(mentions) or node.label
        yield replace(node, label=label, mentions=tuple(mentions))


def _label(mentions: Sequence[EventMention]) -> str | None:
    """Return how an event is called most often; of several, the first in article and place."""
    counted = Counter(mention.span.text for mention in mentions)
    return max(counted, key=lambda text: counted[text], default=None)


def _claims(gathered: _Gathered) -> Iterator[Claim]:
    denials = _denials(gathered)
    found = []
    for link, witnesses in gathered.links.items():
        cause, effect, relation, negated = link
        claim = Claim(
            id=content_id("claim", *link),
            cause=cause,
            effect=effect,
            relation=relation,
            negated=negated,
            belief=claim_belief(witnesses, denials[link]),
            hedge=firmest(witnesses),
            origins=len({witness.origin for witness in witnesses}),
            witnesses=tuple(sorted(witnesses, key=witness_order)),
        )
        found.append(claim)
    yield from sorted(found, key=lambda claim: claim.id)


def _denials(gathered: _Gathered) -> Mapping[_Link, set[Witness]]:
    """Return, for each link, what speaks against it: its denial, and the same cause of its opposite."""
    found: dict[_Link, set[Witness]] = defaultdict(set)
    for (cause, effect, relation, negated), witnesses in gathered.links.items():
        found[cause, effect, relation, not negated] |= witnesses
        found[cause, _opposite(gathered.nodes[effect]), relation, negated] |= witnesses
    return found


def _opposite(node: EventNode) -> str:
    """Return the id that the same event has with the other polarity."""
    by_label = fold_label(node.label) if node.type == "other" or node.kind == "breach" else None
    return content_id("event", node.incident, node.type, node.group, node.effect, not node.negated, by_label)

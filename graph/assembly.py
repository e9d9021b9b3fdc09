"""In: Extractions. Out: the assembled graph, in which what is the same over all articles is one node with its evidence.

The graph is a function of the set of extractions: their order does not show anywhere in it. A link whose two ends
turn out to be one event is dropped, with a line that says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, TypeVar

from graph.assembled import Assembled, Claim, EventMention, EventNode, Figure, Incident, Witness
from graph.belief import claim_belief
from graph.curation import Curation
from graph.figures import Stated, assemble_figures, firmest, witness_order
from graph.identity import breach_id, content_id, fold_label, words
from graph.incidents import group_incidents, refer
from graph.ledger import Decision
from graph.local import link_hedge
from graph.reprints import first_prints
from graph.voices import origin_of, voice_of
from ontology.records import Article, CausalLink, Event, Extraction, QuantityClaim
from ontology.terms import EVENT_KINDS

_Statement = TypeVar("_Statement", Claim, Figure)
_Link = tuple[str, str, str, bool]  # cause, effect, relation, negated: what a claim is


@dataclass(slots=True)
class _Gathered:
    """What the articles told, by the node that it belongs to, before the nodes are made."""

    curation: Curation
    prints: Mapping[str, Article]  # which article each one is a reprint of
    nodes: dict[str, tuple[tuple[bool, int], EventNode]] = field(default_factory=dict)  # with a rank, least is best
    mentions: dict[str, set[EventMention]] = field(default_factory=lambda: defaultdict(set))
    moved: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # what a curator merged into it
    links: dict[_Link, set[Witness]] = field(default_factory=lambda: defaultdict(set))
    stated: list[Stated] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def assemble(extractions: Iterable[Extraction], seq: int, decisions: Iterable[Decision] = ()) -> Assembled:
    """Assemble the current extractions of a ledger, one per article.

    Args:
        extractions: In any order; of two with one article id the later one counts.
        seq: The ledger's `seq` that they were current at; it is kept in the result.
        decisions: The curators' decisions, oldest first.

    Returns:
        The graph, every tuple sorted by id. `dropped` tells, a line each, what could not be placed.
    """
    by_article = {extraction.article.id: extraction for extraction in extractions}
    told = tuple(decisions)
    curation = Curation.read(told)
    incidents = group_incidents((refer(extraction) for extraction in by_article.values()), curation)
    parts = (
        assemble_incident(incident, [by_article[article] for article in incident.articles], curation)
        for incident in set(incidents.values())
    )
    return replace(join(seq, parts), decisions=told)


def join(seq: int, parts: Iterable[Assembled]) -> Assembled:
    """Put the graphs of several incidents together; no node of one is in another, and the decisions are left out."""
    found = list(parts)

    def whole(name: str, key: str | None = "id") -> tuple[Any, ...]:
        every = [node for part in found for node in getattr(part, name)]
        return tuple(sorted(every, key=attrgetter(key) if key else None))

    names = ("articles", "incidents", "events", "claims", "figures")
    histories, dropped = whole("histories", "article"), whole("dropped", None)
    return Assembled(seq, **{name: whole(name) for name in names}, histories=histories, dropped=dropped)


def assemble_incident(incident: Incident, extractions: Sequence[Extraction], curation: Curation) -> Assembled:
    """Assemble one incident from the extractions of its articles; its graph's `seq` is 0, for it is a part only."""
    gathered = _Gathered(curation, first_prints(extraction.article for extraction in extractions))
    for extraction in sorted(extractions, key=lambda one: one.article.id):
        _gather(gathered, extraction, incident)
    return Assembled(
        seq=0,
        articles=tuple(sorted((one.article for one in extractions), key=lambda article: article.id)),
        incidents=(incident,),
        events=tuple(_event_nodes(gathered)),
        claims=tuple(_kept(_claims(gathered), gathered)),
        figures=tuple(_kept(assemble_figures(gathered.stated), gathered)),
        dropped=tuple(sorted(gathered.dropped)),
    )


def _gather(gathered: _Gathered, extraction: Extraction, incident: Incident) -> None:
    article, first = extraction.article.id, gathered.prints[extraction.article.id]
    own = _own_breach(extraction)
    places: dict[str, str] = {}
    for event in extraction.events:
        node = _node(event, incident, own=event.id == own)
        key = places[event.id] = gathered.curation.place(node.id, article)
        if key != node.id and (node.id, article) not in gathered.curation.apart:
            gathered.moved[key].add(node.id)
        ranked = (key != node.id, EVENT_KINDS.index(node.kind)), replace(node, id=key)
        gathered.nodes[key] = min(gathered.nodes.get(key, ranked), ranked, key=lambda one: one[0])
        gathered.mentions[key] |= {EventMention(article, span) for span in event.spans}
    events = {event.id: event for event in extraction.events}
    for link in extraction.links:
        _gather_link(gathered, extraction, incident, link, places, events)
    for claim in extraction.quantities:
        gathered.stated.append(_stated(extraction, first, incident, claim, places, events))


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
    hedge = link_hedge(link, events[link.effect])
    first = gathered.prints[extraction.article.id]
    witness = _witness(extraction.article.id, first, incident, replace(link, hedge=hedge), implied=link.implied)
    gathered.links[cause, effect, link.relation, link.negated].add(witness)


def _stated(
    extraction: Extraction,
    first: Article,
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
        voice=voice_of(claim.speaker, first, incident) if claim.speaker else "",
        quantity=claim.quantity,
        witness=_witness(extraction.article.id, first, incident, claim, implied=False),
    )


def _witness(
    article: str, first: Article, incident: Incident, statement: CausalLink | QuantityClaim, *, implied: bool
) -> Witness:
    """Return the witness; the first print of the article stands for it as an origin."""
    evidence = statement.evidence
    return Witness(
        article=article,
        quote=evidence.quote,
        signal=evidence.signal,
        speaker=statement.speaker,
        hedge=statement.hedge,
        rule=evidence.rule,
        confidence=evidence.confidence,
        implied=implied,
        origin=origin_of(statement.speaker, first, incident),
    )


def _event_nodes(gathered: _Gathered) -> Iterator[EventNode]:
    for key in sorted(gathered.nodes):
        _, node = gathered.nodes[key]
        mentions = sorted(gathered.mentions[key], key=lambda mention: (mention.article, mention.span))
        label = node.label if node.kind == "breach" else label_of(mentions) or node.label
        reasons = tuple(_reasons(node, mentions, gathered.moved.get(key, ())))
        yield replace(node, label=label, mentions=tuple(mentions), reasons=reasons)


def _reasons(node: EventNode, mentions: Iterable[EventMention], moved: Iterable[str]) -> Iterator[str]:
    """Yield why what several articles tell is one event; `curate split` takes one of them out again."""
    if len({mention.article for mention in mentions}) > 1:
        falls = f", falls on {node.group} ({node.effect})" if node.group else ""
        named = ", is called alike" if node.type == "other" else ""
        yield f"one incident, one type ({node.type}){falls}{named}"
    yield from (f"a curator merged {identifier} into it" for identifier in sorted(moved))


def label_of(mentions: Sequence[EventMention]) -> str | None:
    """Return how an event is called most often, rather not by what points back; of several, the first."""
    counted = Counter(" ".join(mention.span.text.split()) for mention in mentions)
    pointing = words().pointing

    def rank(text: str) -> tuple[bool, int]:
        return text.split()[0].lower() in pointing, -counted[text]

    return min(counted, key=rank, default=None)


def _claims(gathered: _Gathered) -> Iterator[Claim]:
    denials = _denials(gathered)
    for key, link in sorted((content_id("claim", *link), link) for link in gathered.links):
        witnesses = gathered.links[link]
        cause, effect, relation, negated = link
        yield Claim(
            id=key,
            cause=cause,
            effect=effect,
            relation=relation,
            negated=negated,
            belief=claim_belief(
                one_print(witnesses, gathered.prints),
                one_print(denials[link], gathered.prints),
                accepted=key in gathered.curation.accepted,
            ),
            hedge=firmest(witnesses),
            origins=len({witness.origin for witness in witnesses}),
            witnesses=tuple(sorted(witnesses, key=witness_order)),
        )


def one_print(witnesses: Collection[Witness], prints: Mapping[str, Article]) -> list[Witness]:
    """Return the witnesses of one article out of each group of reprints, the first print where it is one of them.

    Reprints edit sentences a little, so that the same sentence would count again as another one.
    """
    heard: dict[str, str] = {}
    for article in sorted({witness.article for witness in witnesses}):
        first = prints[article].id
        heard[first] = first if article == first else heard.get(first, article)
    return [witness for witness in witnesses if heard[prints[witness.article].id] == witness.article]


def _kept(nodes: Iterable[_Statement], gathered: _Gathered) -> Iterator[_Statement]:
    """Yield the nodes that no curator has rejected; the others leave a line."""
    for node in nodes:
        if node.id in gathered.curation.rejected:
            gathered.dropped.append(f"{node.id}: rejected by {gathered.curation.rejected[node.id]}")
        else:
            yield node


def _denials(gathered: _Gathered) -> Mapping[_Link, set[Witness]]:
    """Return, for each link, what speaks against it: its denial, and the same cause of its opposite."""
    found: dict[_Link, set[Witness]] = defaultdict(set)
    for (cause, effect, relation, negated), witnesses in gathered.links.items():
        found[cause, effect, relation, not negated] |= witnesses
        found[cause, _opposite(gathered.nodes[effect][1]), relation, negated] |= witnesses
    return found


def _opposite(node: EventNode) -> str:
    """Return the id that the same event has with the other polarity."""
    by_label = fold_label(node.label) if node.type == "other" or node.kind == "breach" else None
    return content_id("event", node.incident, node.type, node.group, node.effect, not node.negated, by_label)

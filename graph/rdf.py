"""In: extractions and the assembled graph. Out: their quads, one graph per article version, a joint one, and curation.

An article's graph holds what was read out of it, with ids of its own; the assembled graph holds what all of them tell
together, and beside each claim that is not negated the direct triple (`event faro:causes event`), so that a property
path follows the causes. What curators decided is told in a graph of its own. The vocabularies have a graph as well,
for their labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

import pyoxigraph as ox

from graph import local
from graph.assembled import Assembled, Claim, EventNode, Figure, Incident
from graph.identity import content_id
from graph.ledger import Decision
from graph.quads import Quads, concept, is_livelihood_impact, node, version_id
from graph.reconcile import REPLACING, Relation, relations
from ontology import files, iris, terms
from ontology.records import Extraction

ASSEMBLED: Final = node("assembled")
VOCABULARIES: Final = ox.NamedNode(terms.VOCABULARY.rstrip("/"))
# The graphs that a query without FROM sees as one.
DEFAULT_GRAPHS: Final = (ASSEMBLED, VOCABULARIES)
CURATION: Final = node("curation")
# What one figure does to another; those that agree confirm each other if they are of two origins.
_CITED: Final = {"corrects": iris.CORRECTS, "updates": iris.UPDATES, "disputes": iris.DISPUTES}


def dataset(assembled: Assembled, extractions: Iterable[Extraction]) -> Iterator[ox.Quad]:
    """Yield the quads of all named graphs; some come more than once."""
    return chain.from_iterable(quads for _, quads in graphs(assembled, extractions))


def graphs(assembled: Assembled, extractions: Iterable[Extraction]) -> Iterator[tuple[ox.NamedNode, list[ox.Quad]]]:
    """Yield each named graph with its quads, one after the other; some quads come more than once."""
    for extraction in extractions:
        yield node(version_id(extraction.article)), article_quads(extraction)
    yield ASSEMBLED, assembled_quads(assembled)
    yield CURATION, curation_quads(assembled.decisions)
    yield VOCABULARIES, list(vocabulary_quads())


def article_quads(extraction: Extraction) -> list[ox.Quad]:
    """Give what was read out of one article version, in the named graph of that version."""
    version = version_id(extraction.article)
    quads = Quads(node(version), (extraction.article,))
    quads.run(extraction.article.id, extraction.extractor)
    events = local.events(extraction, version)
    _statements(quads, events, local.claims(extraction, version), local.figures(extraction, version))
    for event, told in zip(events, extraction.events, strict=True):
        quads.tell(node(event.id), iris.HEDGE, concept("hedge", told.hedge))
    return quads.quads


def assembled_quads(assembled: Assembled) -> list[ox.Quad]:
    """Give the assembled graph, in the named graph `ASSEMBLED`; articles are described in it, too."""
    quads = Quads(ASSEMBLED, assembled.articles)
    for incident in assembled.incidents:
        _incident(quads, incident)
    _statements(quads, assembled.events, assembled.claims, assembled.figures)
    for claim in assembled.claims:
        _belief(quads, claim)
    for history in assembled.histories:
        quads.history(history.article, history.versions)
    for relation, earlier, later in relations(assembled):
        _cite(quads, relation, earlier, later)
    return quads.quads


def curation_quads(decisions: Iterable[Decision]) -> list[ox.Quad]:
    """Give the curators' decisions, in the named graph `CURATION`: what, on what, who, when and why."""
    quads = Quads(CURATION, ())
    for decision in decisions:
        _decision(quads, decision)
    return quads.quads


def vocabulary_quads() -> Iterator[ox.Quad]:
    """Yield the vocabularies, in the named graph `VOCABULARIES`, without the lists in them, which need blank nodes."""
    for name in files.VOCABULARIES:
        for quad in ox.parse(files.text(name), format=ox.RdfFormat.TURTLE):
            if not any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object)):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, VOCABULARIES)


def _statements(quads: Quads, events: Iterable[EventNode], claims: Iterable[Claim], figures: Iterable[Figure]) -> None:
    known = {event.id: event for event in events}
    for event in known.values():
        _event(quads, event)
    for claim in claims:
        _claim(quads, claim)
    for figure in figures:
        _figure(quads, figure, known)


def _incident(quads: Quads, incident: Incident) -> None:
    this = node(incident.id)
    quads.be(this, iris.INCIDENT)
    quads.tell(this, iris.LABEL, incident.label)
    quads.tell(this, iris.INCIDENT_KIND, concept("incident-kind", incident.kind))
    for alias in incident.aliases:
        quads.tell(this, iris.ALT_LABEL, alias)
    if incident.organisation is not None:
        quads.tell(this, iris.BREACHED_ORGANISATION, quads.organisation(incident.organisation))
    if incident.first_day is not None or incident.last_day is not None:
        quads.tell(this, iris.HAS_TIME, quads.interval(incident.id, incident.first_day, incident.last_day))
    for article in incident.articles:
        quads.tell(quads.version(article), iris.ABOUT, this)


def _event(quads: Quads, event: EventNode) -> None:
    this = node(event.id)
    quads.be(this, iris.LIVELIHOOD_IMPACT if is_livelihood_impact(event) else iris.EVENT_CLASSES[event.kind])
    quads.tell(this, iris.LABEL, event.label)
    quads.tell(this, iris.EVENT_TYPE, concept("event-type", event.type))
    quads.tell(this, iris.NEGATED, event.negated)
    if event.incident:
        quads.tell(this, iris.IN_INCIDENT, node(event.incident))
    if event.group is not None:
        quads.tell(this, iris.AFFECTED_GROUP, concept("group", event.group))
    if event.effect is not None:
        quads.tell(this, iris.IMPACT_EFFECT, concept("effect", event.effect))
    quads.tell(this, iris.UNSUPPORTED, event.unsupported or None)
    for reason in event.reasons:
        quads.tell(this, iris.REASON, reason)
    for mention in event.mentions:
        quads.mention(event.id, mention.article, mention.span)


def _claim(quads: Quads, claim: Claim) -> None:
    this = node(claim.id)
    quads.be(this, iris.CAUSAL_CLAIM)
    quads.tell(this, iris.CAUSE, node(claim.cause))
    quads.tell(this, iris.EFFECT, node(claim.effect))
    quads.tell(this, iris.RELATION, ox.NamedNode(iris.RELATION_PROPERTIES[claim.relation]))
    quads.tell(this, iris.NEGATED, claim.negated)
    quads.tell(this, iris.HEDGE, concept("hedge", claim.hedge))
    quads.tell(this, iris.UNSUPPORTED, claim.unsupported or None)
    for witness in claim.witnesses:
        quads.witness(claim.id, witness)


def _belief(quads: Quads, claim: Claim) -> None:
    """Say what only all articles together tell of a claim, and the direct triple."""
    if claim.unsupported:
        return
    quads.tell(node(claim.id), iris.BELIEF, float(claim.belief))
    quads.tell(node(claim.id), iris.ORIGIN_COUNT, claim.origins)
    if not claim.negated:
        quads.tell(node(claim.cause), iris.RELATION_PROPERTIES[claim.relation], node(claim.effect))


def _figure(quads: Quads, figure: Figure, events: Mapping[str, EventNode]) -> None:
    this = node(figure.id)
    quads.be(this, iris.QUANTITY_CLAIM)
    quads.tell(this, iris.LABEL, figure.text)
    quads.tell(this, iris.ORIGINAL_TEXT, figure.text)
    quads.tell(this, iris.COUNTED_THING, figure.thing)
    quads.tell(this, iris.QUANTIFIER, concept("quantifier", figure.qualifier))
    quads.tell(this, iris.DIRECTION, concept("direction", figure.direction))
    quads.tell(this, iris.IS_DELTA_QUANTITY, figure.direction != "none")
    quads.tell(this, iris.HEDGE, concept("hedge", figure.hedge))
    quads.tell(this, iris.HAS_QUANTITY_VALUE, _value(quads, figure))
    if figure.incident:
        quads.tell(this, iris.IN_INCIDENT, node(figure.incident))
    if figure.event is not None:
        quads.tell(this, iris.MEASURES, node(figure.event))
        quads.tell(this, iris.MEASURED_PROPERTY, concept("event-type", events[figure.event].type))
    if figure.group is not None:
        quads.tell(this, iris.AFFECTED_GROUP, concept("group", figure.group))
    quads.tell(this, iris.UNSUPPORTED, figure.unsupported or None)
    for witness in figure.witnesses:
        quads.witness(figure.id, witness)
    if figure.speaker is not None and figure.witnesses:
        quads.tell(this, iris.WAS_ATTRIBUTED_TO, quads.speaker(figure.speaker, figure.witnesses[0].article))


def _value(quads: Quads, figure: Figure) -> ox.NamedNode:
    value = node(f"{figure.id}-value")
    quads.be(value, iris.QUANTITATIVE_VALUE)
    quads.tell(value, iris.HAS_UNIT, ox.NamedNode(iris.unit(figure.unit)))
    if figure.low is not None and figure.low == figure.high:
        quads.tell(value, iris.VALUE, float(figure.low))
    else:
        quads.tell(value, iris.MIN_VALUE, None if figure.low is None else float(figure.low))
        quads.tell(value, iris.MAX_VALUE, None if figure.high is None else float(figure.high))
    return value


def _cite(quads: Quads, relation: Relation, earlier: Figure, later: Figure) -> None:
    cited = _CITED.get(relation.kind)
    if cited is None:
        origins = ({witness.origin for witness in figure.witnesses} for figure in (earlier, later))
        cited = iris.CONFIRMS if next(origins).isdisjoint(next(origins)) else None
    if cited is not None:
        quads.tell(node(later.id), cited, node(earlier.id))
    if relation.kind in REPLACING:
        quads.tell(node(later.id), iris.WAS_REVISION_OF, node(earlier.id))


def _decision(quads: Quads, decision: Decision) -> None:
    this, detail = decision_node(decision.seq), decision.detail
    at = decision.at.replace("+00:00", "Z")  # as stores give it back
    curator = node(content_id("curator", decision.by))
    quads.be(this, iris.DECISION)
    quads.tell(this, iris.VERB, decision.verb)
    quads.tell(this, iris.WAS_ASSOCIATED_WITH, curator)
    quads.be(curator, iris.AGENT)
    quads.tell(curator, iris.LABEL, decision.by)
    quads.tell(this, iris.ENDED_AT_TIME, ox.Literal(at, datatype=ox.NamedNode(iris.XSD + "dateTime")))
    quads.tell(this, iris.REASON, detail.get("why"))
    for article in detail.get("articles", ()):
        quads.tell(this, iris.SPLITS_OFF, article)
    if decision.verb == "undo":
        quads.tell(this, iris.DECIDES_ON, decision_node(detail["seq"]))
        quads.tell(decision_node(detail["seq"]), iris.UNDONE_BY, this)
    elif decision.verb == "same":
        quads.tell(this, iris.DECIDES_ON, quads.organisation(decision.subject))
        quads.tell(this, iris.DECIDES_WITH, quads.organisation(detail["as"]))
    else:
        quads.tell(this, iris.DECIDES_ON, node(decision.subject))
        quads.tell(this, iris.DECIDES_WITH, node(detail["with"]) if "with" in detail else None)


def decision_node(seq: int) -> ox.NamedNode:
    """Give the node of a decision by its number."""
    return node(f"decision-{seq}")

"""In: extractions and the assembled graph. Out: their RDF, one graph per article version, a joint one, and curation.

An article's graph holds what was read out of it, with ids of its own; the assembled graph holds what all of them tell
together, and beside each claim that is not negated the direct triple (`event faro:causes event`), so that a property
path follows the causes. The evidence of both, word for word, is described in the assembled graph alone, and told with
the article. What curators decided is told in a graph of its own. The vocabularies have a graph as well, for their
labels and for what each class stands under.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

import pyoxigraph as ox

from graph import local
from graph.assembled import Assembled, Claim, EventNode, Figure, Incident, Witness
from graph.identity import content_id
from graph.ledger import Decision
from graph.quads import Quads, concept, is_livelihood_impact, node, parsed, ref, term, version_id
from graph.reconcile import REPLACING, Relation, relations
from ontology import files, iris, terms
from ontology.records import Article, Extraction

ASSEMBLED: Final = node("assembled")
VOCABULARIES: Final = ox.NamedNode(terms.VOCABULARY.rstrip("/"))
# The graphs that a query without FROM sees as one.
DEFAULT_GRAPHS: Final = (ASSEMBLED, VOCABULARIES)
CURATION: Final = node("curation")
# What one figure does to another; those that agree confirm each other if they are of two origins.
_CITED: Final = {"corrects": iris.CORRECTS, "updates": iris.UPDATES, "disputes": iris.DISPUTES}


Graph = tuple[ox.NamedNode, list[str]]


def dataset(assembled: Assembled, extractions: Iterable[Extraction]) -> Iterator[ox.Quad]:
    """Yield the quads of all named graphs; some come more than once."""
    return chain.from_iterable(parsed(lines, graph) for graph, lines in graphs(assembled, extractions))


def graphs(assembled: Assembled, extractions: Iterable[Extraction]) -> Iterator[Graph]:
    """Yield each named graph with its lines, one after the other; some lines come more than once."""
    for extraction in extractions:
        yield from article_graphs(extraction)
    yield ASSEMBLED, assembled_lines(assembled)
    yield from common_graphs(assembled.decisions)


def common_graphs(decisions: Iterable[Decision]) -> Iterator[Graph]:
    """Yield the graphs that are of no incident: what curators decided, and the vocabularies."""
    yield CURATION, curation_lines(decisions)
    yield VOCABULARIES, [str(quad.triple) for quad in vocabulary_quads()]


def article_graphs(extraction: Extraction) -> tuple[Graph, Graph]:
    """Give what was read out of one article version, in the named graph of that version, and its part of `ASSEMBLED`.

    That is the description of the article and of its evidence, on which both graphs rest.
    """
    version = version_id(extraction.article)
    events = local.events(extraction, version)
    claims, figures = local.claims(extraction, version), local.figures(extraction, version)
    own = Quads((extraction.article,), above=False)
    own.run(extraction.article.id, extraction.extractor)
    _statements(own, events, claims, figures)
    for event, told in zip(events, extraction.events, strict=True):
        own.tie(ref(event.id), iris.HEDGE, concept("hedge", told.hedge))
    joint = Quads((extraction.article,))
    _evidence(joint, (extraction.article,), events, claims, figures)
    return (node(version), own.lines), (ASSEMBLED, joint.lines)


def article_quads(extraction: Extraction) -> list[ox.Quad]:
    """Give `article_graphs` as quads."""
    return [quad for graph, lines in article_graphs(extraction) for quad in parsed(lines, graph)]


def assembled_lines(assembled: Assembled, *, evidence: bool = True) -> list[str]:
    """Give the lines of the named graph `ASSEMBLED`.

    Args:
        assembled: The graph.
        evidence: Whether articles and evidence are described, which `article_graphs` does as well.
    """
    quads = Quads(assembled.articles)
    if evidence:
        _evidence(quads, assembled.articles, assembled.events, assembled.claims, assembled.figures)
    for incident in assembled.incidents:
        _incident(quads, incident)
    _statements(quads, assembled.events, assembled.claims, assembled.figures)
    for claim in assembled.claims:
        _belief(quads, claim)
    for history in assembled.histories:
        quads.history(history.article, history.versions)
    for relation, earlier, later in relations(assembled):
        _cite(quads, relation, earlier, later)
    return quads.lines


def assembled_quads(assembled: Assembled) -> list[ox.Quad]:
    """Give `assembled_lines` as quads."""
    return list(parsed(assembled_lines(assembled), ASSEMBLED))


def curation_lines(decisions: Iterable[Decision]) -> list[str]:
    """Give the curators' decisions, for the named graph `CURATION`: what, on what, who, when and why."""
    quads = Quads(())
    for decision in decisions:
        _decision(quads, decision)
    return quads.lines


def vocabulary_quads() -> Iterator[ox.Quad]:
    """Yield the vocabularies, and what each class stands under, in the named graph `VOCABULARIES`.

    The lists in them, which need blank nodes, are left out.
    """
    for name in (*files.VOCABULARIES, files.CORE, files.BORROWED):
        for quad in ox.parse(files.text(name), format=ox.RdfFormat.TURTLE):
            told = name in files.VOCABULARIES or quad.predicate.value == iris.SUB_CLASS_OF
            if told and not any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object)):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, VOCABULARIES)


def _evidence(
    quads: Quads,
    articles: Iterable[Article],
    events: Iterable[EventNode],
    claims: Iterable[Claim],
    figures: Iterable[Figure],
) -> None:
    """Describe articles and all that is quoted of them."""
    for article in articles:
        quads.article(article)
    for mention in (mention for event in events for mention in event.mentions):
        quads.mention(mention)
    told: Iterable[Claim | Figure] = chain(claims, figures)
    for witness in (witness for one in told for witness in one.witnesses):
        quads.witness(witness)


def _statements(quads: Quads, events: Iterable[EventNode], claims: Iterable[Claim], figures: Iterable[Figure]) -> None:
    known = {event.id: event for event in events}
    for event in known.values():
        _event(quads, event)
    for claim in claims:
        _claim(quads, claim)
    for figure in figures:
        _figure(quads, figure, known)


def _incident(quads: Quads, incident: Incident) -> None:
    this = ref(incident.id)
    quads.be(this, iris.INCIDENT)
    quads.tell(this, iris.LABEL, incident.label)
    quads.tie(this, iris.INCIDENT_KIND, concept("incident-kind", incident.kind))
    for alias in incident.aliases:
        quads.tell(this, iris.ALT_LABEL, alias)
    if incident.organisation is not None:
        quads.tie(this, iris.BREACHED_ORGANISATION, quads.organisation(incident.organisation))
    if incident.first_day is not None or incident.last_day is not None:
        quads.tie(this, iris.HAS_TIME, quads.interval(incident.id, incident.first_day, incident.last_day))
    for article in incident.articles:
        quads.tie(quads.version(article), iris.ABOUT, this)


def _event(quads: Quads, event: EventNode) -> None:
    this = ref(event.id)
    quads.be(this, iris.LIVELIHOOD_IMPACT if is_livelihood_impact(event) else iris.EVENT_CLASSES[event.kind])
    quads.tell(this, iris.LABEL, event.label)
    quads.tie(this, iris.EVENT_TYPE, concept("event-type", event.type))
    quads.tell(this, iris.NEGATED, event.negated or None)
    if event.incident:
        quads.tie(this, iris.IN_INCIDENT, ref(event.incident))
    if event.group is not None:
        quads.tie(this, iris.AFFECTED_GROUP, concept("group", event.group))
    if event.effect is not None:
        quads.tie(this, iris.IMPACT_EFFECT, concept("effect", event.effect))
    quads.tell(this, iris.UNSUPPORTED, event.unsupported or None)
    for reason in event.reasons:
        quads.tell(this, iris.REASON, reason)
    for mention in event.mentions:
        quads.tie(this, iris.HAS_EVIDENCE, quads.mentioned(mention))


def _claim(quads: Quads, claim: Claim) -> None:
    this = ref(claim.id)
    quads.be(this, iris.CAUSAL_CLAIM)
    quads.tie(this, iris.CAUSE, ref(claim.cause))
    quads.tie(this, iris.EFFECT, ref(claim.effect))
    quads.tie(this, iris.RELATION, term(iris.RELATION_PROPERTIES[claim.relation]))
    quads.tell(this, iris.NEGATED, claim.negated)
    quads.tie(this, iris.HEDGE, concept("hedge", claim.hedge))
    quads.tell(this, iris.UNSUPPORTED, claim.unsupported or None)
    _rest(quads, this, claim.witnesses)


def _belief(quads: Quads, claim: Claim) -> None:
    """Say what only all articles together tell of a claim, and the direct triple."""
    if claim.unsupported:
        return
    quads.tell(ref(claim.id), iris.BELIEF, float(claim.belief))
    quads.tell(ref(claim.id), iris.ORIGIN_COUNT, claim.origins)
    if not claim.negated:
        quads.tie(ref(claim.cause), iris.RELATION_PROPERTIES[claim.relation], ref(claim.effect))


def _figure(quads: Quads, figure: Figure, events: Mapping[str, EventNode]) -> None:
    this = ref(figure.id)
    quads.be(this, iris.QUANTITY_CLAIM)
    quads.tell(this, iris.LABEL, figure.text)
    quads.tell(this, iris.ORIGINAL_TEXT, figure.text)
    quads.tell(this, iris.COUNTED_THING, figure.thing)
    quads.tie(this, iris.QUANTIFIER, concept("quantifier", figure.qualifier))
    quads.tie(this, iris.DIRECTION, concept("direction", figure.direction))
    quads.tell(this, iris.IS_DELTA_QUANTITY, figure.direction != "none")
    quads.tie(this, iris.HEDGE, concept("hedge", figure.hedge))
    quads.tie(this, iris.HAS_QUANTITY_VALUE, _value(quads, figure))
    if figure.incident:
        quads.tie(this, iris.IN_INCIDENT, ref(figure.incident))
    if figure.event is not None:
        quads.tie(this, iris.MEASURES, ref(figure.event))
        quads.tie(this, iris.MEASURED_PROPERTY, concept("event-type", events[figure.event].type))
    if figure.group is not None:
        quads.tie(this, iris.AFFECTED_GROUP, concept("group", figure.group))
    quads.tell(this, iris.UNSUPPORTED, figure.unsupported or None)
    _rest(quads, this, figure.witnesses)
    if figure.speaker is not None and figure.witnesses:
        quads.tie(this, iris.WAS_ATTRIBUTED_TO, quads.speaker(figure.speaker, figure.witnesses[0].article))


def _rest(quads: Quads, this: str, witnesses: Iterable[Witness]) -> None:
    """Say which witnesses a claim or figure rests on, and which origin each counts for, where that is known."""
    for witness in witnesses:
        told = quads.told(witness)
        quads.tie(this, iris.HAS_EVIDENCE, told)
        quads.tell(told, iris.ORIGIN, witness.origin or None)


def _value(quads: Quads, figure: Figure) -> str:
    value = ref(f"{figure.id}-value")
    quads.be(value, iris.QUANTITATIVE_VALUE)
    quads.tie(value, iris.HAS_UNIT, term(iris.unit(figure.unit)))
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
        quads.tie(ref(later.id), cited, ref(earlier.id))
    if relation.kind in REPLACING:
        quads.tie(ref(later.id), iris.WAS_REVISION_OF, ref(earlier.id))


def _decision(quads: Quads, decision: Decision) -> None:
    this, detail = decision_node(decision.seq), decision.detail
    at = decision.at.replace("+00:00", "Z")  # as stores give it back
    curator = ref(content_id("curator", decision.by))
    quads.be(this, iris.DECISION)
    quads.tell(this, iris.VERB, decision.verb)
    quads.tie(this, iris.WAS_ASSOCIATED_WITH, curator)
    quads.be(curator, iris.AGENT)
    quads.tell(curator, iris.LABEL, decision.by)
    quads.tie(this, iris.ENDED_AT_TIME, str(ox.Literal(at, datatype=ox.NamedNode(iris.XSD + "dateTime"))))
    quads.tell(this, iris.REASON, detail.get("why"))
    for article in detail.get("articles", ()):
        quads.tell(this, iris.SPLITS_OFF, article)
    if decision.verb == "undo":
        quads.tie(this, iris.DECIDES_ON, decision_node(detail["seq"]))
        quads.tie(decision_node(detail["seq"]), iris.UNDONE_BY, this)
    elif decision.verb == "same":
        quads.tie(this, iris.DECIDES_ON, quads.organisation(decision.subject))
        quads.tie(this, iris.DECIDES_WITH, quads.organisation(detail["as"]))
    else:
        quads.tie(this, iris.DECIDES_ON, str(node(decision.subject)))
        quads.tie(this, iris.DECIDES_WITH, str(node(detail["with"])) if "with" in detail else None)


def decision_node(seq: int) -> str:
    """Give the node of a decision by its number."""
    return ref(f"decision-{int(seq)}")

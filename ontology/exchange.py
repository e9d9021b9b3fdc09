"""In: an Extraction, or its JSON. Out: the other of the two, without loss.

The JSON is the form of the annotation guidelines, with more keys where a record knows more: `type`, `negated`, `hedge`
and `rule` of events, `rule` and `confidence` of links and figures, `evidence` of figures, `sentences`,
`organisations`, `incident` and `extractor`. Files that have only the guidelines' keys are read, too.
"""

from __future__ import annotations

from collections.abc import Iterable

from ontology.reading import from_json
from ontology.records import (
    CausalLink,
    Event,
    Evidence,
    Extraction,
    IncidentReference,
    Mention,
    Organisation,
    QuantityClaim,
    Span,
)

__all__ = ["Json", "from_json", "to_json"]

Json = dict[str, object]


def to_json(extraction: Extraction) -> Json:
    """Return the extraction as plain dicts, lists, texts and numbers; `from_json` gives back an equal one."""
    article, incident = extraction.article, extraction.incident
    return {
        "id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "text": article.text,
        "extractor": extraction.extractor,
        "incident": _incident_json(incident) if incident else None,
        "breach": extraction.breach,
        "events": [_event_json(event) for event in extraction.events],
        "links": [_link_json(link) for link in extraction.links],
        "quantities": [_figure_json(claim) for claim in extraction.quantities],
        "groups": [
            {"group": group.code, "spans": _mentions_json(group.mentions), "affected": group.affected}
            for group in extraction.groups
        ],
        "organisations": [_organisation_json(organisation) for organisation in extraction.organisations],
        "sentences": [{"index": sentence.index, **_span_json(sentence.span)} for sentence in extraction.sentences],
    }


def _span_json(span: Span) -> Json:
    return {"start": span.start, "end": span.end, "text": span.text}


def _number_json(value: float | None) -> float | None:
    return int(value) if value is not None and float(value).is_integer() else value


def _event_json(event: Event) -> Json:
    found: Json = {"id": event.id, "kind": event.kind, "type": event.type}
    if event.kind == "impact" or event.group is not None or event.effect is not None:
        found |= {"group": event.group, "effect": event.effect}
    spans = [_span_json(span) for span in event.spans]
    return {**found, "spans": spans, "negated": event.negated, "hedge": event.hedge, "rule": event.rule}


def _evidence_json(evidence: Evidence) -> Json:
    return {
        "evidence": _span_json(evidence.quote),
        "signal": _span_json(evidence.signal) if evidence.signal else None,
        "rule": evidence.rule,
        "confidence": evidence.confidence,
    }


def _link_json(link: CausalLink) -> Json:
    return {
        "cause": link.cause,
        "effect": link.effect,
        "relation": link.relation,
        "negated": link.negated,
        "hedge": link.hedge,
        "speaker": link.speaker,
        "implied": link.implied,
        **_evidence_json(link.evidence),
    }


def _figure_json(claim: QuantityClaim) -> Json:
    quantity = claim.quantity
    return {
        **_span_json(quantity.span),
        "low": _number_json(quantity.low),
        "high": _number_json(quantity.high),
        "qualifier": quantity.qualifier,
        "unit": quantity.unit,
        "thing": quantity.thing,
        "direction": quantity.direction,
        "event": claim.event,
        "group": claim.group,
        "speaker": claim.speaker,
        "hedge": claim.hedge,
        **_evidence_json(claim.evidence),
        "quantity_rule": quantity.rule,
    }


def _mentions_json(mentions: Iterable[Mention]) -> list[Json]:
    return [
        {**_span_json(mention.span), "kind": mention.kind, "grounding": mention.grounding, "rule": mention.rule}
        for mention in mentions
    ]


def _organisation_json(organisation: Organisation) -> Json:
    return {
        "name": organisation.name,
        "spans": _mentions_json(organisation.mentions),
        "wikidata": organisation.wikidata,
        "breached": organisation.breached,
    }


def _incident_json(incident: IncidentReference) -> Json:
    when = incident.when.isoformat() if incident.when else None
    return {"organisation": incident.organisation, "kind": incident.kind, "when": when}

"""In: one extraction. Out: its events, claims and figures in the shapes of the assembled graph, with ids of their own.

So what one article tells and what all of them tell are written by the same code. Belief, origins and the incident are
not known from one article: they are 0, 0 and empty here, and are not written.
"""

from __future__ import annotations

from graph.assembled import Claim, EventMention, EventNode, Figure, Witness
from graph.identity import content_id
from ontology.records import CausalLink, Event, Evidence, Extraction, QuantityClaim
from ontology.terms import HEDGES


def events(extraction: Extraction, version: str) -> tuple[EventNode, ...]:
    """Give the article's events; their ids are of this version of it alone."""
    return tuple(_event(event, extraction.article.id, version) for event in extraction.events)


def claims(extraction: Extraction, version: str) -> tuple[Claim, ...]:
    """Give the article's causal links as claims with one witness each."""
    told = {event.id: event for event in extraction.events}
    return tuple(
        Claim(
            id=content_id("claim", version, number),
            cause=event_id(version, link.cause),
            effect=event_id(version, link.effect),
            relation=link.relation,
            negated=link.negated,
            belief=0.0,
            hedge=link.hedge,
            origins=0,
            witnesses=(_witness(extraction.article.id, link, link_hedge(link, told[link.effect]), link.implied),),
        )
        for number, link in enumerate(extraction.links)
    )


def figures(extraction: Extraction, version: str) -> tuple[Figure, ...]:
    """Give the article's figures with one witness each."""
    article = extraction.article.id
    return tuple(
        _figure(told, article, version, content_id("figure", version, number))
        for number, told in enumerate(extraction.quantities)
    )


def link_hedge(link: CausalLink, effect: Event) -> str:
    """Give how firmly an article tells a link: no firmer than it tells the effect."""
    return max(link.hedge, effect.hedge, key=HEDGES.index)


def event_id(version: str, local: str) -> str:
    """Give the id of an event of one article version from the one that the extraction calls it by."""
    return content_id("event", version, local)


def _event(event: Event, article: str, version: str) -> EventNode:
    return EventNode(
        id=event_id(version, event.id),
        incident="",
        kind=event.kind,
        type=event.type,
        group=event.group,
        effect=event.effect,
        label=event.spans[0].text if event.spans else event.type,
        mentions=tuple(EventMention(article, span) for span in event.spans),
        negated=event.negated,
    )


def _figure(told: QuantityClaim, article: str, version: str, identifier: str) -> Figure:
    quantity = told.quantity
    return Figure(
        id=identifier,
        incident="",
        event=event_id(version, told.event) if told.event is not None else None,
        group=told.group,
        thing=quantity.thing,
        unit=quantity.unit,
        low=quantity.low,
        high=quantity.high,
        qualifier=quantity.qualifier,
        direction=quantity.direction,
        text=quantity.span.text,
        speaker=told.speaker,
        hedge=told.hedge,
        witnesses=(_witness(article, told, told.hedge, implied=False),),
    )


def _witness(article: str, told: CausalLink | QuantityClaim, hedge: str, implied: bool) -> Witness:
    evidence: Evidence = told.evidence
    return Witness(
        article=article,
        quote=evidence.quote,
        signal=evidence.signal,
        speaker=told.speaker,
        hedge=hedge,
        rule=evidence.rule,
        confidence=evidence.confidence,
        implied=implied,
        origin="",
    )

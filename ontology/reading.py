"""In: the JSON of an article as `exchange` describes it. Out: its Extraction, every value checked.

The keys that the annotation guidelines do not ask for may be absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ontology import terms
from ontology.errors import RecordError
from ontology.nodes import Node
from ontology.records import (
    Article,
    CausalLink,
    Event,
    Evidence,
    Extraction,
    Group,
    IncidentReference,
    Mention,
    Organisation,
    Quantity,
    QuantityClaim,
    Sentence,
    Span,
)

# What stands for rule and extractor where a file names none, as annotated files do not.
ANNOTATION: Final = "annotation"


def from_json(data: Mapping[str, object]) -> Extraction:
    """Return the Extraction that the JSON tells, checked by `Extraction.check`.

    Where a file has only the guidelines' keys: an event's type is `data_breach` for the breach and else `other`; the
    evidence of a figure is its sentence, or its own span where there are no sentences; confidences are 1. An
    `incident` that is a mere name is left out.

    Raises:
        RecordError: A key is missing or of the wrong type, a code is in no vocabulary, or `Extraction.check` fails. The
            message says where.
    """
    if not isinstance(data, Mapping):
        raise RecordError("?", f"must be an object, not {data!r}")
    root = Node(str(data.get("id", "?")), "", data)
    sentences = tuple(Sentence(node.whole("index"), node.span()) for node in root.children("sentences"))
    named = isinstance(data.get("incident"), str)
    extraction = Extraction(
        article=_article(root),
        extractor=root.text("extractor", ANNOTATION),
        sentences=sentences,
        events=tuple(_event(node) for node in root.children("events")),
        links=tuple(_link(node) for node in root.children("links")),
        quantities=tuple(_figure(node, sentences) for node in root.children("quantities")),
        groups=tuple(_group(node) for node in root.children("groups")),
        organisations=tuple(_organisation(node) for node in root.children("organisations")),
        breach=root.maybe_text("breach"),
        incident=None if named else _incident(root.child("incident")),
    )
    extraction.check()
    return extraction


def _article(root: Node) -> Article:
    return Article(
        id=root.text("id"),
        text=root.text("text"),
        title=root.maybe_text("title"),
        publisher=root.maybe_text("publisher"),
        published=root.day("published"),
        url=root.maybe_text("url"),
    )


def _event(node: Node) -> Event:
    kind = node.code("kind", terms.EVENT_KINDS)
    spans = tuple(child.span() for child in node.children("spans"))
    return Event(
        id=node.text("id"),
        kind=kind,
        type=node.code("type", terms.EVENT_TYPES, "data_breach" if kind == "breach" else "other"),
        spans=spans or node.fail("spans", "must hold at least one span"),
        group=node.maybe_code("group", terms.GROUPS),
        effect=node.maybe_code("effect", terms.EFFECTS),
        negated=node.flag("negated"),
        hedge=node.code("hedge", terms.HEDGES, "asserted"),
        rule=node.text("rule", ANNOTATION),
    )


def _evidence(node: Node, instead: Span | None = None) -> Evidence:
    quote, signal = node.child("evidence"), node.child("signal")
    return Evidence(
        quote=quote.span() if quote else instead or node.fail("evidence", "is missing"),
        signal=signal.span() if signal else None,
        rule=node.text("rule", ANNOTATION),
        confidence=node.share("confidence"),
    )


def _link(node: Node) -> CausalLink:
    return CausalLink(
        cause=node.text("cause"),
        effect=node.text("effect"),
        relation=node.code("relation", terms.RELATIONS),
        negated=node.flag("negated"),
        hedge=node.code("hedge", terms.HEDGES, "asserted"),
        speaker=node.maybe_text("speaker"),
        implied=node.flag("implied"),
        evidence=_evidence(node),
    )


def _figure(node: Node, sentences: Iterable[Sentence]) -> QuantityClaim:
    span = node.span()
    quantity = Quantity(
        span=span,
        low=node.number("low"),
        high=node.number("high"),
        qualifier=node.code("qualifier", terms.QUALIFIERS),
        unit=_unit(node),
        thing=node.maybe_text("thing"),
        direction=node.code("direction", terms.DIRECTIONS, "none"),
        rule=node.text("quantity_rule", ANNOTATION),
    )
    around = (s.span for s in sentences if s.span.start <= span.start and span.end <= s.span.end)
    return QuantityClaim(
        quantity=quantity,
        event=node.maybe_text("event"),
        group=node.maybe_code("group", terms.GROUPS),
        speaker=node.maybe_text("speaker"),
        hedge=node.code("hedge", terms.HEDGES, "asserted"),
        evidence=_evidence(node, next(around, span)),
    )


def _unit(node: Node) -> str:
    unit = node.text("unit")
    return unit if re.fullmatch(f"{terms.MONEY}[A-Z]{{3}}", unit) else node.code("unit", terms.UNITS)


def _mention(node: Node, kind: str, grounding: str) -> Mention:
    given = node.maybe_text("grounding") if "grounding" in node.data else grounding
    return Mention(node.span(), node.text("kind", kind), given, node.text("rule", ANNOTATION))


def _group(node: Node) -> Group:
    code = node.code("group", terms.GROUPS)
    mentions = tuple(_mention(child, "group", code) for child in node.children("spans"))
    return Group(code, mentions, node.flag("affected"))


def _organisation(node: Node) -> Organisation:
    name = node.text("name")
    mentions = tuple(_mention(child, "organisation", name) for child in node.children("spans"))
    return Organisation(name, mentions, node.maybe_text("wikidata"), node.flag("breached"))


def _incident(node: Node | None) -> IncidentReference | None:
    if node is None:
        return None
    kind = node.code("kind", terms.INCIDENT_KINDS)
    return IncidentReference(node.maybe_text("organisation"), kind, node.day("when"))

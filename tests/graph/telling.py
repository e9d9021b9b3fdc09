"""In: what an article is to tell, in short. Out: an Extraction that tells it, every offset exact.

An event is written `type`, `type@group` (an impact, a harm), `type@group+` (a benefit), `other:its words`, or `breach`
for the incident itself; `no ` in front denies it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ontology.records import (
    Article,
    CausalLink,
    Event,
    Evidence,
    Extraction,
    IncidentReference,
    Mention,
    Organisation,
    Quantity,
    QuantityClaim,
    Span,
)


@dataclass
class _Page:
    text: str = ""

    def write(self, words: str) -> Span:
        span = Span(len(self.text), len(self.text) + len(words), words)
        self.text += words + ". "
        return span

    def within(self, span: Span, words: str) -> Span:
        start = self.text.index(words, span.start)
        return Span(start, start + len(words), words)


def _event(page: _Page, key: str, written: str) -> Event:
    negated, name = written.startswith("no "), written.removeprefix("no ")
    name, _, group = name.partition("@")
    kind, _, label = name.partition(":")
    spans = (page.write(label or written.replace("_", " ").replace("@", " of ")),)
    if kind == "breach":
        return Event(key, "breach", "data_breach", spans)
    if not group:
        return Event(key, "event", kind, spans, negated=negated)
    effect = "benefit" if group.endswith("+") else "harm"
    return Event(key, "impact", kind, spans, group.removesuffix("+"), effect, negated=negated)


def link(
    cause: str,
    effect: str,
    relation: str = "causes",
    *,
    hedge: str = "asserted",
    speaker: str | None = None,
    negated: bool = False,
    confidence: float = 0.9,
) -> tuple[str, str, dict[str, Any]]:
    """Return a link between two events, written as the module says."""
    told = {"relation": relation, "hedge": hedge, "speaker": speaker, "negated": negated, "confidence": confidence}
    return cause, effect, told


def figure(
    low: float | None,
    high: float | None,
    thing: str,
    event: str = "breach",
    *,
    qualifier: str = "exact",
    speaker: str | None = None,
    direction: str = "none",
    unit: str = "count",
    text: str = "",
) -> tuple[str, QuantityClaim]:
    """Return a figure on an event, worded as `text`; its places are set by `tell`."""
    nowhere = Span(0, 0, "")
    quantity = Quantity(
        Span(0, 0, text or f"{low} to {high} {thing}"), low, high, qualifier, unit, thing, direction, "rule"
    )
    return event, QuantityClaim(quantity, None, None, speaker, "asserted", Evidence(nowhere, None, "rule", 0.9))


def sentence(words: str, *figures: tuple[str, QuantityClaim]) -> tuple[tuple[str, QuantityClaim], ...]:
    """Return figures that one sentence gives, in these words; each figure's wording is in it."""
    return tuple(
        (event, replace(claim, evidence=replace(claim.evidence, quote=Span(0, 0, words)))) for event, claim in figures
    )


def tell(
    article: str,
    *statements: tuple[str, str, dict[str, Any]] | tuple[str, QuantityClaim],
    organisation: str | None = "Acme",
    names: tuple[str, ...] = (),
    kind: str = "data_breach",
    when: date | None = None,
    published: date | None = None,
    publisher: str | None = None,
    extractor: str = "test-1",
    filler: str | None = None,
) -> Extraction:
    """Return the extraction of an article that makes these statements, in this order.

    `filler` opens the text; without it, words of the article's own do, so that no two are reprints.
    """
    page = _Page()
    page.write(filler if filler is not None else " ".join(f"{article}p{number}" for number in range(80)))
    events: dict[str, Event] = {}
    first_written: dict[str, Span] = {}
    links, figures, mentions = [], [], []

    def place(written: str) -> str:
        if written not in events:
            events[written] = _event(page, f"E{len(events) + 1}", written)
        return events[written].id

    for statement in statements:
        if isinstance(statement[1], QuantityClaim):
            event, claim = statement[0], statement[1]
            quote = page.write(claim.evidence.quote.text or claim.quantity.span.text)
            quote = first_written.setdefault(quote.text, quote)
            quantity = replace(claim.quantity, span=page.within(quote, claim.quantity.span.text))
            evidence = replace(claim.evidence, quote=quote)
            figures.append(replace(claim, quantity=quantity, event=place(event), evidence=evidence))
        else:
            cause, effect, told = statement[0], statement[1], dict(statement[2])
            ends = place(cause), place(effect)
            span = page.write(f"{cause} {told['relation']} {effect}, says {told['speaker']}")
            evidence = Evidence(span, page.within(span, told["relation"]), "rule", told.pop("confidence"))
            links.append(CausalLink(*ends, implied=False, evidence=evidence, **told))
    for name in (organisation, *names) if organisation else ():
        span = page.write(str(name))
        mentions.append(Mention(span, "organisation", organisation, "rule"))
    organisations = (Organisation(organisation, tuple(mentions), breached=True),) if organisation else ()
    return Extraction(
        article=Article(article, page.text, f"Title of {article}", publisher, published),
        extractor=extractor,
        events=tuple(events.values()),
        links=tuple(links),
        quantities=tuple(figures),
        organisations=organisations,
        breach=events["breach"].id if "breach" in events else None,
        incident=IncidentReference(organisation, kind, when),
    )

"""In: nothing. Out: the records that `extract` writes and `graph` reads, frozen and equal by content.

Offsets are Unicode code points into `Article.text`, half-open; `article.text[span.start:span.end] == span.text` holds
for every span of an `Extraction` (see `Extraction.check`). Their RDF twins are the classes of `core.ttl`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ontology.errors import RecordError


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of an article's text: code points, half-open, with the text that stands there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one article, as it was read. What is not known is None, never a guess."""

    id: str
    text: str
    title: str | None = None
    publisher: str | None = None
    published: date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, trimmed of white space; `index` counts from 0 in reading order."""

    index: int
    span: Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase that names somebody, with what it was grounded to.

    `kind` is `group` or `organisation`; `grounding` is a livelihood code (`terms.GROUPS`) or an organisation's name in
    the alias table, None where nothing fits. `rule` is the id of the rule or head that found it.
    """

    span: Span
    kind: str
    grounding: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class Group:
    """All mentions of one livelihood group in an article, and whether the incident harms its living."""

    code: str
    mentions: tuple[Mention, ...]
    affected: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """All mentions of one organisation; `breached` marks the one whose incident the article is about."""

    name: str
    mentions: tuple[Mention, ...]
    wikidata: str | None = None
    breached: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as an interval with its wording kept. `low` or `high` None means open on that side."""

    span: Span
    low: float | None
    high: float | None
    qualifier: str
    unit: str
    thing: str | None
    direction: str
    rule: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement stands: the sentence or sentences, the words that carry it, and what found it.

    `confidence` (0 to 1) says how sure the extraction is that the text says it, not whether it is so.
    """

    quote: Span
    signal: Span | None
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class QuantityClaim:
    """A figure tied to the event that it measures, the group it counts or falls on, and who says it.

    `speaker` is in the article's words; None where the article itself says it.
    """

    quantity: Quantity
    event: str | None
    group: str | None
    speaker: str | None
    hedge: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens or holds, with all its mentions in the article, first mention first.

    `kind` is one of `terms.EVENT_KINDS`, `type` one of `terms.EVENT_TYPES`; `group` and `effect` are set on impacts
    only. `negated` and `hedge` speak of the event itself ("no jobs were lost", "could lose their jobs").
    """

    id: str
    kind: str
    type: str
    spans: tuple[Span, ...]
    group: str | None = None
    effect: str | None = None
    negated: bool = False
    hedge: str = "asserted"
    rule: str = ""


@dataclass(frozen=True, slots=True)
class CausalLink:
    """The article tells `cause` to have brought about, made possible, averted or included `effect` (event ids)."""

    cause: str
    effect: str
    relation: str
    negated: bool
    hedge: str
    speaker: str | None
    implied: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class IncidentReference:
    """Which incident the article is about, as far as the article tells it: the key that assembly starts from."""

    organisation: str | None
    kind: str
    when: date | None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read out of one article version. `breach` is the id of the event that is the incident itself."""

    article: Article
    extractor: str
    sentences: tuple[Sentence, ...] = ()
    events: tuple[Event, ...] = ()
    links: tuple[CausalLink, ...] = ()
    quantities: tuple[QuantityClaim, ...] = ()
    groups: tuple[Group, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    breach: str | None = None
    incident: IncidentReference | None = None

    def spans(self) -> Iterator[Span]:
        """Yield every span that any part of the extraction rests on."""
        for event in self.events:
            yield from event.spans
        for group in self.groups:
            yield from (mention.span for mention in group.mentions)
        for organisation in self.organisations:
            yield from (mention.span for mention in organisation.mentions)
        yield from (sentence.span for sentence in self.sentences)
        yield from (claim.quantity.span for claim in self.quantities)
        stated = [link.evidence for link in self.links] + [claim.evidence for claim in self.quantities]
        for evidence in stated:
            yield evidence.quote
            if evidence.signal is not None:
                yield evidence.signal

    def check(self) -> None:
        """Hold the extraction to its own promises.

        Raises:
            RecordError: A span's text is not what stands there, two events have one id, a figure's low is above its
                high, or a link, figure or breach names an unknown event.
        """
        for problem in self._problems():
            raise RecordError(self.article.id, problem)

    def _problems(self) -> Iterator[str]:
        for span in self.spans():
            if self.article.text[span.start : span.end] != span.text:
                yield f"text[{span.start}:{span.end}] is not {span.text!r}"
        ids = Counter(event.id for event in self.events)
        yield from (f"event id {event_id!r} comes twice" for event_id, count in ids.items() if count > 1)
        yield from (f"unknown event {event_id!r}" for event_id in sorted(self._named() - ids.keys()))
        for quantity in (claim.quantity for claim in self.quantities):
            if quantity.low is not None and quantity.high is not None and quantity.low > quantity.high:
                yield f"figure {quantity.span.text!r}: low {quantity.low} is above high {quantity.high}"

    def _named(self) -> set[str]:
        ends = {end for link in self.links for end in (link.cause, link.effect)}
        measured = {claim.event for claim in self.quantities if claim.event is not None}
        return ends | measured | ({self.breach} if self.breach is not None else set())

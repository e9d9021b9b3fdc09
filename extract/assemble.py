"""In: an Article and its Doc, all components run. Out: the Extraction: all of it joined and tied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from spacy.tokens import Doc

from extract.affected import named_in
from extract.attach import attach
from extract.events import OTHER, EventMention
from extract.evidence import Places
from extract.former import with_former
from extract.frames import Told
from extract.incident import group_organisations, refer
from extract.joining import Joined, join_events
from extract.livings import Livings
from extract.rules import lexicon
from extract.words import Words, words_of
from ontology.records import Article, CausalLink, Event, Evidence, Extraction, Group, Sentence

HARDSHIP: Final = "hardship"
_NEGATES: Final = 6  # tokens between a negation and what it denies
CONFIDENCE: Final = {"verb": 0.8, "sign": 0.7, "implied": 0.6}


def assemble(article: Article, doc: Doc, extractor: str) -> Extraction:
    """Bring together what the components found; event ids are given in reading order (E1 is told first)."""
    livings = Livings(doc, doc._.groups)
    work = _Assembly(article, doc, words_of(doc), Places(doc), livings)
    joined, links = work.events_and_links()
    events = tuple(work.events(joined))
    breach = next((event for event in joined if event.kind == "breach"), None)
    near = [(doc[m.start].idx, doc[m.end - 1].idx) for m in breach.mentions] if breach else []
    organisations = group_organisations(doc._.organisations, near)
    figures = attach(work.places, events, doc._.quantities, doc._.groups)
    return Extraction(
        article,
        extractor,
        sentences=tuple(work.sentences()),
        events=events,
        links=tuple(links),
        quantities=with_former(article.text, events, tuple(figures)),
        groups=tuple(_groups(livings, events)),
        organisations=organisations,
        breach=next((event.id for event in events if event.kind == "breach"), None),
        incident=refer(article, breach, organisations, work.sentences_of(breach)),
    )


@dataclass(slots=True)
class _Assembly:
    article: Article
    doc: Doc
    words: Words
    places: Places
    livings: Livings
    _groups: dict[EventMention, tuple[str | None, ...]] = field(default_factory=dict)

    def events_and_links(self) -> tuple[list[Joined], list[CausalLink]]:
        """Join the mentions, place the links between the joined events and keep what stands for something."""
        told = [self._on_somebody(link) for link in self.doc._.links]
        mentions = {*self.doc._.events, *(link.cause for link in told), *(link.effect for link in told)}
        joined = join_events(self.doc, ((m, group) for m in mentions for group in self.fall_on(m)))
        links = {(c, e): link for c, e, link in reversed(list(self._between(joined, told)))}
        links |= dict(self._implied(joined, links))
        ends = {end for pair in links for end in pair}
        kept = [n for n, event in enumerate(joined) if n in ends or event.kind in {"breach", "impact"}]
        ids = {n: f"E{k}" for k, n in enumerate(kept, 1)}
        placed = sorted(links.items(), key=lambda item: (item[1].first, item[0]))
        return [joined[n] for n in kept], [self._link(ids[c], ids[e], link) for (c, e), link in placed]

    def _on_somebody(self, link: Told) -> Told:
        """The link with ends made impacts where they tell what happened to a livelihood in so many words."""
        return replace(link, cause=self._impact(link.cause), effect=self._impact(link.effect))

    def _impact(self, mention: EventMention) -> EventMention:
        if mention.kind != "event" or mention.type not in lexicon("on_somebody"):
            return mention
        if not named_in(self.doc, self.doc._.groups, mention, self.places.sentence(mention.head)):
            return mention
        return replace(mention, kind="impact", type=HARDSHIP if mention.type == OTHER else mention.type, effect="harm")

    def fall_on(self, mention: EventMention) -> tuple[str | None, ...]:
        """The groups that a mention falls on, one None where it is no impact or falls on nobody named."""
        if mention not in self._groups:
            self._groups[mention] = tuple(self._fall_on(mention)) or (None,)
        return self._groups[mention]

    def _fall_on(self, mention: EventMention) -> list[str]:
        if mention.kind != "impact":
            return []
        return self.livings.falls_on(mention, self.places.sentence(mention.head))

    def _between(self, joined: Sequence[Joined], told: Sequence[Told]) -> Iterator[tuple[int, int, Told]]:
        home = {key: n for n, event in enumerate(joined) for key in event.keys}
        for link in told:
            cause = home[link.cause, self.fall_on(link.cause)[0]]
            for group in self.fall_on(link.effect):
                effect = home[link.effect, group]
                if cause != effect and joined[effect].kind != "breach":
                    yield cause, effect, link

    def _implied(
        self, joined: Sequence[Joined], links: dict[tuple[int, int], Told]
    ) -> Iterator[tuple[tuple[int, int], Told]]:
        """Responses that happened are effects of the breach although no word says so."""
        breach = next((n for n, event in enumerate(joined) if event.kind == "breach"), None)
        caused = {effect for (_, effect), link in links.items() if link.relation == "causes"}
        for n, event in enumerate(joined):
            if event.kind == "response" and n not in caused and breach is not None:
                mention = next((m for m in event.mentions if not self._apart(m)), None)
                if mention is not None and self.places.hedge(mention.head, None) in {"asserted", "reported"}:
                    first = self.places.sentence(mention.start)[0]
                    told = Told(joined[breach].mentions[0], mention, "causes", None, "implied.response")
                    yield (breach, n), replace(told, implied=True, first=first, head=mention.head)

    def _apart(self, mention: EventMention) -> bool:
        """True where the text sets the response apart from the incident, only proposes it, or is a mere heading."""
        words = self.words
        start, end = self.places.sentence(mention.head)
        opening = {word.lower_ for word in words[start : min(start + 2, end)]}
        near = {word.lower_ for word in words[max(start, mention.start - 3) : mention.end]}
        if not any(word.pos_ in {"VERB", "AUX"} for word in words[start:end]):
            return True
        return not opening.isdisjoint(lexicon("apart")) or not near.isdisjoint(lexicon("proposed"))

    def _link(self, cause: str, effect: str, link: Told) -> CausalLink:
        last = link.effect.end - 1 if link.implied else max(link.cause.end, link.effect.end) - 1
        signal = None if link.signal is None else self.places.span(*link.signal)
        quote = self.places.sentences_between(link.first, last)
        confidence = CONFIDENCE[link.rule.partition(".")[0]] if link.confidence is None else link.confidence
        speaker = self.places.speaker(link.head)
        hedge = link.hedge or self.places.hedge(link.head, speaker)
        evidence = Evidence(quote, signal, link.rule, confidence)
        return CausalLink(cause, effect, link.relation, link.negated, hedge, speaker, link.implied, evidence)

    def events(self, joined: Sequence[Joined]) -> Iterator[Event]:
        """The records of the joined events, numbered in order."""
        for n, event in enumerate(joined, 1):
            first = event.mentions[0]
            spans = tuple(dict.fromkeys(self.places.span(m.start, m.end) for m in event.mentions))
            yield Event(
                f"E{n}",
                event.kind,
                event.type,
                spans,
                event.group,
                event.effect if event.kind == "impact" else None,
                negated=all(_negated(self.words, mention) for mention in event.mentions),
                hedge=self.places.hedge(first.head, self.places.speaker(first.head)),
                rule=event.rule,
            )

    def sentences_of(self, event: Joined | None) -> list[str]:
        """The sentences that speak of an event, in the order of its mentions."""
        spans = (self.places.sentences_between(m.start, m.end - 1) for m in (event.mentions if event else ()))
        return [span.text for span in dict.fromkeys(spans)]

    def sentences(self) -> Iterator[Sentence]:
        """The sentences without the white space around them; empty ones are left out."""
        spans = (self.places.span(*sentence) for sentence in self.words.sentences)
        yield from (Sentence(n, span) for n, span in enumerate(span for span in spans if span.text))


def _negated(words: Words, mention: EventMention) -> bool:
    """True where the text says that the event did not happen: "no jobs were lost", "did not fall"."""
    inside = (words[i] for i in (mention.start, *words.children(mention.head)))
    return any(word.lower_ in lexicon("negators") and abs(word.i - mention.head) <= _NEGATES for word in inside)


def _groups(livings: Livings, events: Sequence[Event]) -> Iterator[Group]:
    """The groups told of, in the order of their first mentions, and whether they are harmed."""
    harms = (event for event in events if event.kind == "impact" and event.effect == "harm" and not event.negated)
    harmed = livings.harmed(frozenset(event.group for event in harms if event.group is not None))
    codes = dict.fromkeys(mention.grounding for mention in livings.mentions if mention.grounding is not None)
    for code in codes:
        yield Group(code, tuple(m for m in livings.mentions if m.grounding == code), code in harmed)

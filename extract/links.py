"""In: a Doc with sentences and parts of speech. Out: the causal links that it tells, each with its two events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc

from extract.clauses import Clauses, clauses_of
from extract.events import EventMention, clause_event
from extract.frames import Told, is_speech, verb_links
from extract.signals import signal_links


def find_links(doc: Doc) -> Iterator[Told]:
    """Yield the links of a text in reading order; the evidence of a link runs from `first` to the effect's sentence."""
    before: EventMention | None = None
    start = 0
    for clauses in clauses_of(doc):
        carried = list(verb_links(clauses, before))
        told = _told(clauses, carried)
        signalled = list(signal_links(clauses, before, told))
        for link in _distinct([*carried, *signalled]):
            crosses = min(link.cause.start, link.effect.start) < clauses.start
            yield replace(link, first=start if crosses else clauses.start)
        before, start = _last(carried, signalled) or told or before, clauses.start


def _told(clauses: Clauses, carried: list[Told]) -> EventMention | None:
    """What the sentence tells for an opening connective: the effect of its verb, or its main clause."""
    for group in clauses.main():
        if not is_speech(clauses, group):
            own = next((link.effect for link in carried if group.start <= link.head < group.end), None)
            return own or clause_event(clauses, group)
    if carried:
        return carried[0].effect
    return next((clause_event(clauses, group) for group in clauses.verbs if not is_speech(clauses, group)), None)


def _last(carried: list[Told], signalled: list[Told]) -> EventMention | None:
    return (carried or signalled)[-1].effect if carried or signalled else None


def _distinct(links: list[Told]) -> Iterator[Told]:
    seen: set[tuple[int, int, int, int]] = set()
    for link in links:
        key = (link.cause.start, link.cause.end, link.effect.start, link.effect.end)
        if key not in seen:
            seen.add(key)
            yield link

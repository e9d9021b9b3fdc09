"""In: the event mentions of an article and the groups in it. Out: events, each with all its mentions, ids in order."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc

from extract.clauses import Range
from extract.events import OTHER, EventMention
from extract.rules import lexicon, table
from extract.words import Words, words_of

_LATEST = 8


@dataclass(slots=True)
class Joined:
    """One event: its mentions in reading order and who it falls on."""

    mentions: list[EventMention]
    group: str | None = None
    kind: str = "event"
    type: str = OTHER
    effect: str | None = None
    rule: str = ""
    heads: set[str] = field(default_factory=set)
    places: set[Range] = field(default_factory=set)
    keys: list[tuple[EventMention, str | None]] = field(default_factory=list)  # what was asked to be joined


def join_events(doc: Doc, mentions: Iterable[tuple[EventMention, str | None]]) -> list[Joined]:
    """Join mentions, each with the group it falls on, that speak of one event, in the order of their first mentions.

    Breach mentions are one event. Typed mentions join by type and group, a phrase that takes something up again joins
    what it points to, or the last event that shares its head word, "the X" the event that was told as "a X"; all others
    join by their words.
    """
    words = words_of(doc)
    events: list[Joined] = []
    seen: dict[Hashable, set[int]] = {}  # what mentions have in common, with the events that have it
    for mention, group in sorted(mentions, key=lambda pair: (pair[0].start, pair[0].end, pair[0].rule, pair[1] or "")):
        heads = _heads(words, mention)
        near = {n for key in _shared(mention, heads, mention.antecedent) for n in seen.get(key, ())}
        at = next(
            (n for n in sorted(near, reverse=True) if _is_home(words, events[n], mention, group, heads)), len(events)
        )
        if at == len(events):
            events.append(Joined([], group, mention.kind, mention.type, mention.effect, mention.rule))
        home = events[at]
        if home.kind == "event" and mention.kind == "impact" and home.group is None:
            home.kind, home.group, home.effect = mention.kind, group, mention.effect  # whom it strikes is told later
        for key in _shared(mention, heads, (mention.start, mention.end)):
            seen.setdefault(key, set()).add(at)
        home.mentions.append(mention)
        home.places.add((mention.start, mention.end))
        home.keys.append((mention, group))
        home.heads |= heads
    return events


def _shared(mention: EventMention, heads: set[str], place: Range | None) -> Iterator[Hashable]:
    """What a mention must have one of in common with a mention of an event that it joins."""
    yield place
    if mention.kind == "breach":
        yield "kind", mention.kind
    if mention.type != OTHER:
        yield "type", mention.type
    yield from heads
    yield from range(mention.start, mention.end)


def _is_home(words: Words, event: Joined, mention: EventMention, group: str | None, heads: set[str]) -> bool:
    if mention.antecedent is not None and mention.antecedent in event.places:
        return True
    if mention.kind == "breach" and event.kind == "breach":
        return True
    if _overlaps(event, mention) and (event.group == group or event.kind != "impact") and event.kind == mention.kind:
        return True
    apart = None not in (event.group, group) and event.group != group
    if event.kind != "breach" != mention.kind and not apart and _takes_up(words, event, mention):
        return True
    same = event.group == group or group is None or (event.group is None and bool(heads & event.heads))
    if mention.type != OTHER and event.type == mention.type and same:
        return True
    both_other = mention.type == event.type == OTHER
    return event.kind != "breach" and bool(heads & event.heads) and (mention.again or both_other)


def _takes_up(words: Words, event: Joined, mention: EventMention) -> bool:
    """True for "the hiring freeze" behind "a hiring freeze": one head with the very same words in front of it."""
    if words[mention.start].lower_ != "the" or mention.head - mention.start < 2 or mention.head + 1 != mention.end:
        return False
    asked = [word.lemma for word in words[mention.start + 1 : mention.end]]
    return any(
        words[m.start].lower_ in {"a", "an"} and [word.lemma for word in words[m.start + 1 : m.head + 1]] == asked
        for m in event.mentions
    )


def _overlaps(event: Joined, mention: EventMention) -> bool:
    # mentions come in order, so only the latest ones can overlap
    return any(
        2 * (min(m.end, mention.end) - max(m.start, mention.start)) >= min(m.end - m.start, mention.end - mention.start)
        for m in event.mentions[-_LATEST:]
    )


def _heads(words: Words, mention: EventMention) -> set[str]:
    """The words that say what happened: the head's family ("decline", "declined") without those that say nothing."""
    head = words[mention.head]
    says_nothing = head.lemma == "be" or head.lemma in lexicon("generic_events") or head.lemma in lexicon("light_verbs")
    return set() if says_nothing or head.pos_ == "PRON" else {_family(head.lemma)}


@cache
def _family(word: str) -> str:
    """What a word shares with its derivations and near synonyms: "decline" and "drop", "closure" and "close"."""
    for name, words in table("lexicon")["families"].items():
        if word in words:
            return str(name)
    stem = re.sub(r"(ations?|itions?|ions?|ments?|ures?|ages?|als?|ings?|es?|s)$", "", word)
    if len(stem) < 4:
        return word
    return stem[:-1] if stem[-1] == stem[-2] else stem

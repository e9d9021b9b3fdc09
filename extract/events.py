"""In: a sentence's phrases. Out: event mentions: what a phrase or clause names, its type, kind and effect.

A mention is a range of tokens; mentions of one event are joined later, in `joining`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from spacy.tokens import Doc

from extract.clauses import Clauses, Range, clauses_of
from extract.dictionary import stems
from extract.rules import Rule, load, table
from extract.verbgroups import VerbGroup

OTHER: Final = "other"
_FAR: Final = 5  # tokens between subject and verb from which on a mention holds the predicate alone


@dataclass(frozen=True, slots=True)
class EventMention:
    """One phrase that names an event: token range, the token that its hedge and subject hang on, and what it is.

    `again` is True for a phrase that only takes up what was told before ("this decline").
    """

    start: int
    end: int
    head: int
    type: str = OTHER
    kind: str = "event"
    effect: str | None = None
    rule: str = "event.other"
    again: bool = False
    antecedent: Range | None = None  # the mention that it takes up, where that is known


def find_events(doc: Doc) -> Iterator[EventMention]:
    """Yield the mentions that stand for themselves, links or none: the breach, responses and impacts, in order."""
    for clauses in clauses_of(doc):
        yield from events_of(clauses)


def events_of(clauses: Clauses) -> Iterator[EventMention]:
    """Yield the breach phrases, then the clauses that tell a response or an impact, of one sentence."""
    for phrase in sorted(set(clauses.nouns.values())):
        mention = phrase_event(clauses, phrase)
        if mention.kind == "breach" or (mention.kind == "response" and names_event(clauses, phrase)):
            yield mention
    for group in clauses.verbs:
        told = clause_event(clauses, group)
        if told is not None and told.kind != "event":
            yield told


def phrase_event(clauses: Clauses, phrase: Range) -> EventMention:
    """The event that a noun phrase names, its "of" phrases and coordinated phrases included."""
    head = head_of(clauses, phrase)
    changes = clauses.doc[head].lemma_.lower() in _words("falls") | _words("rises")
    whole = clauses.extended(phrase, tail=("of", "in") if changes else ("of",))
    mention = classified(clauses.doc, EventMention(whole[0], whole[1], head), breach=_breach_head(clauses.doc, head))
    if mention.kind == "breach":
        whole = clauses.extended(phrase, joined=False, tail=("of", "on", "at", "against"))
        mention = replace(mention, start=whole[0], end=whole[1])
    first = clauses.doc[whole[0]].lower_
    return replace(
        mention, again=first in {"this", "that", "these", "those", "such"} or clauses.doc[head].pos_ == "PRON"
    )


def clause_event(clauses: Clauses, group: VerbGroup) -> EventMention | None:
    """The event that a clause tells: verb and object, with the subject where it is the thing that changes."""
    group = _carried(clauses, group)
    there = clauses.doc[group.start - 1].lower_ == "there" and group.start > clauses.start
    if there and clauses.objects(group) is not None:
        return phrase_event(clauses, clauses.objects(group) or (0, 0))
    target, subject = clauses.objects(group), None
    copula = clauses.doc[group.main].pos_ == "AUX"
    if group.passive or copula or target is None or _changes_itself(clauses, group) or group.form == "participle":
        subject = clauses.subject(group)
    near = subject is not None and group.start - subject[1] <= _FAR
    start = subject[0] if subject is not None and near else group.start if group.negated or subject else group.main
    end = _clause_end(clauses, group, target)
    if end <= start:
        return None
    attack = clauses.doc[group.main].lemma_.lower() in _words("breach_verbs")
    mention = EventMention(start, end, group.main)
    return classified(clauses.doc, mention, breach=attack, subject=None if near else subject)


def _carried(clauses: Clauses, group: VerbGroup) -> VerbGroup:
    """Step from "had to", "began to", "are trying to" to the verb that carries the meaning."""
    for _ in range(4):
        after = clauses.group_after(group.end)
        if after is None or after.form not in {"infinitive", "gerund"} or after.start == group.start:
            return group
        if clauses.doc[group.main].lemma_.lower() not in table("lexicon")["raising_verbs"]:
            return group
        group = replace(after, start=group.start, form=group.form, modal=group.modal, negated=group.negated)
    return group


def _changes_itself(clauses: Clauses, group: VerbGroup) -> bool:
    if clauses.doc[group.main].lemma_.lower() not in table("lexicon")["intransitive_changes"]:
        return False
    target = clauses.objects(group)
    return target is None or clauses.doc[target[0]].pos_ in {"NUM", "SYM"} or clauses.doc[target[1] - 1].pos_ == "NUM"


def _clause_end(clauses: Clauses, group: VerbGroup, target: Range | None) -> int:
    if target is not None:
        return target[1]
    verb = clauses.doc[group.main]
    if group.passive and verb.lemma_.lower() in _words("handed_on"):
        return clauses.complement(group.end, limit=9)
    if group.passive or verb.lemma_.lower() in table("lexicon")["intransitive_changes"]:
        return clauses.complement(group.end, limit=4) if not group.passive else group.end
    return clauses.complement(group.end, limit=9)


def classified(doc: Doc, mention: EventMention, *, breach: bool = False, subject: Range | None = None) -> EventMention:
    """The mention with type, kind, effect and rule by the first rule of events.yaml that fits its words.

    Only where `breach` is set can it be the incident itself: a clause about the breach is not the breach.
    A `subject` that stands apart from the mention is read with it.
    """
    parts = [doc[slice(*part)] for part in (subject, (mention.start, mention.end)) if part is not None]
    words = " ".join(part.text for part in parts).lower().replace("\n", " ")
    lemmas = frozenset(stem for part in parts for token in part for stem in stems(token))
    rule = _rule_for(words, lemmas, breach)
    if rule is None:
        return replace(mention, type=OTHER, kind="event", effect=None, rule="event.other")
    values = rule.values
    return replace(mention, type=values["type"], kind=values["kind"], effect=values.get("effect"), rule=rule.id)


@lru_cache(maxsize=10_000)  # the same phrase is asked for by every rule that meets it
def _rule_for(words: str, lemmas: frozenset[str], breach: bool) -> Rule | None:
    for rule in load("events"):
        if not breach and rule.values["kind"] == "breach":
            continue
        if rule.regex is not None and rule.regex.search(words) and _changes(rule, lemmas):
            return rule
    return None


def _changes(rule: Rule, lemmas: frozenset[str]) -> bool:
    change = rule.values.get("change")
    return change is None or not lemmas.isdisjoint(_words(f"{change}s"))


def names_event(clauses: Clauses, phrase: Range) -> bool:
    """True where the head of the noun phrase names something that happens or holds, not a thing or somebody."""
    head = clauses.doc[head_of(clauses, phrase)]
    word = head.lemma_.lower()
    if word in _words("not_eventive") or word in _words("agents"):
        return False
    if clauses.doc[phrase[0]].lower_ in _words("little") - {"so", "more", "no"}:
        return True
    return word in _words("eventive") or word in _words("generic_events") or word.endswith(_endings())


def is_agent(clauses: Clauses, phrase: Range) -> bool:
    """True where the phrase names somebody who acts: a person, a firm, a proper name."""
    head = clauses.doc[head_of(clauses, phrase)]
    return head.pos_ == "PROPN" or head.lemma_.lower() in _words("agents")


def head_of(clauses: Clauses, phrase: Range) -> int:
    """The last token of the first plain noun phrase in the range."""
    start, end = phrase
    return min(clauses.nouns.get(start, (start, end))[1], end) - 1


def _breach_head(doc: Doc, head: int) -> bool:
    return doc[head].lemma_.lower() in _words("breach_heads")


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(table("lexicon")[name])


@cache
def _endings() -> tuple[str, ...]:
    return tuple(table("lexicon")["eventive_endings"])

"""In: a sentence's phrases. Out: event mentions: what a phrase or clause names, its type, kind and effect.

A mention is a range of tokens; mentions of one event are joined later, in `joining`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from spacy.tokens import Doc

from extract.clauses import Clauses, Range, clauses_of
from extract.dictionary import stems
from extract.rules import Rule, lexicon, load, table
from extract.verbgroups import VerbGroup
from extract.words import Words

OTHER: Final = "other"
_POINTERS: Final = frozenset({"this", "that", "these", "those", "such"})
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
    kept: EventMention | None = clauses.kept.get(phrase)
    if kept is None:
        kept = clauses.kept[phrase] = _phrase_event(clauses, phrase)
    return kept


def _phrase_event(clauses: Clauses, phrase: Range) -> EventMention:
    head = head_of(clauses, phrase)
    changes = clauses.words[head].lemma in lexicon("falls") | lexicon("rises")
    whole = clauses.extended(phrase, tail=("of", "in") if changes else ("of",))
    mention = classified(
        clauses.words,
        EventMention(whole[0], whole[1], head),
        breach=clauses.words[head].lemma in lexicon("breach_heads"),
    )
    if mention.kind == "breach":
        whole = clauses.extended(phrase, joined=False, tail=("of", "on", "at", "against"))
        mention = replace(mention, start=whole[0], end=whole[1])
    again = clauses.words[whole[0]].lower_ in _POINTERS or clauses.words[head].pos_ == "PRON"
    return replace(mention, again=True) if again else mention


def clause_event(clauses: Clauses, group: VerbGroup) -> EventMention | None:
    """The event that a clause tells: verb and object, with the subject where it is the thing that changes."""
    if group not in clauses.kept:
        clauses.kept[group] = _clause_event(clauses, group)
    kept: EventMention | None = clauses.kept[group]
    return kept


def _clause_event(clauses: Clauses, group: VerbGroup) -> EventMention | None:
    group = _carried(clauses, group)
    there = clauses.words[group.start - 1].lower_ == "there" and group.start > clauses.start
    if there and clauses.objects(group) is not None:
        return phrase_event(clauses, clauses.objects(group) or (0, 0))
    target, subject = clauses.objects(group), None
    copula = clauses.words[group.main].pos_ == "AUX"
    if group.passive or copula or target is None or _changes_itself(clauses, group) or group.form == "participle":
        subject = clauses.subject(group)
    near = subject is not None and group.start - subject[1] <= _FAR
    start = subject[0] if subject is not None and near else group.start if group.negated or subject else group.main
    end = _clause_end(clauses, group, target)
    if end <= start:
        return None
    attack = clauses.words[group.main].lemma in lexicon("breach_verbs")
    mention = EventMention(start, end, group.main)
    return classified(clauses.words, mention, breach=attack, subject=None if near else subject)


def _carried(clauses: Clauses, group: VerbGroup) -> VerbGroup:
    """Step from "had to", "began to", "are trying to" to the verb that carries the meaning."""
    for _ in range(4):
        after = clauses.group_after(group.end)
        if after is None or after.form not in {"infinitive", "gerund"} or after.start == group.start:
            return group
        if clauses.words[group.main].lemma not in lexicon("raising_verbs"):
            return group
        group = replace(after, start=group.start, form=group.form, modal=group.modal, negated=group.negated)
    return group


def _changes_itself(clauses: Clauses, group: VerbGroup) -> bool:
    if clauses.words[group.main].lemma not in lexicon("intransitive_changes"):
        return False
    target = clauses.objects(group)
    return (
        target is None or clauses.words[target[0]].pos_ in {"NUM", "SYM"} or clauses.words[target[1] - 1].pos_ == "NUM"
    )


def _clause_end(clauses: Clauses, group: VerbGroup, target: Range | None) -> int:
    if target is not None:
        return target[1]
    verb = clauses.words[group.main]
    if group.passive and verb.lemma in lexicon("handed_on"):
        return clauses.complement(group.end, limit=9)
    if group.passive or verb.lemma in lexicon("intransitive_changes"):
        return clauses.complement(group.end, limit=4) if not group.passive else group.end
    return clauses.complement(group.end, limit=9)


def classified(
    words: Words, mention: EventMention, *, breach: bool = False, subject: Range | None = None
) -> EventMention:
    """The mention with type, kind, effect and rule by the first rule of events.yaml that fits its words.

    Only where `breach` is set can it be the incident itself: a clause about the breach is not the breach.
    A `subject` that stands apart from the mention is read with it.
    """
    parts = [part for part in (subject, (mention.start, mention.end)) if part is not None]
    said = " ".join(words.lowered(*part) for part in parts).replace("\n", " ")
    rule = next((rule for rule in _rules_for(said, breach) if _changes(rule, words, parts)), None)
    if rule is None:
        plain = mention.type == OTHER and mention.kind == "event" and mention.rule == "event.other"
        return mention if plain else replace(mention, type=OTHER, kind="event", effect=None, rule="event.other")
    values = rule.values
    return replace(mention, type=values["type"], kind=values["kind"], effect=values.get("effect"), rule=rule.id)


@lru_cache(maxsize=10_000)  # the same phrase is asked for by every rule that meets it
def _rules_for(said: str, breach: bool) -> tuple[Rule, ...]:
    """The rules that fit the words, in order, up to the first that asks for no change."""
    found: list[Rule] = []
    if _any_rule().search(said) is None:
        return ()
    for rule in load("events", lower=True):
        if (breach or rule.values["kind"] != "breach") and rule.regex is not None and rule.regex.search(said):
            found.append(rule)
            if "change" not in rule.values:
                break
    return tuple(found)


@cache
def _any_rule() -> re.Pattern[str]:
    """All rules in one: most phrases fit none, which one search tells."""
    return re.compile("|".join(f"(?:{rule.pattern})" for rule in load("events", lower=True)))


def _changes(rule: Rule, words: Words, parts: Sequence[Range]) -> bool:
    change = rule.values.get("change")
    listed = lexicon(f"{change}s") if change is not None else frozenset()
    return change is None or any(
        not listed.isdisjoint(stems(w.lower_, w.lemma)) for p in parts for w in words[slice(*p)]
    )


def names_event(clauses: Clauses, phrase: Range) -> bool:
    """True where the head of the noun phrase names something that happens or holds, not a thing or somebody."""
    head = clauses.words[head_of(clauses, phrase)]
    word = head.lemma
    if word in lexicon("not_eventive") or word in lexicon("agents"):
        return False
    if clauses.words[phrase[0]].lower_ in lexicon("little") - {"so", "more", "no"}:
        return True
    return word in lexicon("eventive") or word in lexicon("generic_events") or word.endswith(_endings())


def is_agent(clauses: Clauses, phrase: Range) -> bool:
    """True where the phrase names somebody who acts: a person, a firm, a proper name."""
    head = clauses.words[head_of(clauses, phrase)]
    return head.pos_ == "PROPN" or head.lemma in lexicon("agents")


def head_of(clauses: Clauses, phrase: Range) -> int:
    """The last token of the first plain noun phrase in the range."""
    start, end = phrase
    return min(clauses.nouns.get(start, (start, end))[1], end) - 1


@cache
def _endings() -> tuple[str, ...]:
    return tuple(table("lexicon")["eventive_endings"])

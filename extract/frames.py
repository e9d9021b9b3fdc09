"""In: a verb group with a causal verb. Out: its cause and effect mentions, by the verb's frame in verbs.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from extract.clauses import Clauses, Range
from extract.events import (
    EventMention,
    classified,
    clause_event,
    head_of,
    is_agent,
    names_event,
    phrase_event,
)
from extract.rules import Rule, lexicon, load, table
from extract.verbgroups import VerbGroup

_FINITE: Final = frozenset({"finite", "participle"})


@dataclass(frozen=True, slots=True)
class Told:
    """A cause, an effect and the words that join them, before hedges and speakers; `signal` is a token range."""

    cause: EventMention
    effect: EventMention
    relation: str
    signal: Range | None
    rule: str
    negated: bool = False
    hedge: str | None = None
    implied: bool = False
    first: int = 0  # index of the first token of the evidence
    head: int = 0  # the token that the link's hedge and speaker hang on
    confidence: float | None = None  # what the votes for it amount to, where there was a vote


def verb_links(clauses: Clauses, before: EventMention | None) -> Iterator[Told]:
    """Yield the links that the sentence's verbs carry; `before` is what the sentence before told last."""
    for group in clauses.verbs:
        stop = min(clauses.end, group.main + 7)
        words = clauses.words
        said = " ".join([words[group.main].lemma, *(word.lower_ for word in words[group.main + 1 : stop])])
        for rule in load("verbs", lower=True):
            reach = _reach(said, group, rule)
            if reach is None:
                continue
            found = list(_by_frame(clauses, group, rule, reach, before))
            yield from found
            if found:
                break


def _reach(said: str, group: VerbGroup, rule: Rule) -> int | None:
    """The token behind the words that the rule's pattern takes of the verb and what follows, if any."""
    match = rule.regex.match(said) if rule.regex is not None else None
    return group.main + match.group().count(" ") + 1 if match is not None else None


def _by_frame(
    clauses: Clauses, group: VerbGroup, rule: Rule, reach: int, before: EventMention | None
) -> Iterator[Told]:
    frame, strength = rule.values["frame"], rule.values["strength"]
    signal = (group.start, max(reach, group.main + 1))
    if frame == "reverse":
        causes: list[EventMention | None] = list(_effects_at(clauses, reach, loose=True))
        effects: list[EventMention | None] = [_cause(clauses, group, "event", before)]
    elif frame == "named":
        target = clauses.objects(group)
        causes = [] if target is None else [event_at(clauses, target, strength, before)]
        effects = [told_before(clauses, group.start) or before]
    elif frame == "blame":
        causes, effects = _blamed(clauses, group, before)
    elif group.passive or (group.form == "participle" and clauses.words[group.main].lower_.endswith(("ed", "en", "t"))):
        by = _agent_phrase(clauses, group)
        causes = [] if by is None else [event_at(clauses, by, strength, before)]
        effects = [_passive_effect(clauses, group)]
        signal = (group.main, group.main + 1)
    else:
        causes = [_cause(clauses, group, strength, before, purpose=frame == "avert")]
        effects = list(_effects(clauses, group, rule, reach))
    for cause in causes:
        for effect in effects:
            if cause is not None and effect is not None and not _overlap(cause, effect):
                negated = group.negated or _says_no(clauses, group, effect) or is_denied(clauses, group.start)
                yield Told(
                    cause, effect, rule.values.get("relation", "causes"), signal, rule.id, negated, head=group.main
                )


def _says_no(clauses: Clauses, group: VerbGroup, effect: EventMention) -> bool:
    return clauses.words[effect.start].lower_ == "no" or clauses.words[min(group.end, clauses.end - 1)].lower_ == "no"


def is_denied(clauses: Clauses, i: int) -> bool:
    """True where the words before token `i` deny what follows: "no evidence that", "denied that"."""
    return _denials().search(clauses.words.lowered(clauses.start, i)) is not None


@cache
def _denials() -> re.Pattern[str]:
    return re.compile(table("lexicon")["denials"])


def _blamed(
    clauses: Clauses, group: VerbGroup, before: EventMention | None
) -> tuple[list[EventMention | None], list[EventMention | None]]:
    """The causes and effects of "blamed X on Y", "X was blamed on Y" and "blamed Y for X": the cause is Y."""
    target = clauses.subject(group) if group.passive else clauses.objects(group)
    i = group.end if group.passive or target is None else target[1]
    while i < clauses.end and clauses.words[i].pos_ == "ADV":
        i += 1
    if target is None or i + 1 >= clauses.end or clauses.words[i].lower_ not in {"on", "to", "for"}:
        return [], []
    other = list(_effects_at(clauses, i + 1, loose=True))
    first = event_at(clauses, target, "strong", before)
    if clauses.words[i].lower_ == "for":
        return [first], list(other)
    return list(other), [first]


def _overlap(a: EventMention, b: EventMention) -> bool:
    return a.start < b.end and b.start < a.end


def _cause(
    clauses: Clauses, group: VerbGroup, strength: str, before: EventMention | None, *, purpose: bool = False
) -> EventMention | None:
    if group.form == "gerund" and not _has_own_subject(clauses, group):
        return told_before(clauses, group.start) if _behind_mark(clauses, group) else None
    if group.form == "infinitive" and purpose and _governor(clauses, group) is None:
        return told_before(clauses, group.start)
    if group.form == "infinitive":
        governor = _governor(clauses, group)
        if governor is None and group.start - 1 in clauses.nouns:
            return event_at(clauses, clauses.nouns[group.start - 1], "event", None)
        return None if governor is None else _cause(clauses, governor, strength, before)
    subject = clauses.subject(group)
    found = None if subject is None else event_at(clauses, subject, strength, before)
    if found is None and clauses.words[group.start - 1].lower_ == "which" and group.start - 2 >= clauses.start:
        return told_before(clauses, group.start - 1) if clauses.words[group.start - 2].text == "," else None
    return found


def _behind_mark(clauses: Clauses, group: VerbGroup) -> bool:
    """True for ", forcing ..." and ", thereby forcing ...": the participle goes with the whole clause before."""
    for k in range(group.start - 1, max(group.start - 4, clauses.start - 1), -1):
        if clauses.words[k].text in {",", "—", "–"}:
            return True
        if clauses.words[k].pos_ not in {"ADV", "CCONJ"}:
            return False
    return False


def _has_own_subject(clauses: Clauses, group: VerbGroup) -> bool:
    """True for "with the outage idling trucks": a noun phrase stands right before the participle."""
    i = group.start - 1
    return i in clauses.nouns and i >= clauses.start


def _governor(clauses: Clauses, group: VerbGroup) -> VerbGroup | None:
    for other in clauses.verbs:
        if other.end <= group.start and group.start - other.end <= 2:
            lemma = clauses.words[other.main].lemma
            if lemma in lexicon("raising_verbs") and lemma not in {"try", "seek", "want", "plan", "force"}:
                return other
    return None


def told_before(clauses: Clauses, i: int, *, forms: frozenset[str] = _FINITE) -> EventMention | None:
    """The event of the nearest clause before token `i` whose verb has one of the forms, speech verbs passed over."""
    for group in reversed(clauses.verbs):
        if group.end <= i and group.form in forms and not is_speech(clauses, group):
            told = _outcome(clauses, group) or clause_event(clauses, group)
            if told is None or told.start >= i:
                return None
            return told if told.end <= i else classified(clauses.words, replace(told, end=i))
    return None


def _outcome(clauses: Clauses, group: VerbGroup) -> EventMention | None:
    """What somebody was forced or led to do, where the verb group tells that."""
    if clauses.words[group.main].lemma not in lexicon("handed_on"):
        return None
    return next(iter(_forced(clauses, group)), None)


def is_speech(clauses: Clauses, group: VerbGroup) -> bool:
    """True where the verb only reports what somebody says and has no event of its own for object."""
    if clauses.words[group.main].lemma not in lexicon("reporting_verbs"):
        return False
    target = clauses.objects(group)
    if target is None or clauses.words[group.main].lemma in {"say", "tell"}:
        return True
    after = clauses.group_after(target[1])
    return after is not None and after.form == "finite"


def event_at(clauses: Clauses, phrase: Range, strength: str, before: EventMention | None) -> EventMention | None:
    """The event that a noun phrase stands for: its own, the one inside "the impact of ...", or the one before."""
    head = clauses.words[head_of(clauses, phrase)]
    word = head.lower_
    if head.lemma in lexicon("attackers"):
        return EventMention(phrase[0], phrase[1], head.i, "cyber_attack", "breach", rule="breach.attackers")
    if word in {"this", "that", "these", "which"}:
        return before
    if head.pos_ == "PRON" or clauses.words[phrase[0]].pos_ == "PRON":
        return None
    inner = _inside(clauses, phrase)
    if inner is not None:
        return event_at(clauses, inner, strength, before) or phrase_event(clauses, phrase)
    mention = phrase_event(clauses, phrase)
    if mention.again and before is not None and head.lemma in lexicon("generic_events"):
        back = (before.start, before.end)
        return replace(before, start=mention.start, end=mention.end, head=mention.head, again=True, antecedent=back)
    if names_event(clauses, phrase) and strength != "typed":
        return mention
    typed = mention.type != "other" and not is_agent(clauses, phrase)
    if strength == "typed":
        return mention if typed or (mention.again and names_event(clauses, phrase)) else None
    return mention if typed or (strength == "strong" and not is_agent(clauses, phrase)) else None


def _inside(clauses: Clauses, phrase: Range) -> Range | None:
    """What follows "the impact of", where that names an event."""
    head = head_of(clauses, phrase)
    if clauses.words[head].lemma not in lexicon("consequence_nouns") or head + 2 >= clauses.end:
        return None
    if clauses.words[head + 1].lower_ not in {"of", "from"} or (head + 2) not in clauses.nouns:
        return None
    inner = clauses.nouns[head + 2]
    return inner if names_event(clauses, inner) else None


def _agent_phrase(clauses: Clauses, group: VerbGroup) -> Range | None:
    for k in range(group.main + 1, min(group.main + 7, clauses.end - 1)):
        if clauses.words[k].lower_ == "by" and (k + 1) in clauses.nouns:
            return clauses.extended(clauses.nouns[k + 1])
        if clauses.words[k].is_punct and clauses.words[k].text != ",":
            return None
    return None


def _passive_effect(clauses: Clauses, group: VerbGroup) -> EventMention | None:
    return clause_event(clauses, group)


def _effects(clauses: Clauses, group: VerbGroup, rule: Rule, reach: int) -> Iterator[EventMention]:
    frame = rule.values["frame"]
    if frame == "force":
        yield from _forced(clauses, group)
    elif frame == "result":
        yield from _listed(clauses, list(_effects_at(clauses, reach)))
    elif frame == "touch":
        yield from _effects_at(clauses, reach, loose=True)
    elif frame == "avert":
        yield from _averted(clauses, group)
    else:
        target = clauses.objects(replace(group, end=max(group.end, reach)))
        if target is not None:
            yield classified(clauses.words, EventMention(group.main, _moved(clauses, target[1]), group.main))


def _moved(clauses: Clauses, i: int) -> int:
    """The end of an object with where it was moved to: "into debt", "lower", "about 1 billion in lost sales"."""
    if i >= clauses.end:
        return i
    token = clauses.words[i]
    moves = token.lower_ in lexicon("goals") or (token.lower_ in {"about", "around", "over"} or i in clauses.nouns)
    return clauses.complement(i, limit=12) if moves else i


def _effects_at(clauses: Clauses, i: int, *, loose: bool = False) -> Iterator[EventMention]:
    """What stands at token `i` as an event: a noun phrase, a noun phrase with a participle, or a gerund clause.

    `loose` takes any thing that is not somebody, since the verb leaves no doubt.
    """
    while i < clauses.end and clauses.words[i].pos_ in {"ADV", "PART"} and i not in clauses.nouns:
        i += 1
    group = clauses.group_after(i)
    if group is not None and group.form == "gerund":
        told = clause_event(clauses, replace(group, form="finite"))
        if told is not None:
            yield replace(told, start=max(told.start, group.start))
        return
    if i < clauses.end and clauses.words[i].lower_ == "that" and (i + 1) in clauses.nouns:
        i += 1
    if i not in clauses.nouns:
        return
    plain = clauses.nouns[i]
    after = clauses.group_after(clauses.extended(plain)[1])
    if after is not None and after.form == "finite":
        told = clause_event(clauses, after)
        if told is not None:
            yield told
        return
    if after is not None and after.form in {"gerund", "participle"}:
        end = clauses.complement(after.end, limit=10)
        yield classified(clauses.words, EventMention(plain[0], end, after.main))
        return
    phrase = clauses.extended(plain)
    if (loose and not is_agent(clauses, phrase)) or _eventful(clauses, phrase):
        yield phrase_event(clauses, plain)


def _listed(clauses: Clauses, found: list[EventMention]) -> Iterator[EventMention]:
    """The effects found and those that follow in a list: "leading to A, B without work, and C"."""
    yield from found
    for _ in range(5):
        if not found:
            return
        i = found[-1].end
        while i < clauses.end and clauses.words[i].lower_ in {",", "and", "or"}:
            i += 1
        after = clauses.group_after(clauses.nouns[i][1]) if i in clauses.nouns else None
        if i == found[-1].end or i not in clauses.nouns or (after is not None and after.form == "finite"):
            return
        end = clauses.complement(clauses.nouns[i][1], limit=10)
        found = [classified(clauses.words, EventMention(i, end, clauses.nouns[i][1] - 1))]
        yield from found


def _eventful(clauses: Clauses, phrase: Range) -> bool:
    return names_event(clauses, phrase) or phrase_event(clauses, phrase).type != "other"


def _averted(clauses: Clauses, group: VerbGroup) -> Iterator[EventMention]:
    target = clauses.objects(group)
    if target is None:
        return
    if target[1] < clauses.end and clauses.words[target[1]].lower_ == "from":
        after = clauses.group_after(target[1] + 1)
        if after is not None:
            told = clause_event(clauses, after)
            if told is not None:
                yield replace(told, start=max(told.start, after.start))
            return
    if names_event(clauses, target):
        yield phrase_event(clauses, target)


def _forced(clauses: Clauses, group: VerbGroup) -> Iterator[EventMention]:
    """The effects of "forced X to do", "left X without work", "made X miss", with a second verb behind "and"."""
    target = clauses.objects(group)
    if target is None or target[1] >= clauses.end:
        return
    plain_end = target[1]
    after = clauses.group_after(plain_end)
    token = clauses.words[plain_end]
    if after is not None and (after.form != "finite" or clauses.words[group.main].lemma_ in {"make", "let", "help"}):
        yield from _done(clauses, after)
    elif clauses.words[group.main].lemma == "leave" and not clauses.words[plain_end].is_punct:
        marks = (k for k in range(plain_end, clauses.end) if clauses.words[k].is_punct and clauses.words[k].text != "-")
        end = min(next(marks, clauses.end), plain_end + 16)
        yield classified(clauses.words, EventMention(target[0], end, plain_end))
    elif token.lower_ in lexicon("goals") | {"with", "in", "short"} or (
        token.pos_ in {"ADJ", "VERB"} and clauses.words[group.main].lemma in {"make", "keep"}
    ):
        end = clauses.complement(plain_end, limit=10)
        start = target[0] if clauses.words[target[0]].lower_ != "it" else plain_end
        yield classified(clauses.words, EventMention(start, end, plain_end))


def _done(clauses: Clauses, group: VerbGroup) -> Iterator[EventMention]:
    told = clause_event(clauses, group)
    if told is None:
        return
    told = replace(told, start=max(told.start, group.main))
    yield classified(clauses.words, told)
    if told.end + 1 < clauses.end and clauses.words[told.end].lower_ == "and":
        second = clauses.group_after(told.end + 1)
        more = clause_event(clauses, second) if second is not None else None
        if more is not None and second is not None:
            yield classified(clauses.words, replace(more, start=second.main))

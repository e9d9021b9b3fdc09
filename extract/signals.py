"""In: a sentence and what the one before told. Out: links carried by prepositions, conjunctions and connectives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from extract.clauses import Clauses, Range
from extract.events import EventMention, classified, clause_event, names_event, phrase_event
from extract.frames import Told, event_at, is_speech, told_before
from extract.rules import Rule, lexicon, load

_TOLD: Final = frozenset({"finite", "participle", "gerund"})


def signal_links(clauses: Clauses, before: EventMention | None, told: EventMention | None) -> Iterator[Told]:
    """Yield the links of one sentence's signals; `told` is what the sentence itself tells in the end."""
    text = clauses.words.lowered(clauses.start, clauses.end)
    for rule in load("signals", lower=True):
        for match in rule.regex.finditer(text) if rule.regex is not None else ():
            place = _tokens(clauses, match)
            yield from _by_place(clauses, rule, place, before, told)


def _tokens(clauses: Clauses, match: re.Match[str]) -> Range:
    """The tokens that a match in the sentence's text touches."""
    offset = clauses.words[clauses.start].idx
    return clauses.words.at(offset + match.start()), clauses.words.at(offset + match.end() - 1) + 1


def _by_place(
    clauses: Clauses, rule: Rule, place: Range, before: EventMention | None, told: EventMention | None
) -> Iterator[Told]:
    kind = rule.values["place"]
    if kind == "opening":
        cause, effect = before, told
    elif kind == "result":
        cause, effect = told_before(clauses, place[0], forms=_TOLD), _clause_right(clauses, place[1])
    elif kind == "absolute":
        cause = _absolute(clauses, place[1])
        effect = None if cause is None else _effect_beside(clauses, place, cause)
    elif kind == "closing":
        effect = told_before(clauses, place[0], forms=_TOLD)
        cause = (None if effect is None else told_before(clauses, effect.start, forms=_TOLD)) or before
    else:
        cause = _cause_after(clauses, kind, place[1], before, loose=rule.values.get("loose", False))
        effect = None if cause is None else _effect_beside(clauses, place, cause)
    if kind == "opening" and rule.values.get("relation") == "includes" and not _general(cause, effect):
        return
    if cause is None or effect is None or (cause.start < effect.end and effect.start < cause.end):
        return
    needs = rule.values.get("needs")
    if needs == "modal" and _modal(clauses, effect):
        needs = None
    if needs == "either" and cause.kind != "breach":
        needs = "change"
    if needs == "both" and "event.other" in {cause.rule, effect.rule}:
        return
    if (needs in {"change", "modal"} and not _tells_change(effect)) or (needs == "cause" and not _tells_change(cause)):
        return
    signal = _trimmed(clauses, place)
    yield Told(
        cause,
        effect,
        rule.values.get("relation", "causes"),
        signal,
        rule.id,
        _denied(clauses, place),
        rule.values.get("hedge"),
        head=effect.head,
    )


def _general(cause: EventMention | None, effect: EventMention | None) -> bool:
    """True where something untyped ("the damage") is followed by a typed case of it."""
    return cause is not None and effect is not None and cause.type == "other" and effect.type != "other"


def _modal(clauses: Clauses, effect: EventMention) -> bool:
    """True where the clause of the effect only could, would or will happen."""
    return any(group.modal and group.start <= effect.head < group.end for group in clauses.verbs)


def _absolute(clauses: Clauses, i: int) -> EventMention | None:
    """What stands behind "with" as a state of things: "production shut down", "the clock out", "fewer users"."""
    if i not in clauses.nouns:
        stop = clauses.complement(i, limit=6)
        poor = i < stop and clauses.words[i].lower_ in lexicon("little")
        return classified(clauses.words, EventMention(i, stop, i)) if poor else None
    start, end = clauses.nouns[i]
    group, stop = clauses.group_after(end), clauses.complement(end, limit=8)
    little = clauses.words[start].lower_ in lexicon("little")
    state = stop > end and (
        clauses.words[end].pos_ in {"ADJ", "ADV"} or clauses.words[end].lower_ in {"out", "off", "down"}
    )
    if little or state or (group is not None and group.form != "infinitive"):
        stop = max(end, stop if not little else end)
        return classified(clauses.words, EventMention(start, stop, group.main if group is not None else end - 1))
    return None


def _trimmed(clauses: Clauses, place: Range) -> Range:
    start, end = place
    while end - 1 > start and clauses.words[end - 1].is_punct:
        end -= 1
    return start, end


def _tells_change(effect: EventMention) -> bool:
    return effect.rule != "event.other" and effect.kind != "breach"


def _denied(clauses: Clauses, place: Range) -> bool:
    return place[0] > clauses.start and clauses.words[place[0] - 1].lower_ == "not"


def _cause_after(
    clauses: Clauses, kind: str, i: int, before: EventMention | None, *, loose: bool
) -> EventMention | None:
    if kind in {"clause", "either"}:
        found = _clause_right(clauses, i, near=kind == "either")
        if found is not None or kind == "clause":
            return found
    while i < clauses.end and clauses.words[i].pos_ == "ADV" and i not in clauses.nouns:
        i += 1
    if i not in clauses.nouns:
        group = clauses.group_after(i)
        return clause_event(clauses, group) if group is not None and group.form == "gerund" else None
    phrase = clauses.nouns[i]
    if clauses.words[i].lower_ in {"it", "this", "that", "them"} and phrase == (i, i + 1):
        return before
    if not (loose or names_event(clauses, clauses.extended(phrase)) or phrase_event(clauses, phrase).type != "other"):
        return None
    return event_at(clauses, clauses.extended(phrase), "strong" if loose else "event", None)


def _clause_right(clauses: Clauses, i: int, *, near: bool = False) -> EventMention | None:
    """The event of the first finite clause behind token `i`; `near` asks that only its subject stands between."""
    for group in clauses.verbs:
        if group.start < i or group.form not in {"finite", "participle"}:
            continue
        between = clauses.words[i : group.start]
        if any(token.text in {";", ","} for token in between):
            return None
        if near and any(token.pos_ in {"SCONJ"} or token.lower_ in {"which", "who", "that"} for token in between):
            return None
        if is_speech(clauses, group):
            continue
        return clause_event(clauses, group)
    return None


def _effect_beside(clauses: Clauses, place: Range, cause: EventMention) -> EventMention | None:
    """The clause that the signal's phrase hangs on: before it, or behind the comma where it opens the sentence."""
    phrase = clauses.nouns.get(place[0] - 1)
    if phrase is not None and _opens(clauses, place[0]) and names_event(clauses, phrase):
        return phrase_event(clauses, phrase)
    place = (_first_of_pair(clauses, place), place[1])
    if _clause_starts(clauses, place[0]):
        for group in clauses.main():
            if group.start >= cause.end and not is_speech(clauses, group):
                return clause_event(clauses, group)
    if _opens(clauses, place[0]):
        return None
    left = told_before(clauses, place[0], forms=_TOLD)
    if left is not None:
        return left
    return None


def _first_of_pair(clauses: Clauses, place: Range) -> int:
    """Where the first signal of "not because ..., but because ..." stands; both hang on the clause before it."""
    i = place[0]
    if i > clauses.start and clauses.words[i - 1].lower_ in {"but", "and", "partly"}:
        for k in range(clauses.start, i):
            if clauses.words[k].lower_ == clauses.words[i].lower_:
                return k
    return i


def _clause_starts(clauses: Clauses, i: int) -> bool:
    """True where the signal opens the sentence, or a clause behind "and", "but" or a semicolon."""
    if _opens(clauses, i):
        return True
    before = clauses.words[i - 1]
    return before.text in {";", ":", "—"} or (before.lower_ in {"and", "but"} and clauses.words[i - 2].text == ",")


def _opens(clauses: Clauses, i: int) -> bool:
    """True where no clause stands before the signal."""
    return not any(group.end <= i and not is_speech(clauses, group) for group in clauses.verbs)

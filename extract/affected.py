"""In: event mentions and group mentions of one text. Out: on which group each impact falls."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from spacy.tokens import Doc

from extract.clauses import Range
from extract.events import EventMention
from extract.rules import load, table
from ontology.records import Mention
from ontology.terms import NOT_LIVELIHOODS

_REACH = 400  # characters back that a pronoun may point
_NEAR = 6  # tokens before an event's phrase where its subject may stand


def fall_on(doc: Doc, mentions: Sequence[Mention], event: EventMention, sentence: Range) -> list[str]:
    """Name the groups that an impact falls on: in its phrase, else nearest in its sentence, else the one told of last.

    The last holds where a pronoun points back, or where the sentence names no firm that it could fall on.
    Two groups that are joined by "and" in the subject both count. Empty where it falls on nobody that is named.
    """
    start, end = doc[event.start].idx, doc[event.end - 1].idx + len(doc[event.end - 1])
    inside = _between(mentions, start, end)
    if inside:
        return _codes(inside)
    opening, closing = doc[sentence[0]].idx, doc[sentence[1] - 1].idx + 1
    before = _between(mentions, opening, start)
    after = _between(mentions, end, closing)
    # What a consumer or patient does may be told in the same sentence; work and income are a livelihood's.
    for near in (_living(before), _living(after)[:1], before, after[:1]):
        if near:
            return _codes(_joined(doc, near))
    back = _living(_between(mentions, max(0, opening - _REACH), opening))
    firms = _between(doc._.organisations, opening, closing, grounded=False)
    personal = event.type in table("lexicon")["personal"] and not firms
    return _codes(back[-1:]) if personal or points(doc, event) else []


def told_harmed(doc: Doc, mentions: Sequence[Mention]) -> frozenset[str]:
    """Name the groups that a sentence tells to be harmed or threatened, in the words of `rules/harm.yaml`."""
    text, ends = doc.text, [sentence.end_char for sentence in doc.sents]
    by_sentence: dict[int, set[str]] = {}
    for mention in mentions:
        if mention.grounding is not None:
            by_sentence.setdefault(bisect_right(ends, mention.span.start), set()).add(mention.grounding)
    harmed: set[str] = set()
    for at, codes in by_sentence.items():
        span = ends[at - 1] if at else 0, ends[at]
        told = {rule.values["harmed"] for rule in load("harm") if rule.regex and rule.regex.search(text, *span)}
        harmed |= codes if told == {True} else set()
    return frozenset(harmed)


def _living(mentions: Sequence[Mention]) -> list[Mention]:
    return [mention for mention in mentions if mention.grounding not in NOT_LIVELIHOODS]


def named_in(doc: Doc, mentions: Sequence[Mention], event: EventMention, sentence: Range) -> bool:
    """True where the event's own phrase, or the subject right before it, names a livelihood or points to one."""
    start = max(sentence[0], event.start - _NEAR)
    near = _between(mentions, doc[start].idx, doc[event.end - 1].idx + 1)
    if any(mention.grounding not in NOT_LIVELIHOODS for mention in near):
        return True
    if near or not points(doc, event):
        return False
    back = _between(mentions, max(0, doc[sentence[0]].idx - _REACH), doc[event.start].idx)
    return any(mention.grounding not in NOT_LIVELIHOODS for mention in back)


def _between(mentions: Sequence[Mention], start: int, end: int, *, grounded: bool = True) -> list[Mention]:
    first = bisect_left(mentions, start, key=lambda m: m.span.start)
    last = bisect_left(mentions, end, key=lambda m: m.span.start)
    return [mention for mention in mentions[first:last] if mention.grounding is not None or not grounded]


def _joined(doc: Doc, before: Sequence[Mention]) -> Sequence[Mention]:
    """The last mention, with the one that "and" joins it to."""
    if len(before) < 2:
        return before
    between = doc.char_span(before[-2].span.end, before[-1].span.start, alignment_mode="expand")
    return before[-2:] if between is not None and between.text.strip() in {"and", "or", ",", "and the"} else before[-1:]


def _codes(mentions: Sequence[Mention]) -> list[str]:
    return list(dict.fromkeys(mention.grounding for mention in mentions if mention.grounding is not None))


def points(doc: Doc, event: EventMention) -> bool:
    """True where a pronoun in or right before the event points back to somebody."""
    words = {token.lower_ for token in doc[max(0, event.start - 4) : event.end]}
    return bool(words & {"he", "she", "they", "their", "his", "her", "him", "them", "me", "we", "our", "i", "my", "us"})

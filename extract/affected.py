"""In: event mentions and group mentions of one text. Out: on which group each impact falls."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from spacy.tokens import Doc

from extract.events import EventMention
from ontology.records import Mention

_REACH = 400  # characters back that a pronoun may point


def fall_on(doc: Doc, mentions: Sequence[Mention], event: EventMention) -> list[str]:
    """Name the groups that an impact falls on: in its phrase, else nearest in its sentence, else meant by a pronoun.

    Two groups that are joined by "and" in the subject both count. Empty where it falls on nobody that is named.
    """
    start, end = doc[event.start].idx, doc[event.end - 1].idx + len(doc[event.end - 1])
    inside = _between(mentions, start, end)
    if inside:
        return _codes(inside)
    sent = doc[event.head].sent
    before = _between(mentions, sent.start_char, start)
    after = _between(mentions, end, sent.end_char)
    if before:
        return _codes(_joined(doc, before))
    if after:
        return _codes(after[:1])
    return (
        _codes(_between(mentions, max(0, sent.start_char - _REACH), sent.start_char)[-1:])
        if _points(doc, event)
        else []
    )


def _between(mentions: Sequence[Mention], start: int, end: int) -> list[Mention]:
    first = bisect_left(mentions, start, key=lambda m: m.span.start)
    last = bisect_left(mentions, end, key=lambda m: m.span.start)
    return [mention for mention in mentions[first:last] if mention.grounding is not None]


def _joined(doc: Doc, before: Sequence[Mention]) -> Sequence[Mention]:
    """The last mention, with the one that "and" joins it to."""
    if len(before) < 2:
        return before
    between = doc.char_span(before[-2].span.end, before[-1].span.start, alignment_mode="expand")
    return before[-2:] if between is not None and between.text.strip() in {"and", "or", ",", "and the"} else before[-1:]


def _codes(mentions: Sequence[Mention]) -> list[str]:
    return list(dict.fromkeys(mention.grounding for mention in mentions if mention.grounding is not None))


def _points(doc: Doc, event: EventMention) -> bool:
    """True where a pronoun in or right before the event points back to somebody."""
    words = {token.lower_ for token in doc[max(0, event.start - 4) : event.end]}
    return bool(words & {"he", "she", "they", "their", "his", "her", "them", "we", "our", "i", "my", "us"})

"""In: figures, events and groups of one text. Out: figures tied to the event they measure, the group, the speaker."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from extract.evidence import Places
from ontology.records import Event, Evidence, Mention, Quantity, QuantityClaim, Span

_CONFIDENCE = 0.9


def attach(
    places: Places, events: Sequence[Event], quantities: Sequence[Quantity], groups: Sequence[Mention]
) -> Iterator[QuantityClaim]:
    """Yield one claim for each figure, in their order; event and group are None where nothing stands near.

    In a sentence without an event a figure goes on measuring what the last one of the same things measured.
    """
    spans = sorted((span, n) for n, event in enumerate(events) for span in event.spans)
    people = sorted((mention.span, n) for n, mention in enumerate(groups))
    measured: dict[str, Event | None] = {}
    for quantity in quantities:
        token = places.token_at(quantity.span.start)
        sentence = places.sentences_between(token, places.token_at(max(quantity.span.start, quantity.span.end - 1)))
        near = _nearest(spans[_first(spans, sentence.start) : _first(spans, sentence.end)], quantity.span)
        counted = (quantity.thing or "").lower().rpartition(" ")[2]
        event = events[near] if near is not None else measured.get(counted)
        if counted:
            measured[counted] = event
        speaker = places.speaker(token)
        yield QuantityClaim(
            quantity,
            event.id if event else None,
            _group(
                quantity,
                event,
                [groups[n] for _, n in people[_first(people, sentence.start) : _first(people, sentence.end)]],
            ),
            speaker,
            places.hedge(token, speaker),
            Evidence(sentence, None, quantity.rule, _CONFIDENCE),
        )


def _first(spans: Sequence[tuple[Span, int]], offset: int) -> int:
    """The index of the first span that starts at or behind the offset."""
    return bisect_left(spans, offset, key=lambda pair: pair[0].start)


def _distance(a: Span, b: Span) -> int:
    return max(a.start - b.end, b.start - a.end, 0)


def _nearest(spans: Sequence[tuple[Span, int]], place: Span) -> int | None:
    return min(spans, key=lambda pair: (_distance(pair[0], place), pair[0].start), default=(place, None))[1]


def _group(quantity: Quantity, event: Event | None, near: Sequence[Mention]) -> str | None:
    """The group that the figure counts, else the one that its event falls on, else the nearest in the sentence."""
    counted = [m for m in near if _distance(m.span, quantity.span) == 0]
    if counted:
        return counted[0].grounding
    if event is not None and event.group is not None:
        return event.group
    nearest = min(near, key=lambda m: _distance(m.span, quantity.span), default=None)
    return nearest.grounding if nearest is not None else None

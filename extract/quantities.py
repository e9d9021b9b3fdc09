"""A Doc in, its figures out: how many, how much, of what, and which way it moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

from spacy.tokens import Doc

from extract.heads import Heads
from extract.intervals import Interval, find_intervals
from extract.phrases import Phrases
from extract.quantities_context import in_context
from extract.quantities_filter import Excluded, is_scenery, matters
from extract.quantities_thing import Measured, measure
from extract.quantities_words import find_worded
from extract.rules import Rule, load, regex
from ontology.records import Quantity, Span

_WINDOW = 40
_SMALL = 100  # a larger number is never doubted
_WORDED = ("change", "times", "vague", "share", "word")
_DOUBT = 0.1  # chance under which the encoder takes a number for none that matters


def find_quantities(doc: Doc) -> Iterator[Quantity]:
    """Yield the figures of `doc` that may measure an incident or its effects, in order, without overlap.

    A span runs from the qualifier to the thing counted. Dates, ages, addresses and the like are left out. Needs
    sentences; tags and a parse are used where they are there.
    """
    text = doc.text
    excluded = Excluded(text)
    phrases, heads = Phrases(doc), Heads(doc)
    sentences = _Sentences(doc)
    previous: Measured | None = None
    end, last_sentence = 0, (-1, -1)
    for figure, told in _figures(text):
        if figure.start < end:
            continue
        sentence = sentences.around(figure.start)
        figure = _approximate(text, figure, max(end, sentence[0]))
        if not matters(text, figure, excluded) or sentences.elsewhere(text) or _is_ordinal(phrases, figure):
            continue
        gap = text[end : figure.start] if sentence == last_sentence else "."
        measured = measure(phrases, figure, sentence, previous, gap)
        thing = phrases.text[figure.end : measured.end]
        if _is_doubted(heads, phrases, figure) or is_scenery(text, figure, measured.end, thing):
            continue
        direction = told if told != "none" else measured.direction
        yield _quantity(text, figure, measured, direction)
        previous, end, last_sentence = measured, max(measured.end, figure.end), sentence


class _Sentences:
    """Finds the sentence around an offset, in one forward pass, and says whether it is on other matters."""

    def __init__(self, doc: Doc) -> None:
        self._bounds = [(sentence.start_char, sentence.end_char) for sentence in doc.sents]
        self._at = 0
        self._judged: tuple[int, bool] = (-1, False)

    def around(self, offset: int) -> tuple[int, int]:
        while self._at + 1 < len(self._bounds) and self._bounds[self._at][1] <= offset:
            self._at += 1
        return self._bounds[self._at]

    def elsewhere(self, text: str) -> bool:
        """Whether the sentence found last says that what it tells is another matter or has another cause."""
        if self._judged[0] != self._at:
            start, end = self._bounds[self._at]
            found = regex("contexts", "context.elsewhere").search(text, start, end) is not None
            self._judged = self._at, found
        return self._judged[1]


def _figures(text: str) -> Iterator[tuple[Interval, str]]:
    """Merge numbers and worded figures; where they overlap, the worded one holds."""
    worded = list(find_worded(text))
    taken = sorted((figure.start, figure.end) for figure, _ in worded)
    numbers = ((figure, "none") for figure in in_context(text, find_intervals(text)))
    free = ((figure, told) for figure, told in _outside(numbers, taken))
    yield from sorted([*worded, *free], key=lambda pair: (pair[0].start, -pair[0].end))


def _outside(figures: Iterator[tuple[Interval, str]], taken: list[tuple[int, int]]) -> Iterator[tuple[Interval, str]]:
    index = 0
    for figure, told in figures:
        while index < len(taken) and taken[index][1] <= figure.start:
            index += 1
        if index >= len(taken) or taken[index][0] >= figure.end:
            yield _as_share(figure), told


def _as_share(figure: Interval) -> Interval:
    """Turn "two-thirds" and "one in five" into percentages."""
    number = figure.first.number
    ends = [end for end in (figure.low, figure.high) if end is not None]
    if figure.unit != "count" or number.kind != "fraction" or any(end >= 1 for end in ends):
        return figure
    low, high = (None if end is None else end * 100 for end in (figure.low, figure.high))
    return replace(figure, low=low, high=high, unit="percent")


def _approximate(text: str, figure: Interval, floor: int) -> Interval:
    """Take the words that make the figure approximate into its span."""
    for rule in _sided("before"):
        assert rule.regex is not None
        match = rule.regex.search(text[max(floor, figure.start - _WINDOW) : figure.start])
        if match is not None:
            start = max(floor, figure.start - _WINDOW) + match.start()
            qualifier = "approximately" if figure.qualifier == "exact" else figure.qualifier
            return replace(figure, start=start, qualifier=qualifier)
    for rule in _sided("after"):
        assert rule.regex is not None
        match = rule.regex.match(text, figure.end)
        if match is not None and figure.qualifier == "exact":
            return replace(figure, end=match.end(), qualifier="approximately")
    return figure


@cache
def _sided(side: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in load("approximations") if rule.values["side"] == side)


def _is_ordinal(phrases: Phrases, figure: Interval) -> bool:
    """Whether a fraction is an ordinal that stands before its noun: "a seventh plant", "a third party"."""
    number = figure.last.number
    if number.kind != "fraction" or not phrases.text.startswith(("a ", "A "), number.start):
        return False
    token = phrases.token_from(number.end)
    phrase = phrases.noun_at(token)
    inside = phrase is not None and phrase[0] < token and phrases.doc[phrase[0]].idx <= number.start
    return inside and phrases.doc[token].pos_ == "NOUN"


def _is_doubted(heads: Heads, phrases: Phrases, figure: Interval) -> bool:
    """Whether the encoder, where it has spoken, takes no word of a small number for a figure that matters."""
    if figure.rule.startswith(_WORDED) or figure.high is None or figure.high > _SMALL:
        return False
    first, last = phrases.token_at(figure.start), phrases.token_at(figure.end - 1)
    told = [heads.labels("figure", (token, token + 1)) for token in range(first, last + 1)]
    return any(told) and max(sum(chances.values()) for chances in told) < _DOUBT


def _quantity(text: str, figure: Interval, measured: Measured, direction: str) -> Quantity:
    end = max(figure.end, measured.end)
    span = Span(figure.start, end, text[figure.start : end])
    low, high = _plain(figure.low), _plain(figure.high)
    return Quantity(span, low, high, figure.qualifier, figure.unit, measured.thing, direction, figure.rule)


def _plain(value: Fraction | None) -> float | None:
    if value is None:
        return None
    try:
        return round(float(value), 6) if value.denominator != 1 else float(value)
    except OverflowError:
        return None

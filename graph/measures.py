"""In: a figure and the event that it measures. Out: its measure: on what it may be compared with other figures.

33 million accounts and 33 million monthly users are two measures, whatever their digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.assembled import EventNode, Figure
from graph.identity import head_noun, singular, tokens
from graph.intervals import wording


@dataclass(frozen=True, slots=True)
class Measure:
    """What figures are compared on. `population` is what is counted, `of` what it is counted for."""

    incident: str
    population: str
    of: str
    unit: str
    direction: str
    group: str | None


def measure_of(figure: Figure, events: Mapping[str, EventNode]) -> Measure:
    """Return the measure of a figure.

    What the incident laid open is one population, whichever event the article ties it to; a change of something named
    is told apart by what changes; all else also by the type of its event.
    """
    head, population = _population(figure)
    event = events.get(figure.event or "")
    of = _facet(event)
    if head in wording()["laid_open"] and figure.direction == "none":
        of = "exposure"
    elif head and figure.direction != "none":
        of = ""
    group = None if of == "exposure" else figure.group
    return Measure(figure.incident, population, of, figure.unit, figure.direction, group)


def _facet(event: EventNode | None) -> str:
    if event is None:
        return ""
    if event.type in wording()["exposure"]:
        return "exposure"
    return event.id if event.type == "other" else event.type


def _population(figure: Figure) -> tuple[str, str]:
    """Return the class of the head of what is counted, and the same with the words that make it another population."""
    lists = wording()
    spoken = [singular(word) for word in tokens(figure.thing or "")]
    head = head_noun(figure.thing) or ""
    before = spoken[: spoken.index(head)] if head in spoken else []
    if head in lists["carriers"] and before:
        head = before[-1]
    named = next((name for name, words in lists["synonyms"].items() if head in words), head)
    special = {word for word in (*before, *tokens(figure.text)) if word in lists["populations"]}
    if _is_increment(figure):
        special.add("additional")
    return named, " ".join((*sorted(special), named))


def _is_increment(figure: Figure) -> bool:
    said = figure.witnesses[0].quote.text
    listed = wording()["increments"]
    return follows(said, max(said.find(figure.text), 0), listed) or bool(set(listed) & set(tokens(figure.text)[:1]))


def follows(said: str, place: int, listed: Iterable[str]) -> bool:
    """Tell whether the word right before a place is one of the listed."""
    return bool(set(tokens(said[:place])[-1:]).intersection(listed))

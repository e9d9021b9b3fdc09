"""In: a figure that a text states, and the measures of an incident. Out: the measures that it may be compared on.

Two figures are compared only if they count the same thing in the same unit and of the same event: 33 million accounts
laid open, 33 million monthly users and 33 million won never meet, and nothing is converted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.assembled import EventNode, Figure, Incident
from graph.identity import fold_name, singular, tokens
from graph.intervals import wording
from graph.measures import Measure, follows, measure_of
from graph.reconcile import Reconciled
from graph.verdicts import wordlists
from ontology.terms import MONEY


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that a text states, its measure, and the type of its event, "" where that was not read."""

    figure: Figure
    measure: Measure
    event: str
    exposure: bool


@dataclass(frozen=True, slots=True)
class Match:
    """The measures to compare on, or, where `reason` is not empty, those that come near and why they do not count."""

    measures: tuple[Reconciled, ...]
    reason: str = ""


def asked(figure: Figure, events: Mapping[str, EventNode]) -> Asked:
    """Say what a figure counts, and of what; `events` are those of the text.

    It is the size of the incident where its event is the incident or its exposure; where its sentence has a word for
    laying open, and its event was not read, or accounts or records are counted, which is what an incident lays open;
    and where a text that tells of the incident counts accounts or records of which it does not say that the firm has
    them.
    """
    measure, quote = measure_of(figure, events), figure.witnesses[0].quote.text
    event = events.get(figure.event or "")
    kind = "" if event is None or event.type == "other" else event.type
    laid_open = not set(measure.population.split()).isdisjoint(wording()["laid_open"])
    told = not wordlists()["laying_open"].isdisjoint(tokens(quote))
    held = follows(quote, max(quote.find(figure.text), 0), wordlists()["holding"])
    of_breach = any(one.kind == "breach" for one in events.values()) and laid_open and not kind and not held
    exposure = kind in wording()["exposure"] or (told and (laid_open or not kind)) or of_breach
    return Asked(figure, measure, kind, exposure and figure.direction == "none")


def match(one: Asked, measures: Sequence[Reconciled], events: Mapping[str, EventNode], incident: Incident) -> Match:
    """Find the measures that a figure may be compared on.

    Args:
        one: The figure.
        measures: All measures of the incident.
        events: The incident's events, by id.
        incident: The incident; its firm's name says nothing about what a sum of money is.
    """
    quoted = tuple(each for each in measures if _quotes(one.figure, each))
    if quoted:
        return Match(quoted)
    idle = {singular(word) for name in incident.aliases for word in fold_name(name).split()}
    alike = [each for each in measures if _counts_alike(one, each, events, idle)]
    fitting = [each for each in alike if _same_unit(one, each) and _same_way(one, each, events)]
    sure = [each for each in fitting if _same_event(one, each, events)]
    of_group = [each for each in sure if _same_group(one, each)]
    if of_group:
        return Match(tuple(of_group))
    if sure:
        open_group = tuple(each for each in sure if None in (one.measure.group, each.measure.group))
        return Match(open_group, "group_unread") if open_group else _near(one, measures)
    unsure = tuple(each for each in fitting if _unread(one, each, events))
    if unsure:
        return Match(unsure, "event_unread")
    return _otherwise(one, alike, events) or _near(one, measures)


def _quotes(mine: Figure, each: Reconciled) -> bool:
    """Tell whether a record has the very words in the very sentence: then it is of that record's measure."""
    said = (mine.text, mine.witnesses[0].quote.text)
    known = ((place.figure.text, one.quote.text) for place in each.positions for one in place.figure.witnesses)
    return said in known


def _otherwise(one: Asked, alike: Iterable[Reconciled], events: Mapping[str, EventNode]) -> Match | None:
    """Return the measures of the same thing and event that go the other way, or are in another unit."""
    same = [each for each in alike if _same_event(one, each, events)]
    opposite = tuple(each for each in same if _same_unit(one, each) and _opposed(one, each) and _same_group(one, each))
    if opposite:
        return Match(opposite, "opposite_direction")
    money = one.measure.unit.startswith(MONEY)
    other = tuple(each for each in same if not _same_unit(one, each) and each.measure.unit.startswith(MONEY) == money)
    if not other:
        return None
    return Match(other, "other_currency" if money else "other_unit")


def _near(one: Asked, measures: Iterable[Reconciled]) -> Match:
    """Return the measures on which the same digits are on record."""
    least = wording()["lookalike_least"]
    mine = one.figure
    if max(abs(mine.low or 0), abs(mine.high or 0)) < least:
        return Match((), "no_measure")
    looks = (
        each
        for each in measures
        if any((place.figure.low, place.figure.high) == (mine.low, mine.high) for place in each.positions)
    )
    found = tuple(looks)
    return Match(found, "other_measure") if found else Match((), "no_measure")


def _counts_alike(one: Asked, each: Reconciled, events: Mapping[str, EventNode], idle: set[str]) -> bool:
    """Tell whether both count the same things, and whether both or neither count what the incident laid open.

    What a sum is of, or a share, is often told by its event alone; a thing that is not named then fits any.
    """
    if one.exposure != (each.measure.of == "exposure"):
        return False
    mine, theirs = one.measure.population, each.measure.population
    if mine == theirs and mine:
        return True
    if one.measure.unit == "count" and not one.exposure:
        return False
    empty = idle | {singular(word) for kind in (one.event, *_types(each, events)) for word in kind.split("_")} | {""}
    both = {" ".join(word for word in side.split() if word not in empty) for side in (mine, theirs)}
    return "" in both and one.measure.unit != "count"


def _same_unit(one: Asked, each: Reconciled) -> bool:
    return one.measure.unit == each.measure.unit


def _same_way(one: Asked, each: Reconciled, events: Mapping[str, EventNode]) -> bool:
    """Tell whether both change the same way; where one only counts, the type of the event may say it as well."""
    mine, theirs = one.measure.direction, each.measure.direction
    return mine == theirs or ("none" in (mine, theirs) and one.event in _types(each, events))


def _opposed(one: Asked, each: Reconciled) -> bool:
    return {one.measure.direction, each.measure.direction} == {"increase", "decrease"}


def _same_event(one: Asked, each: Reconciled, events: Mapping[str, EventNode]) -> bool:
    """Tell whether both measure the same event, or the same change of a named thing."""
    if one.exposure or one.event in _types(each, events) or (one.measure.of and one.measure.of == each.measure.of):
        return True
    changes = "none" not in (one.measure.direction, each.measure.direction)
    return changes and bool(one.measure.population) and one.measure.population == each.measure.population


def _unread(one: Asked, each: Reconciled, events: Mapping[str, EventNode]) -> bool:
    return not one.event or not any(_types(each, events))


def _same_group(one: Asked, each: Reconciled) -> bool:
    """Tell whether both are of one group; what counts people or things by name needs no group to be told by."""
    return one.measure.unit == "count" or one.exposure or one.measure.group == each.measure.group


def _types(each: Reconciled, events: Mapping[str, EventNode]) -> set[str]:
    """Return the types of the events that the positions measure, without those that were not read."""
    return set(_read_types((place.figure for place in each.positions), events))


def _read_types(figures: Iterable[Figure], events: Mapping[str, EventNode]) -> Iterator[str]:
    for figure in figures:
        event = events.get(figure.event or "")
        if event is not None and event.type != "other":
            yield event.type

"""In: the figures that articles give. Out: one node per figure with all its witnesses, and the figures of an event.

A figure is (incident, event that it measures, group, head of the counted thing, unit, direction, interval, speaker);
the same digits on another measure or by another speaker are another figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.assembled import Assembled, Figure, Witness
from graph.identity import content_id, head_noun
from ontology.records import Quantity
from ontology.terms import HEDGES


@dataclass(frozen=True, slots=True)
class Stated:
    """One appearance of a figure, its event already placed. `voice` tells its speaker from others, "" the article."""

    incident: str
    event: str | None
    group: str | None
    voice: str
    quantity: Quantity
    witness: Witness

    @property
    def id(self) -> str:
        """The id of the figure that this is an appearance of."""
        said = self.quantity
        measure = (self.incident, self.event, self.group, head_noun(said.thing), said.unit, said.direction)
        return content_id("figure", *measure, said.low, said.high, said.qualifier, self.voice)


def assemble_figures(stated: Iterable[Stated]) -> tuple[Figure, ...]:
    """Join the appearances of each figure, by id."""
    groups: dict[str, list[Stated]] = defaultdict(list)
    for one in stated:
        groups[one.id].append(one)
    return tuple(_join(key, groups[key]) for key in sorted(groups))


def _join(key: str, alike: Sequence[Stated]) -> Figure:
    ordered = sorted(alike, key=lambda one: witness_order(one.witness))
    first = ordered[0]
    said = first.quantity
    return Figure(
        id=key,
        incident=first.incident,
        event=first.event,
        group=first.group,
        thing=said.thing,
        unit=said.unit,
        low=said.low,
        high=said.high,
        qualifier=said.qualifier,
        direction=said.direction,
        text=said.span.text,
        speaker=first.witness.speaker,
        hedge=firmest(one.witness for one in ordered),
        witnesses=tuple(dict.fromkeys(one.witness for one in ordered)),
    )


def firmest(witnesses: Iterable[Witness]) -> str:
    """Return the firmest hedge among witnesses; there has to be one."""
    return min((witness.hedge for witness in witnesses), key=HEDGES.index)


def witness_order(witness: Witness) -> tuple[object, ...]:
    """Return the sort key of witnesses: by article, then by place, so that no arrival order shows."""
    return (witness.article, witness.quote, witness.rule, witness.origin, witness.hedge, witness.confidence)


def figures_by_event(assembled: Assembled) -> dict[str, tuple[Figure, ...]]:
    """Return the figures that measure each event, by event id; events without figures are left out."""
    found: dict[str, list[Figure]] = defaultdict(list)
    for figure in assembled.figures:
        if figure.event is not None and not figure.unsupported:
            found[figure.event].append(figure)
    return {event: tuple(figures) for event, figures in found.items()}

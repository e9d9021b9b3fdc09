"""In: the causal claims of the assembled graph. Out: the same as arrays, links out of and into every event (CSR).

Every claim with support whose ends are two known events is a link, parallel ones too. What a search may use is told by
masks over the columns, so that one set of arrays serves every question at one `seq` of the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from graph.assembled import Assembled, Claim, EventNode
from ontology.terms import HEDGES, RELATIONS

Ints = NDArray[np.int32]
UNKNOWN: Final = np.iinfo(np.int32).max  # the day of an article that has none: after every other


@dataclass(frozen=True, slots=True)
class Columns:
    """The links, a row each. Ends are places in the events, `relation` and `hedge` places in the vocabularies.

    `first` and `last` are the first and last day (`date.toordinal`) that an article tells it, `UNKNOWN` without a day.
    `disputed` marks what somebody else denies, or asserts where it is a denial. `claim` is the place of its claim.
    """

    cause: Ints
    effect: Ints
    belief: NDArray[np.float64]
    relation: NDArray[np.int8]
    hedge: NDArray[np.int8]
    origins: Ints
    negated: NDArray[np.bool_]
    disputed: NDArray[np.bool_]
    first: Ints
    last: Ints
    claim: Ints

    def take(self, places: NDArray[Any]) -> Self:
        """Return some rows, in the order of their places."""
        return type(self)(*(getattr(self, field.name)[places] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Links:
    """Which links leave or enter each event: `order[start[v]:start[v + 1]]` for event `v`."""

    start: Ints
    order: Ints

    def of(self, events: NDArray[Any]) -> tuple[NDArray[np.int64], Ints]:
        """Return how many links each of some events has, and the links, event by event."""
        first = self.start[events]
        counts = self.start[events + 1] - first
        ends = np.cumsum(counts)
        places = np.repeat(first - ends + counts, counts)
        places += np.arange(len(places))
        return counts, self.order[places]


@dataclass(frozen=True, slots=True)
class Arrays:
    """The causal graph: `count` events, the columns of its links, and the links out of and into every event.

    The columns are sorted by cause, so that what leaves an event stands together, then by effect and falling belief.
    """

    count: int
    columns: Columns
    out: Links
    into: Links

    @classmethod
    def build(cls, count: int, columns: Columns) -> Self:
        """Sort the links by their ends, and those that join the same two events by belief, the most believed first."""
        falling = np.argsort(-columns.belief, kind="stable")
        ends = columns.cause.astype(np.int64) * count + columns.effect
        sorted_ = columns.take(falling[np.argsort(ends[falling], kind="stable")])
        return cls(count, sorted_, links_by(sorted_.cause, count), links_by(sorted_.effect, count))


def links_by(ends: NDArray[Any], count: int) -> Links:
    """Return the links of every event that is such an end; those of one event stay in order."""
    start = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(ends, minlength=count), out=start[1:])
    return Links(start, np.argsort(ends, kind="stable").astype(np.int32))


def arrays_of(assembled: Assembled) -> Arrays:
    """Lay out the causal graph; an event's place is its place in `assembled.events`."""
    places = {event.id: place for place, event in enumerate(assembled.events)}
    linked = [
        (place, claim)
        for place, claim in enumerate(assembled.claims)
        if not claim.unsupported and claim.cause != claim.effect and {claim.cause, claim.effect} <= places.keys()
    ]
    claims = [claim for _, claim in linked]
    days = {article.id: _ordinal(article.published) for article in assembled.articles}
    told = [[days.get(witness.article, UNKNOWN) for witness in claim.witnesses] for claim in claims]
    columns = Columns(
        cause=_column((places[claim.cause] for claim in claims), np.int32),
        effect=_column((places[claim.effect] for claim in claims), np.int32),
        belief=_column((claim.belief for claim in claims), np.float64),
        relation=_column((RELATIONS.index(claim.relation) for claim in claims), np.int8),
        hedge=_column((HEDGES.index(claim.hedge) for claim in claims), np.int8),
        origins=_column((claim.origins for claim in claims), np.int32),
        negated=_column((claim.negated for claim in claims), np.bool_),
        disputed=_column(_disputed(assembled, claims), np.bool_),
        first=_column(map(min, told), np.int32),
        last=_column(map(max, told), np.int32),
        claim=_column((place for place, _ in linked), np.int32),
    )
    return Arrays.build(len(assembled.events), columns)


def _column(values: Iterable[Any], kind: type[np.generic]) -> NDArray[Any]:
    return np.fromiter(values, kind)


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else UNKNOWN


def opposite_events(assembled: Assembled) -> dict[str, str]:
    """Return, by id, the event that denies an event, or that is denied by it, where both are told."""
    named = {_kind(event, negated=event.negated): event.id for event in assembled.events if event.type != "other"}
    found = ((event.id, named.get(_kind(event, negated=not event.negated))) for event in assembled.events)
    return {event: opposite for event, opposite in found if opposite is not None}


def _kind(event: EventNode, *, negated: bool) -> tuple[object, ...]:
    return event.incident, event.kind, event.type, event.group, event.effect, negated


def _disputed(assembled: Assembled, claims: Sequence[Claim]) -> list[bool]:
    """Tell of each claim whether its denial is told too, or that its cause had the opposite of its effect."""
    told = {(claim.cause, claim.effect, claim.relation, claim.negated) for claim in claims}
    opposites = opposite_events(assembled)
    return [
        (claim.cause, claim.effect, claim.relation, not claim.negated) in told
        or (claim.cause, opposites.get(claim.effect, ""), claim.relation, claim.negated) in told
        for claim in claims
    ]

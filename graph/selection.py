"""In: the causal graph and what a trace is to leave out. Out: what each link costs, and its claim as it then was.

Filters are masks over the links that are asked about. Only a claim that was told or denied both before and after the
day that a trace looks back to is counted anew: its belief, its origins and how firmly it was told by then.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from graph.arrays import Arrays, arrays_of, opposite_events
from graph.as_of import claim_as_of, published_by
from graph.assembled import Assembled, Claim, Figure
from graph.curation import Curation
from graph.figures import figures_by_event
from graph.paths import cost_of
from ontology.records import Article
from ontology.terms import HEDGES, RELATIONS

HARMFUL: Final = ("causes", "enables", "includes")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the links of a path have to be.

    `relations` are those it may have; add `prevents` to see what was averted. `max_hedge` is the loosest wording.
    `as_of` counts only what was published by that day; articles without a day are then left out. `exclude` has ids of
    events and claims. `denied` takes links that the articles deny, `include_disputed` those that some of them deny.
    """

    relations: tuple[str, ...] = HARMFUL
    min_link_belief: float = 0.0
    min_origins: int = 0
    max_hedge: str = HEDGES[-1]
    as_of: date | None = None
    exclude: frozenset[str] = frozenset()
    denied: bool = False
    include_disputed: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    """One assembled graph, laid out to be traced; made once for each `seq`."""

    assembled: Assembled
    arrays: Arrays
    places: Mapping[str, int]
    articles: Mapping[str, Article]
    figures: Mapping[str, tuple[Figure, ...]]
    opposites: Mapping[str, str]
    accepted: frozenset[str]

    @classmethod
    def of(cls, assembled: Assembled) -> Self:
        """Lay out a graph."""
        return cls(
            assembled=assembled,
            arrays=arrays_of(assembled),
            places={event.id: place for place, event in enumerate(assembled.events)},
            articles={article.id: article for article in assembled.articles},
            figures=figures_by_event(assembled),
            opposites=opposite_events(assembled),
            accepted=Curation.read(assembled.decisions).accepted,
        )

    def claim(self, link: int) -> Claim:
        """Return the claim that a link is."""
        return self.assembled.claims[int(self.arrays.columns.claim[link])]

    def denials(self, link: int) -> Iterator[Claim]:
        """Yield the claims that speak against one: its denial, and the same of the opposite of its effect."""
        claim = self.claim(link)
        _, beside = self.arrays.out.of(self.arrays.columns.cause[[link]])
        for other in map(self.claim, beside.tolist()):
            same = other.effect == claim.effect and other.negated != claim.negated
            opposite = other.effect == self.opposites.get(claim.effect) and other.negated == claim.negated
            if other.relation == claim.relation and (same or opposite):
                yield other


class Selection:
    """The links of a graph that pass the filters."""

    def __init__(self, index: Index, filters: Filters) -> None:
        self._index, self._filters = index, filters
        self._relations = np.array([relation in filters.relations for relation in RELATIONS])
        self._loosest = HEDGES.index(filters.max_hedge)
        self._day = filters.as_of.toordinal() if filters.as_of else None
        self._then: dict[int, Claim] = {}
        self._events_out = np.array([index.places[one] for one in filters.exclude & index.places.keys()], np.int64)
        claims = filters.exclude - index.places.keys()
        told = enumerate(index.assembled.claims) if claims else ()
        self._claims_out = np.array([place for place, claim in told if claim.id in claims], np.int64)

    def costs(self, links: NDArray[Any]) -> NDArray[np.float64]:
        """Return what links cost; infinity for those that do not pass."""
        columns, filters = self._index.arrays.columns, self._filters
        passed = self._relations[columns.relation[links]]
        if not filters.denied:
            passed &= ~columns.negated[links]
        if not filters.include_disputed:
            passed &= ~columns.disputed[links]
        if filters.exclude:
            passed &= ~self._excluded(links)
        belief, origins, hedge = columns.belief[links], columns.origins[links], columns.hedge[links]
        if self._day is not None:
            passed &= columns.first[links] <= self._day
            for place in np.flatnonzero(passed & self._changes(links)):
                then = self.claim(int(links[place]))
                belief[place], origins[place], hedge[place] = then.belief, then.origins, HEDGES.index(then.hedge)
        passed &= (belief >= filters.min_link_belief) & (origins >= filters.min_origins) & (hedge <= self._loosest)
        return np.where(passed, cost_of(belief), math.inf)

    def claim(self, link: int) -> Claim:
        """Return the claim that a link is, with the witnesses that count; there has to be one."""
        claim = self._index.claim(link)
        if self._filters.as_of is None or not self._changes(np.array([link]))[0]:
            return claim
        if link not in self._then:
            denials, accepted = self._index.denials(link), claim.id in self._index.accepted
            then = claim_as_of(claim, denials, self._index.articles, self._filters.as_of, accepted=accepted)
            assert then is not None
            self._then[link] = then
        return self._then[link]

    def figures(self, event: str) -> Iterable[Figure]:
        """Yield the figures that measure an event, with the witnesses that count; those without any are left out."""
        for figure in self._index.figures.get(event, ()):
            told = published_by(figure.witnesses, self._index.articles, self._filters.as_of)
            if told:
                yield replace(figure, witnesses=told)

    def _excluded(self, links: NDArray[Any]) -> NDArray[np.bool_]:
        columns = self._index.arrays.columns
        ends = np.isin(columns.cause[links], self._events_out) | np.isin(columns.effect[links], self._events_out)
        return ends | np.isin(columns.claim[links], self._claims_out)

    def _changes(self, links: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell which links were told in part after the day, or may have been denied after it."""
        columns = self._index.arrays.columns
        changes: NDArray[np.bool_] = (columns.last[links] > self._day) | columns.disputed[links]
        return changes

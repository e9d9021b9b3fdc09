"""In: a causal graph as arrays, an event, and goals. Out: the part of it that lies between them, within the limits.

Everything is done for all events at once, front by front. A region has its own numbers for events; every goal is one
more node behind its events, joined to them by edges that cost nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.arrays import Arrays, Links, links_by

Ints = NDArray[np.int64]
Places = NDArray[np.int32]
Floats = NDArray[np.float64]
Costs = Callable[[NDArray[Any]], Floats]
Neighbours = Callable[[NDArray[Any]], tuple[Places, NDArray[Any], Floats]]


@dataclass(frozen=True, slots=True)
class Region:
    """A graph of its own: edges sorted by tail, nodes from `size` on are the goals, paths begin at `source`.

    `link` tells which link an edge is, -1 for those to a goal. `here` is at most what it costs to come to a node, and
    `togo` is the least cost from it to a goal, both 0 where no limit asks for them; a path whose cost with `togo` is
    above the `limit` is not wanted.
    """

    tail: Places
    head: Places
    cost: Floats
    link: NDArray[np.int32]
    goals: Ints
    size: int
    source: int
    here: Floats
    togo: Floats
    limit: float

    @property
    def count(self) -> int:
        """The number of nodes, goals included."""
        return self.size + len(self.goals)


def around(
    arrays: Arrays, source: int, ends: Ints, goals: Ints, costs: Costs, *, back: bool, hops: int | None, limit: float
) -> tuple[Region | None, Ints]:
    """Cut out what an event reaches, and of that what leads to goals; None where it reaches none. And the ends it does.

    Args:
        arrays: The causal graph.
        source: The event, by its place.
        ends: Events that are looked for.
        goals: For each of them, the number of the goal that it belongs to.
        costs: What links cost; infinity for those that are not to be used.
        back: Whether links are followed from effect to cause.
        hops: The most links that a path may have.
        limit: The most that it may cost.
    """
    side, far = (arrays.into, arrays.columns.cause) if back else (arrays.out, arrays.columns.effect)
    bounded = limit < math.inf

    def neighbours(events: NDArray[Any]) -> tuple[Places, NDArray[Any], Floats]:
        owner, links = side.of(events)
        cost = costs(links)
        return owner, far[links], cost if bounded else np.where(cost < math.inf, 0.0, math.inf)

    least = np.full(arrays.count, math.inf)
    least[source] = 0.0
    spread(least, np.array([source]), neighbours, limit, hops)
    nodes = np.flatnonzero(least < math.inf)
    place = np.full(arrays.count, -1, np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    owner, links = side.of(nodes)
    cost, head = costs(links), place[far[links]]
    used = np.flatnonzero((cost < math.inf) & (head >= 0))
    used = _cheapest(owner, head, cost, used)
    reached = place[ends] >= 0
    known, numbered = _numbered(goals[reached])
    whole = Region(
        tail=np.concatenate([owner[used], place[ends[reached]]]),
        head=np.concatenate([head[used], (len(nodes) + numbered).astype(np.int32)]),
        cost=np.concatenate([cost[used], np.zeros(len(numbered))]),
        link=np.concatenate([links[used], np.full(len(numbered), -1, np.int32)]),
        goals=known,
        size=len(nodes),
        source=int(place[source]),
        here=np.concatenate([least[nodes], np.zeros(len(known))]),
        togo=np.zeros(len(nodes) + len(known)),
        limit=limit,
    )
    return narrowed(whole, np.arange(len(known)), np.zeros(len(known)), limit), ends[reached]


def narrowed(region: Region, kept: Ints, ahead: Floats, limit: float) -> Region | None:
    """Keep some of the goals and what lies on ways to them within the limit; None where nothing does.

    `ahead` is what each of these goals costs in addition, so that each of them can have a limit of its own.
    """
    count = region.count
    weight = region.cost if limit < math.inf else np.zeros(len(region.cost))
    here, togo = region.here, np.full(count, math.inf)
    togo[region.size + kept] = ahead
    spread(togo, region.size + kept, _along(links_by(region.head, count), region.tail, weight), limit)
    inside = (here + togo <= limit) & (togo < math.inf)
    if not inside[region.source]:
        return None
    place = np.cumsum(inside, dtype=np.int32) - np.int32(1)
    size = int(np.count_nonzero(inside[: region.size]))
    used = np.flatnonzero(inside[region.tail] & inside[region.head])
    used = used[here[region.tail[used]] + weight[used] + togo[region.head[used]] <= limit]
    used = used[np.argsort(place[region.tail[used]], kind="stable")]
    return Region(
        tail=place[region.tail[used]],
        head=place[region.head[used]],
        cost=region.cost[used],
        link=region.link[used],
        goals=region.goals[inside[region.size :]],
        size=size,
        source=int(place[region.source]),
        here=here[inside],
        togo=togo[inside],
        limit=limit,
    )


def spread(least: Floats, front: NDArray[Any], neighbours: Neighbours, limit: float, rounds: int | None = None) -> None:
    """Lower the least costs of all nodes that the front leads to, in place, until none is lowered, or for some rounds.

    Source: Bellman 1958, "On a routing problem", Quarterly of Applied Mathematics 16.
    """
    last = np.empty(len(least), np.int32)
    while len(front) and rounds != 0:
        owner, heads, cost = neighbours(front)
        reach = least[front][owner] + cost
        better = (reach < least[heads]) & (reach <= limit)
        heads = heads[better]
        np.minimum.at(least, heads, reach[better])
        number = np.arange(len(heads), dtype=np.int32)
        last[heads] = number  # of several to one node the last one stays
        front = heads[last[heads] == number]
        rounds = None if rounds is None else rounds - 1


def _along(links: Links, far: Places, weight: Floats) -> Neighbours:
    """Return the neighbours of nodes along edges that are listed by node."""

    def neighbours(nodes: NDArray[Any]) -> tuple[Places, NDArray[Any], Floats]:
        owner, edges = links.of(nodes)
        return owner, far[edges], weight[edges]

    return neighbours


def _numbered(goals: Ints) -> tuple[Ints, Ints]:
    """Return which goals there are, in order, and of each place which of these it is."""
    there = np.zeros(int(goals.max(initial=-1)) + 1, np.bool_)
    there[goals] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[goals]


def _cheapest(tail: Places, head: Places, cost: Floats, edges: Ints) -> Ints:
    """Of edges that join the same two nodes keep the cheapest; they stand side by side, mostly in order of cost."""
    same = (tail[edges[1:]] == tail[edges[:-1]]) & (head[edges[1:]] == head[edges[:-1]])
    if np.any(same & (cost[edges[1:]] < cost[edges[:-1]])):
        edges = edges[np.lexsort((cost[edges], head[edges], tail[edges]))]
        same = (tail[edges[1:]] == tail[edges[:-1]]) & (head[edges[1:]] == head[edges[:-1]])
    return edges[np.concatenate([[True], ~same])] if len(edges) else edges

"""In: a causal graph as arrays, an event, and goals. Out: the part of it that lies between them, within the limits.

Everything is done for all events at once, front by front. A region has its own numbers for its nodes. Every goal is one
more node behind its events, joined to them by edges that cost nothing. An event with one way in is no node: whoever
comes to it was at the event before, so its ways on are ways on from that one, as chains of links.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.arrays import Arrays, Links, links_by

Ints = NDArray[np.int64]
Places = NDArray[np.int32]
Floats = NDArray[np.float64]
Costs = Callable[[NDArray[Any]], Floats]
_MOST: Final = sys.float_info.max  # below the infinite cost of what cannot be used


@dataclass(frozen=True, slots=True)
class Region:
    """A graph of its own: edges sorted by tail, nodes from `size` on are the goals, paths begin at `source`.

    An edge has `length` links: seen from its head `link[chain]`, `link[before[chain]]` and so on until `before` is -1,
    without those that are -1, which lead to a goal. `here` is at most what it costs to come to a node, and `togo` is
    the least cost from it to a goal, both 0 where no limit asks for them; a path whose cost with `togo` is above the
    `limit` is not wanted.
    """

    tail: Places
    head: Places
    cost: Floats
    length: Places
    chain: Places
    link: Places
    before: Places
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
    columns = arrays.columns
    ways = (arrays.out, columns.effect), (arrays.into, columns.cause)
    (onward, heads), (backward, tails) = ways[::-1] if back else ways

    def weight(links: NDArray[Any]) -> Floats:
        cost = costs(links)
        return cost if limit < math.inf else np.where(cost < math.inf, 0.0, math.inf)

    here, togo = np.full(arrays.count, math.inf), np.full(arrays.count, math.inf)
    here[source] = 0.0
    spread(here, np.array([source]), onward, heads, weight, np.broadcast_to(0.0, arrays.count), limit, hops)
    reached = here[ends] < math.inf
    ends = ends[reached]
    togo[ends] = 0.0
    spread(togo, ends, backward, tails, weight, here, limit)
    if togo[source] == math.inf:
        return None, ends
    nodes = np.flatnonzero(togo < math.inf)
    counts, links = onward.of(nodes)
    within = np.repeat(here[nodes], counts) + weight(links) + togo[heads[links]] <= min(limit, _MOST)
    links = _cheapest(links[within], costs, tails, heads)
    here, togo = here[nodes], togo[nodes]
    known, numbered = _numbered(goals[reached])
    place = np.empty(arrays.count, np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    link = np.concatenate([links, np.full(len(ends), -1, np.int32)])
    whole = Region(
        tail=place[np.concatenate([tails[links], ends])],
        head=np.concatenate([place[heads[links]], (len(nodes) + numbered).astype(np.int32)]),
        cost=np.concatenate([costs(links), np.zeros(len(ends))]),
        length=(link >= 0).astype(np.int32),
        chain=np.arange(len(link), dtype=np.int32),
        link=link,
        before=np.full(len(link), -1, np.int32),
        goals=known,
        size=len(nodes),
        source=int(place[source]),
        here=np.concatenate([here, np.zeros(len(known))]),
        togo=np.concatenate([togo, np.zeros(len(known))]),
        limit=limit,
    )
    return _folded(whole), ends


def narrowed(region: Region, kept: Ints, ahead: Floats, limit: float) -> Region | None:
    """Keep some of the goals and what lies on ways to them within the limit; None where nothing does.

    `ahead` is what each of these goals costs in addition, so that each of them can have a limit of its own.
    """
    weight = region.cost if limit < math.inf else np.zeros(len(region.cost))
    togo = np.full(region.count, math.inf)
    togo[region.size + kept] = ahead
    into = links_by(region.head, region.count)
    spread(togo, region.size + kept, into, region.tail, weight.__getitem__, region.here, limit)
    inside = togo < math.inf
    if not inside[region.source]:
        return None
    used = np.flatnonzero(region.here[region.tail] + weight + togo[region.head] <= min(limit, _MOST))
    return _cut(replace(region, togo=togo, limit=limit), inside, used)


def spread(
    least: Floats,
    front: NDArray[Any],
    links: Links,
    far: Places,
    weight: Costs,
    beyond: Floats,
    limit: float,
    rounds: int | None = None,
) -> None:
    """Lower the least costs of all nodes that the front leads to, in place, until none is lowered, or for some rounds.

    The links are listed by node and lead to their `far` ends. A node that would cost more than the limit, together with
    what lies `beyond` it, is not come to.

    Source: Bellman 1958, "On a routing problem", Quarterly of Applied Mathematics 16.
    """
    last, limit = np.empty(len(least), np.int32), min(limit, _MOST)
    while len(front) and rounds != 0:
        counts, taken = links.of(front)
        reach = np.repeat(least[front], counts) + weight(taken)
        near = np.flatnonzero(reach <= limit)
        heads, reach = far[taken[near]], reach[near]
        better = np.flatnonzero((reach < least[heads]) & (reach + beyond[heads] <= limit))
        heads = heads[better]
        np.minimum.at(least, heads, reach[better])
        number = np.arange(len(heads), dtype=np.int32)
        last[heads] = number  # of several to one node the last one stays
        front = heads[last[heads] == number]
        rounds = None if rounds is None else rounds - 1


def _folded(region: Region) -> Region:
    """Leave out every event with one way in, and let what leaves it leave the last node before it."""
    tail, head = region.tail, region.head
    way = np.full(region.count, -1, np.int32)
    way[head] = region.chain
    inside = np.bincount(head, minlength=region.count) != 1
    inside[region.source] = inside[region.size :] = True
    way[inside] = -1
    root = np.where(inside, np.arange(region.count), tail[way])
    cost, length = (np.where(inside, 0, part[way]) for part in (region.cost, region.length))
    for _ in range(region.count.bit_length()):  # an end, even to a ring that only rounding cut off from the source
        if np.all(inside[root]):
            break
        cost, length, root = cost + cost[root], length + length[root], root[root]
    kept = np.flatnonzero(inside[head] & inside[root[tail]] & (root[tail] != head))
    kept = kept[np.argsort(root[tail[kept]], kind="stable")]
    long = replace(
        region, tail=root[tail], cost=cost[tail] + region.cost, length=length[tail] + region.length, before=way[tail]
    )
    return _cut(long, inside, kept)


def _cut(region: Region, inside: NDArray[np.bool_], edges: Ints) -> Region:
    """Keep some nodes and some edges between them, in order of their tails."""
    place = np.cumsum(inside, dtype=np.int32) - np.int32(1)
    return replace(
        region,
        tail=place[region.tail[edges]],
        head=place[region.head[edges]],
        cost=region.cost[edges],
        length=region.length[edges],
        chain=region.chain[edges],
        goals=region.goals[inside[region.size :]],
        size=int(np.count_nonzero(inside[: region.size])),
        source=int(place[region.source]),
        here=region.here[inside],
        togo=region.togo[inside],
    )


def _numbered(goals: Ints) -> tuple[Ints, Ints]:
    """Return which goals there are, in order, and of each place which of these it is."""
    there = np.zeros(int(goals.max(initial=-1)) + 1, np.bool_)
    there[goals] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[goals]


def _cheapest(links: Places, costs: Costs, tails: Places, heads: Places) -> Places:
    """Of links that join the same two events keep the cheapest; they stand side by side, mostly in order of cost."""
    tail, head, cost = tails[links], heads[links], costs(links)
    same = (tail[1:] == tail[:-1]) & (head[1:] == head[:-1])
    if np.any(same & (cost[1:] < cost[:-1])):
        links = links[np.lexsort((cost, head, tail))]
    return links[np.concatenate([[True], ~same])] if len(links) else links

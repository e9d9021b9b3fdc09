"""In: a causal graph as arrays, an event, and what is looked for. Out: the k cheapest simple paths to each, proven so.

The part of the graph that lies between the event and its goals is cut out first (`graph.region`). `graph.labels` finds
the paths in it and, for each goal, a bound below which none can be missing. A goal whose k paths are not all under its
bound is searched for again with more labels, among what can still better its paths, and if need be alone, by detours.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph import compiled, detours, labels
from graph.arrays import Arrays, links_by
from graph.region import Costs, Floats, Ints, Region, around, narrowed

IMPOSSIBLE: Final = 1000.0  # the cost of a link of no belief, above that of any number: -ln(5e-324) is 744.5
SLACK: Final = 1e-9  # what sums of rounded logarithms may be off
_LARGE: Final = 100_000  # edges times paths from which on compiled code is worth loading
_MORE: Final = 4  # times as many labels in the next try
_FAR: Final = 1e12  # a limit above the cost of any path, where costs are wanted all the same


def cost_of(belief: Floats) -> Floats:
    """Return what links cost: `-ln(belief)`, so that the cheapest path is the most believed one.

    >>> cost_of(np.array([0.5, 0.0])).round(3).tolist()
    [0.693, 1000.0]
    """
    some = belief > 0.0
    return np.where(some, -np.log(np.where(some, belief, 1.0)), IMPOSSIBLE)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: `k` paths to each goal, of no more than `max_hops` links and `max_cost` in all.

    `back` follows the links from effect to cause. After `timeout` seconds what is proven by then is the answer. `fast`
    tells whether to run compiled; None: where numba is there and the graph is large.
    """

    k: int = 10
    max_hops: int | None = None
    max_cost: float = math.inf
    back: bool = False
    timeout: float | None = None
    fast: bool | None = None


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths to some goals, cheapest first: row `i` is of goal `goals[i]`, from path `begin[i]` to `begin[i + 1]`.

    Path `j` costs `costs[j]`; its links are `links[steps[j]:steps[j + 1]]`, in the order of causes and effects. `whole`
    tells by row that these are the k cheapest, or all there are; else the rest could not be proven in time. `most` is,
    by row, the cost that a better path would have to be under, infinity where less than k were found.
    """

    goals: Ints
    begin: Ints
    costs: Floats
    steps: Ints
    links: NDArray[np.int32]
    whole: NDArray[np.bool_]
    most: Floats

    def of(self, row: int) -> range:
        """Return which paths are of a row."""
        return range(int(self.begin[row]), int(self.begin[row + 1]))


@dataclass(slots=True)
class Found:
    """What the first search found, and by goal what those after it found; the ends that were reached at all."""

    first: Paths | None = None
    again: dict[int, tuple[Paths, int]] = field(default_factory=dict)
    reached: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    tries: int = 0

    @property
    def goals(self) -> list[int]:
        """The goals that were reached."""
        return [] if self.first is None else self.first.goals.tolist()

    def add(self, paths: Paths) -> None:
        """Take what another search found; where it was ended early and had proven less, what was known stays."""
        self.tries += 1
        if self.first is None:
            self.first = paths
            return
        for row, goal in enumerate(paths.goals.tolist()):
            if paths.whole[row] or len(paths.of(row)) > sum(1 for _ in self.paths(goal)):
                self.again[goal] = paths, row

    @property
    def complete(self) -> bool:
        """Whether every goal has its k cheapest paths, or all there are."""
        return self.first is None or all(map(self.is_complete, self.first.goals[~self.first.whole].tolist()))

    def is_complete(self, goal: int) -> bool:
        """Tell whether a goal has its k cheapest paths, or all there are; so it is of a goal that is not reached."""
        row = self._row(goal)
        return row is None or bool(row[0].whole[row[1]])

    def paths(self, goal: int) -> Iterator[tuple[float, NDArray[np.int32]]]:
        """Yield the paths to a goal, cheapest first: the cost, and the links in the order of causes and effects."""
        row = self._row(goal)
        if row is not None:
            found = row[0]
            for path in found.of(row[1]):
                yield float(found.costs[path]), found.links[found.steps[path] : found.steps[path + 1]]

    def _row(self, goal: int) -> tuple[Paths, int] | None:
        if self.first is None or goal in self.again:
            return self.again.get(goal)
        row = int(np.searchsorted(self.first.goals, goal))
        return (self.first, row) if row < len(self.first.goals) and self.first.goals[row] == goal else None


def find_paths(arrays: Arrays, source: int, ends: Ints, goals: Ints, costs: Costs, search: Search) -> Found:
    """Find the k cheapest simple paths from one event to each goal.

    Args:
        arrays: The causal graph.
        source: The event to start from, by its place.
        ends: The events that are looked for, by their places, without the source.
        goals: For each of them the number of its goal; a path to any event of a goal is one to the goal.
        costs: What links cost, by their places in the columns; infinity for one that is not to be used. Of links that
            join the same two events the cheapest one is taken.
        search: How many, and within which limits.
    """
    limit = search.max_cost + SLACK
    region, reached = around(arrays, source, ends, goals, costs, back=search.back, hops=search.max_hops, limit=limit)
    found = Found(reached=reached)
    first = 2 * search.k
    queue = [] if region is None else [(region, first)]
    engine = labels if region is None else _engine(region, search)
    with _deadline(search.timeout) as stop:
        while queue:
            region, cap = queue.pop()
            paths = _run(engine, region, search, cap, stop)
            found.add(paths)
            if stop[0]:
                break
            if search.max_hops is not None or cap == first:
                queue += [(again, cap * _MORE) for again in _open(region, paths)]
                continue
            for row in np.flatnonzero(~paths.whole).tolist():
                found.add(_detoured(engine, region, search, row, float(paths.most[row]), stop))
    return found


def _open(region: Region, paths: Paths) -> Iterator[Region]:
    """Yield what is to be searched again: for goals with k paths what may be cheaper, for the others all."""
    for rows in (~paths.whole & (paths.most < math.inf), ~paths.whole & (paths.most == math.inf)):
        kept = np.flatnonzero(rows)
        if len(kept):
            most = np.minimum(paths.most[kept] + SLACK, region.limit)
            limit = float(most.max())
            again = narrowed(region, kept, limit - most if limit < math.inf else np.zeros(len(kept)), limit)
            if again is not None:
                yield again


def _run(engine: Any, region: Region, search: Search, cap: int, stop: NDArray[np.uint8]) -> Paths:
    """Search a region once; only what is proven is kept."""
    wanted = labels.Wanted(search.k, cap, search.max_hops or 0, region.limit)
    ends, edge, parent = engine.search(_network(region, engine), wanted, stop)
    counts = np.diff(ends.begin)
    row = np.repeat(np.arange(len(counts)), counts)
    most = np.full(len(counts), math.inf)
    full = np.flatnonzero(counts == search.k)
    most[full] = ends.cost[ends.begin[full] + search.k - 1]
    whole = (ends.bound + region.togo[region.size :] > region.limit) | (most <= ends.bound + SLACK)
    proven = whole[row] | (ends.cost <= ends.bound[row] + SLACK)
    begin = np.concatenate([[0], np.cumsum(np.bincount(row[proven], minlength=len(counts)))])
    last = ends.edge[proven], ends.label[proven], ends.links[proven]
    steps, links = _unrolled(engine, region, (edge, parent), last, back=search.back)
    return Paths(region.goals, begin, ends.cost[proven], steps, links, whole, most)


def _detoured(engine: Any, region: Region, search: Search, row: int, most: float, stop: NDArray[np.uint8]) -> Paths:
    """Search for the paths to one goal alone, by detours; `most` is what the dearest of k known ones costs."""
    limit = min(region.limit - float(region.togo[region.size + row]), most + SLACK, _FAR)
    alone = narrowed(region, np.array([row]), np.zeros(1), limit)
    assert alone is not None  # there is a path, or the goal would not be there
    ways = detours if engine is labels else compiled.compiled(detours)
    edges, begin, costs = ways.search(_network(alone, engine), search.k, limit, stop)
    before = np.arange(len(edges), dtype=np.int32) - np.int32(1)
    before[begin[:-1]] = -1
    place, length = begin[1:] - 1, np.add.reduceat(np.append(alone.length, 0)[edges], begin[:-1])
    last = edges[place], before[place], length
    steps, links = _unrolled(engine, alone, (edges, before), last, back=search.back)
    whole = np.array([len(costs) == search.k or not stop[0]])
    return Paths(alone.goals, np.array([0, len(costs)]), costs, steps, links, whole, np.array([most]))


def _unrolled(
    engine: Any, region: Region, made: tuple[Ints, Ints], last: tuple[Ints, Ints, Ints], *, back: bool
) -> tuple[Ints, NDArray[np.int32]]:
    """Return the links of all paths in a row, in the order of causes and effects, and where each path's begin.

    The paths are told by their last edges, the labels before those, and how many links they have.
    """
    steps = np.concatenate([[0], np.cumsum(last[2])])
    chains = (np.append(region.chain, np.int32(-1)), region.link, region.before)
    ends = (*last[:2], steps[:-1] if back else steps[1:] - 1)
    links = np.empty(steps[-1], np.int32)
    engine.unroll(*(tuple(_laid(engine, parts)) for parts in (chains, made, ends)), 1 if back else -1, links)
    return steps, links


def _network(region: Region, engine: Any) -> labels.Network:
    """Lay a region out for the search."""
    into = links_by(np.append(region.head, np.int32(region.source)), region.count)
    parts = (
        np.searchsorted(region.tail, np.arange(region.count + 1)),
        np.append(region.head, region.source).astype(np.int64),
        np.append(region.cost, 0.0),
        np.append(region.length, 0).astype(np.int64),
        np.append(region.tail, -1).astype(np.int64),
        into.start,
        into.order.astype(np.int64),
        region.togo,
    )
    return labels.Network._make([*_laid(engine, parts), region.size])


def _laid(engine: Any, parts: Iterable[NDArray[Any]]) -> list[Any]:
    """Lay numbers out: as lists to run as they are, as arrays to run compiled."""
    return [part.tolist() if engine is labels else part for part in parts]


def _engine(region: Region, search: Search) -> Any:
    """Return the functions to search with: compiled where that is asked for, or is there and worth it."""
    fast = search.fast
    if fast is None:
        fast = len(region.tail) * search.k >= _LARGE and compiled.available()
    return warm() if fast else labels


def warm() -> Any:
    """Compile the search, or read it back from where it was kept, and return it; at once after the first time."""
    engine = compiled.compiled(labels)
    if not engine.search.signatures:
        goal, none, togo = np.array([0]), np.zeros(1, np.int32), np.zeros(2)
        region = Region(none, none + 1, np.zeros(1), none, none, none, none - 1, goal, 1, 0, togo, togo, math.inf)
        _run(engine, region, Search(1), 1, np.zeros(1, np.uint8))
    return engine


@contextmanager
def _deadline(seconds: float | None) -> Iterator[NDArray[np.uint8]]:
    """Give what the search looks at whether it is to end, and set it when the time has come."""
    stop = np.array([seconds is not None and seconds <= 0.0], np.uint8)
    timer = threading.Timer(seconds or 0.0, stop.fill, (1,))
    timer.daemon = True
    if seconds:
        timer.start()
    try:
        yield stop
    finally:
        timer.cancel()

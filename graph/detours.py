"""In: a small causal graph as arrays, with one goal. Out: the k cheapest simple paths to it, one after the other.

For a goal that nearly all paths to its causes run through, labels are of no use: they come to it again. Here every
further path is the best detour from one that is known: it keeps its beginning, leaves it at one node, and from there
takes the cheapest way that is left. Every function runs as it is, on lists, and is compiled as it is, on arrays.

Source: Yen 1971, "Finding the k shortest loopless paths in a network", Management Science 17; Lawler 1972, Management
Science 18, by which no detour is looked for twice; the ways are found by A* with the exact costs to the goal.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from graph.labels import Heap, Network, Numbers


class Ways(NamedTuple):
    """What the search for one way needs: by node, its least cost so far, the edge to it, whether it is closed to it."""

    cost: Numbers
    edge: Numbers
    closed: Numbers


def search(network: Network, k: int, limit: float, stop: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Find the paths; return their edges in a row, where each path's begin, and their costs, cheapest first.

    `network.togo` has to be the exact cost to the goal, which is the last node. As soon as `stop[0]` is set what was
    found is returned; it is the cheapest there is.
    """
    count = len(network.start) - 1
    ways = Ways([np.inf] * count, [-1] * count, [False] * count)
    beginning = len(network.head) - 1
    found = [[beginning]]  # a path begins with the additional edge that leads to the source
    found.pop()
    left, costs, told = [0], [0.0], [0]
    left.pop()
    costs.pop()
    told.pop()
    heap = [(0.0, 0, 0, 0)]
    heap.pop()
    detour(network, ways, [beginning], 1, [beginning], limit, found, left, costs, heap)
    while len(heap) > 0 and len(told) < k and not stop[0]:
        path = heappop(heap)[1]
        told.append(path)
        for place in range(left[path], len(found[path])):
            if len(told) < k:
                taken = [found[other][place] for other in told if shares(found[other], found[path], place)]
                detour(network, ways, found[path], place, taken, limit, found, left, costs, heap)
    return flat(found, told, costs)


def shares(path: Numbers, other: Numbers, place: int) -> bool:
    """Tell whether two paths have the same edges before a place, and the first one goes on there."""
    return len(path) > place and path[:place] == other[:place]


def detour(
    network: Network,
    ways: Ways,
    path: Numbers,
    place: int,
    taken: Numbers,
    limit: float,
    found: list[list[int]],
    left: Numbers,
    costs: Numbers,
    heap: Heap,
) -> None:
    """Add the cheapest path that leaves another one before a place, on none of the edges that are taken."""
    spent = 0.0
    for edge in path[:place]:
        spent += network.cost[edge]
        ways.closed[network.head[edge]] = True
    here = network.head[path[place - 1]]
    ways.closed[here] = False
    way = cheapest(network, ways, here, spent, taken, limit)
    for edge in path[:place]:
        ways.closed[network.head[edge]] = False
    if len(way) > 0:
        for edge in way:
            spent += network.cost[edge]
        heappush(heap, (spent, len(found), 0, 0))
        found.append(path[:place] + way)
        left.append(place)
        costs.append(spent)


def cheapest(network: Network, ways: Ways, source: int, spent: float, taken: Numbers, limit: float) -> list[int]:
    """Return the edges of the cheapest way to the goal through no closed node; none where there is none."""
    goal = len(network.start) - 2
    heap = [(spent + network.togo[source], source, 0, 0)]
    ways.cost[source] = spent
    seen = [source]
    while len(heap) > 0:
        bound, node, _, _ = heappop(heap)
        if node == goal:
            break
        if bound > ways.cost[node] + network.togo[node]:
            continue
        for edge in range(network.start[node], network.start[node + 1]):
            after = network.head[edge]
            cost = ways.cost[node] + network.cost[edge]
            if ways.closed[after] or cost >= ways.cost[after] or cost + network.togo[after] > limit:
                continue
            if node == source and edge in taken:
                continue
            ways.cost[after], ways.edge[after] = cost, edge
            seen.append(after)
            heappush(heap, (cost + network.togo[after], after, 0, 0))
    return walked(network, ways, source, goal, seen)


def walked(network: Network, ways: Ways, source: int, goal: int, seen: Numbers) -> list[int]:
    """Follow the edges back from the goal, and forget the search."""
    way = [0]
    way.pop()
    node = goal
    while node != source and ways.edge[node] >= 0:
        way.append(ways.edge[node])
        node = network.tail[ways.edge[node]]
    for node in seen:
        ways.cost[node], ways.edge[node] = np.inf, -1
    way.reverse()
    return way


def flat(found: list[list[int]], told: Numbers, costs: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Lay the paths out in a row."""
    edges, begin = [0], [0]
    edges.pop()
    for path in told:
        edges.extend(found[path])
        begin.append(len(edges))
    total = [costs[path] for path in told]
    return np.array(edges, np.int32), np.array(begin, np.int64), np.array(total, np.float64)

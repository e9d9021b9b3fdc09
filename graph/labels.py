"""In: a small causal graph as arrays. Out: the k cheapest simple paths to every sink, as labels, and bounds.

Every function here runs as it is, on lists, and is compiled as it is by numba, on arrays (`graph.compiled`), so only
plain numbers, lists, tuples and loops are used. A label is one path: the edge it ends with, its cost, the label that it
goes on from. Strongly connected components are taken in topological order; a node outside every cycle keeps the k
cheapest labels of those that its predecessors hand on; within a cycle labels are made cheapest first, none that comes
to a node again, and each node keeps `cap` of them. The cheapest label that was given up bounds from below whatever may
be missing at a node, and behind it.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np

# Lists where it runs as it is, arrays where it is compiled.
Numbers = Any
Small: Any = int  # compiled, a number of four bytes
Heap = list[tuple[float, int, int, int]]  # cost, edge, the label it goes on from, links


class Network(NamedTuple):
    """Edges sorted by tail; the last edge is an additional one that leads to the source and begins every path.

    `start[v]` to `start[v + 1]` are the edges out of `v`, `into` lists the edges into it, from `into_start[v]` on.
    `togo` is the least cost from a node to any sink; a label whose cost with it is above the limit is none. Nodes from
    `sinks` on are sinks, which have no edges.
    """

    start: Numbers
    head: Numbers
    cost: Numbers
    tail: Numbers
    into_start: Numbers
    into: Numbers
    togo: Numbers
    sinks: int


class Wanted(NamedTuple):
    """How many labels a node outside a cycle keeps, and one in a cycle; the most links (0 for any), the most cost."""

    k: int
    cap: int
    hops: int
    limit: float


class Labels(NamedTuple):
    """All labels as they were made, `hops` only where links are counted; then, by node, which are its.

    `following` leads through those of a node, from its `first` to its `last`; `kept` counts them.
    """

    edge: Numbers
    cost: Numbers
    parent: Numbers
    hops: Numbers
    following: Numbers
    first: Numbers
    last: Numbers
    kept: Numbers
    bound: Numbers


def search(
    network: Network, wanted: Wanted, stop: Numbers
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers, Numbers]:
    """Find the labels; return their edges, costs and parents, and by sink all labels in order and the bound.

    What is missing at a sink costs at least its bound; infinity says that nothing is missing. As soon as `stop[0]` is
    set, every node keeps one label only, so that the search ends soon and every sink has its cheapest path.
    """
    count = len(network.start) - 1
    component, number = components(network, count)
    begin, members = grouped(component, number, count)
    labels = no_labels(count)
    heap = [(0.0, 0, 0, 0)]
    for each in range(number - 1, -1, -1):
        lone = begin[each + 1] - begin[each] == 1
        if lone and stands_for(network, members[begin[each]]) >= 0:
            continue
        if lone and inherits(network, wanted, labels, members[begin[each]], stop):
            continue
        heap.clear()
        for place in range(begin[each], begin[each + 1]):
            enter(network, wanted, labels, component, members[place], heap)
        settle(network, wanted, labels, component, heap, lone, stop)
        if not lone:
            spread_bounds(network, labels, component, members, begin[each], begin[each + 1], heap)
    ends, ending, bound = sink_labels(network, wanted, labels, count)
    edge = np.array(labels.edge, np.int32)
    labels.edge.clear()  # or all would be there twice
    cost = np.array(labels.cost, np.float64)
    labels.cost.clear()
    return edge, cost, np.array(labels.parent, np.int32), ends, ending, bound


def no_labels(count: int) -> Labels:
    """Begin with no label at any node; the lists hold one number, taken out again, so that their type is known."""
    edge, cost, parent, hops, following = [Small(0)], [0.0], [Small(0)], [Small(0)], [Small(0)]
    edge.pop()
    cost.pop()
    parent.pop()
    hops.pop()
    following.pop()
    return Labels(edge, cost, parent, hops, following, [-1] * count, [-1] * count, [0] * count, [np.inf] * count)


def inherits(network: Network, wanted: Wanted, labels: Labels, node: int, stop: Numbers) -> bool:
    """Where a node outside every cycle has one way in, keep what is handed on, which is in order already."""
    edge = network.into[network.into_start[node]]
    before = network.tail[edge]
    if network.into_start[node + 1] - network.into_start[node] != 1 or before < 0 or stop[0]:
        return False
    labels.bound[node] = labels.bound[before] + network.cost[edge]
    step = 1 if node < network.sinks else 0
    label, most = labels.first[before], network.cost[edge] + network.togo[node]
    while label >= 0 and (wanted.hops > 0 or labels.kept[node] < wanted.k):
        hops = length(wanted, labels, label) + step
        if labels.cost[label] + most > wanted.limit:
            break
        if wanted.hops == 0 or hops <= wanted.hops:
            keep(wanted, labels, node, edge, labels.cost[label] + network.cost[edge], label, hops)
        label = labels.following[label]
    return True


def enter(network: Network, wanted: Wanted, labels: Labels, component: Numbers, node: int, heap: Heap) -> None:
    """Push what the predecessors of a node outside its component hand on to it, and the beginning to the source."""
    for place in range(network.into_start[node], network.into_start[node + 1]):
        edge = network.into[place]
        before = network.tail[edge]
        if before < 0:
            heappush(heap, (0.0, edge, -1, 0))
        elif component[before] != component[node]:
            cost = network.cost[edge]
            labels.bound[node] = min(labels.bound[node], labels.bound[before] + cost)
            hand_on(network, wanted, labels, edge, heap)


def hand_on(network: Network, wanted: Wanted, labels: Labels, edge: int, heap: Heap) -> None:
    """Push the labels of an edge's tail, one edge longer: the k cheapest, or all where links are counted."""
    node = network.head[edge]
    step = 1 if node < network.sinks else 0
    label, seen = labels.first[network.tail[edge]], 0
    while label >= 0 and (wanted.hops > 0 or seen < wanted.k):
        cost, hops = labels.cost[label] + network.cost[edge], length(wanted, labels, label) + step
        if cost + network.togo[node] > wanted.limit:
            break
        if wanted.hops == 0 or hops <= wanted.hops:
            heappush(heap, (cost, edge, label, hops))
        label = labels.following[label]
        seen += 1


def settle(
    network: Network, wanted: Wanted, labels: Labels, component: Numbers, heap: Heap, lone: bool, stop: Numbers
) -> None:
    """Keep the cheapest labels of one component's nodes, and go on from each within the component."""
    while len(heap) > 0:
        cost, edge, parent, hops = heappop(heap)
        node = network.head[edge]
        most = 1 if stop[0] else (wanted.k if lone else wanted.cap)
        if is_full(wanted, labels, node, hops, most):
            if most != wanted.k or not lone:
                labels.bound[node] = min(labels.bound[node], cost)
            if lone and wanted.hops == 0:
                break
            continue
        keep(wanted, labels, node, edge, cost, parent, hops)
        if not lone:
            go_on(network, wanted, labels, component, len(labels.edge) - 1, heap)


def length(wanted: Wanted, labels: Labels, label: int) -> int:
    """Return how many links a label's path has; 0 where links are not counted."""
    return int(labels.hops[label]) if wanted.hops > 0 else 0


def is_full(wanted: Wanted, labels: Labels, node: int, hops: int, most: int) -> bool:
    """Tell whether a node has all the labels it keeps that are no dearer, and no longer where links are counted."""
    if wanted.hops == 0 or labels.kept[node] < most:
        return bool(labels.kept[node] >= most)
    count, label = 0, labels.first[node]
    while label >= 0 and count < most:
        if labels.hops[label] <= hops:
            count += 1
        label = labels.following[label]
    return count >= most


def keep(wanted: Wanted, labels: Labels, node: int, edge: int, cost: float, parent: int, hops: int) -> None:
    """Add a label to those of its node, behind the cheaper ones."""
    label = len(labels.edge)
    labels.edge.append(Small(edge))
    labels.cost.append(cost)
    labels.parent.append(Small(parent))
    labels.following.append(Small(-1))
    if wanted.hops > 0:
        labels.hops.append(Small(hops))
    if labels.last[node] < 0:
        labels.first[node] = label
    else:
        labels.following[labels.last[node]] = Small(label)
    labels.last[node] = label
    labels.kept[node] += 1


def go_on(network: Network, wanted: Wanted, labels: Labels, component: Numbers, label: int, heap: Heap) -> None:
    """Push the ways on from a label that stay in its component and come to no node again."""
    node, hops = network.head[labels.edge[label]], length(wanted, labels, label) + 1
    if wanted.hops > 0 and hops > wanted.hops:
        return
    for edge in range(network.start[node], network.start[node + 1]):
        after = network.head[edge]
        cost = labels.cost[label] + network.cost[edge]
        if component[after] != component[node] or cost + network.togo[after] > wanted.limit:
            continue
        if not passes(network, labels, component, label, after):
            heappush(heap, (cost, edge, label, hops))


def passes(network: Network, labels: Labels, component: Numbers, label: int, node: int) -> bool:
    """Tell whether a label's path comes through a node of its last component."""
    while label >= 0:
        at = network.head[labels.edge[label]]
        if at == node:
            return True
        if component[at] != component[node]:
            return False
        label = labels.parent[label]
    return False


def spread_bounds(
    network: Network, labels: Labels, component: Numbers, members: Numbers, begin: int, end: int, heap: Heap
) -> None:
    """Carry the bounds of a component's nodes along its edges (Dijkstra), for what is missing here is missing there."""
    for place in range(begin, end):
        node = members[place]
        if labels.bound[node] < np.inf:
            heappush(heap, (labels.bound[node], node, 0, 0))
    while len(heap) > 0:
        cost, node, _, _ = heappop(heap)
        if cost > labels.bound[node]:
            continue
        for edge in range(network.start[node], network.start[node + 1]):
            after = network.head[edge]
            if component[after] == component[node] and cost + network.cost[edge] < labels.bound[after]:
                labels.bound[after] = cost + network.cost[edge]
                heappush(heap, (labels.bound[after], after, 0, 0))


def stands_for(network: Network, node: int) -> int:
    """Return the node whose labels are those of a sink, where it is behind one node alone; -1 for every other node."""
    way = network.into_start[node]
    if node < network.sinks or network.into_start[node + 1] - way != 1:
        return -1
    return int(network.tail[network.into[way]])


def sink_labels(network: Network, wanted: Wanted, labels: Labels, count: int) -> tuple[Numbers, Numbers, Numbers]:
    """List the labels of all sinks, cheapest first, where each sink's begin, and below which costs none is missing."""
    ends, begin = [0], [0]
    ends.pop()
    bound = [0.0]
    bound.pop()
    for node in range(network.sinks, count):
        behind = stands_for(network, node)
        origin = behind if behind >= 0 else node
        bound.append(labels.bound[origin])
        label, seen = labels.first[origin], 0
        while label >= 0 and seen < wanted.k:
            if labels.cost[label] + network.togo[node] <= wanted.limit:
                ends.append(label)
            label = labels.following[label]
            seen += 1
        begin.append(len(ends))
    return np.array(ends, np.int64), np.array(begin, np.int64), np.array(bound, np.float64)


def components(network: Network, count: int) -> tuple[Numbers, int]:
    """Number the strongly connected components, each after all that it leads to.

    Source: Tarjan 1972, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1, without
    recursion.
    """
    component, low, index, number, stamp = [-1] * count, [0] * count, [0] * count, 0, 0
    edge = [network.start[node] for node in range(count)]
    stack, way = [0], [0]
    stack.pop()
    way.pop()
    for root in range(count):
        if index[root] == 0:
            way.append(root)
        while len(way) > 0:
            node = way[-1]
            if index[node] == 0:
                stamp += 1
                index[node] = low[node] = stamp
                stack.append(node)
            if goes_deeper(network, component, index, low, edge, way):
                continue
            way.pop()
            if low[node] == index[node]:
                while component[node] < 0:
                    component[stack.pop()] = number
                number += 1
    return component, number


def goes_deeper(
    network: Network, component: Numbers, index: Numbers, low: Numbers, edge: Numbers, way: Numbers
) -> bool:
    """Add the next unseen node after the last of the way; False where there is none, its lowest reach then known."""
    node = way[-1]
    while edge[node] < network.start[node + 1]:
        after = network.head[edge[node]]
        if index[after] == 0:
            way.append(after)
            return True
        if component[after] < 0:
            low[node] = min(low[node], low[after])
        edge[node] += 1
    return False


def grouped(component: Numbers, number: int, count: int) -> tuple[Numbers, Numbers]:
    """List the nodes component by component, and where each component's begin."""
    begin = [0] * (number + 1)
    for node in range(count):
        begin[component[node] + 1] += 1
    for each in range(number):
        begin[each + 1] += begin[each]
    members, place = [0] * count, [begin[each] for each in range(number)]
    for node in range(count):
        members[place[component[node]]] = node
        place[component[node]] += 1
    return begin, members

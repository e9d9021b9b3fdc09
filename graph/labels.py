"""In: a small causal graph as arrays. Out: the k cheapest simple paths to every sink, as labels, and bounds.

Every function here runs as it is, on lists, and is compiled as it is by numba, on arrays (`graph.compiled`), so only
plain numbers, lists, tuples and loops are used. A label is one path: the edge it ends with, its cost, the label that it
goes on from. Strongly connected components are taken in topological order; a node outside every cycle keeps the k
cheapest labels of those that its predecessors hand on; within a cycle labels are made cheapest first, none that comes
to a node again, and each node keeps `cap` of them, of which it hands on k. The cheapest label that was given up bounds
from below whatever may be missing at a node, and behind it.
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

    `start[v]` to `start[v + 1]` are the edges out of `v`, `into` lists the edges into it, from `into_start[v]` on. An
    edge has so many `links`. `togo` is the least cost from a node to any sink; a label whose cost with it is above the
    limit is none. Nodes from `sinks` on are sinks, which have no edges.
    """

    start: Numbers
    head: Numbers
    cost: Numbers
    links: Numbers
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
    """All labels as they were made; then, by node, which are its.

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


class Ends(NamedTuple):
    """The paths to all sinks, cheapest first, by the edge they end with and the label before it: from `begin[sink]` on.

    What is missing at a sink costs at least its bound; infinity says that nothing is missing. A path has some `links`.
    """

    edge: Numbers
    label: Numbers
    cost: Numbers
    links: Numbers
    begin: Numbers
    bound: Numbers


def search(network: Network, wanted: Wanted, stop: Numbers) -> tuple[Ends, Numbers, Numbers]:
    """Find the labels; return the paths to the sinks, and the edges and parents of all labels.

    As soon as `stop[0]` is set, every node keeps one label only, so that the search ends soon and every sink has its
    cheapest path.
    """
    count = len(network.start) - 1
    component, number = components(network.start, network.head, network.sinks, count)
    begin, members = grouped(component, number, network.sinks)
    labels, ways = no_labels(count), ways_in(network, count)
    heap = [(0.0, 0, 0, 0)]
    for each in range(number - 1, -1, -1):
        lone = begin[each + 1] - begin[each] == 1
        heap.clear()
        for place in range(begin[each], begin[each + 1]):
            enter(network, wanted, labels, component, members[place], heap)
        settle(network, wanted, labels, component, heap, lone, stop)
        if not lone:
            spread_bounds(network, labels, component, members, begin[each], begin[each + 1], heap)
            trim(wanted, labels, members, begin[each], begin[each + 1])
    for node in range(network.sinks, count):
        if ways[node - network.sinks] < 0:
            heap.clear()
            enter(network, wanted, labels, component, node, heap)
            settle(network, wanted, labels, component, heap, True, stop)
    ends = sink_ends(network, wanted, labels, ways)
    labels.cost.clear()
    edge = np.array(labels.edge, np.int32)
    labels.edge.clear()  # or all would be there twice
    return ends, edge, np.array(labels.parent, np.int32)


def no_labels(count: int) -> Labels:
    """Begin with no label at any node; the lists hold one number, taken out again, so that their type is known."""
    edge, cost, parent, hops, following = [Small(0)], [0.0], [Small(0)], [Small(0)], [Small(0)]
    edge.pop()
    cost.pop()
    parent.pop()
    hops.pop()
    following.pop()
    return Labels(edge, cost, parent, hops, following, [-1] * count, [-1] * count, [0] * count, [np.inf] * count)


def enter(network: Network, wanted: Wanted, labels: Labels, component: Numbers, node: int, heap: Heap) -> None:
    """Push what the predecessors of a node outside its component hand on to it, and the beginning to the source."""
    for place in range(network.into_start[node], network.into_start[node + 1]):
        edge = network.into[place]
        before = network.tail[edge]
        if before < 0:
            heappush(heap, (0.0, edge, -1, 0))
        elif component[before] != component[node]:
            labels.bound[node] = min(labels.bound[node], labels.bound[before] + network.cost[edge])
            hand_on(network, wanted, labels, edge, -1, heap)


def hand_on(network: Network, wanted: Wanted, labels: Labels, edge: int, last: int, heap: Heap) -> None:
    """Push the label after the last that an edge has handed on, the cheapest one after -1, one edge longer."""
    label = labels.following[last] if last >= 0 else labels.first[network.tail[edge]]
    rest = network.togo[network.head[edge]]
    while label >= 0:
        cost, hops = labels.cost[label] + network.cost[edge], labels.hops[label] + network.links[edge]
        if cost + rest > wanted.limit:
            break
        if wanted.hops == 0 or hops <= wanted.hops:
            heappush(heap, (cost, edge, label, hops))
            break
        label = labels.following[label]


def settle(
    network: Network, wanted: Wanted, labels: Labels, component: Numbers, heap: Heap, lone: bool, stop: Numbers
) -> None:
    """Keep the cheapest labels of one component's nodes, and go on from each within the component."""
    while len(heap) > 0:
        cost, edge, parent, hops = heappop(heap)
        node = network.head[edge]
        most = 1 if stop[0] else (wanted.k if lone else wanted.cap)
        full = labels.kept[node] >= most and (wanted.hops == 0 or outdone(labels, node, hops, most))
        if not full:
            keep(labels, node, edge, cost, parent, hops)
            if not lone:
                go_on(network, wanted, labels, component, len(labels.edge) - 1, heap)
        elif most != wanted.k or not lone:
            labels.bound[node] = min(labels.bound[node], cost)
        if full and wanted.hops == 0:
            if lone:
                break
        elif parent >= 0 and component[network.tail[edge]] != component[node]:
            hand_on(network, wanted, labels, edge, parent, heap)


def outdone(labels: Labels, node: int, hops: int, most: int) -> bool:
    """Tell whether a node has as many labels as it keeps that are no longer; all that it has are no dearer."""
    count, label = 0, labels.first[node]
    while label >= 0 and count < most:
        if labels.hops[label] <= hops:
            count += 1
        label = labels.following[label]
    return count >= most


def keep(labels: Labels, node: int, edge: int, cost: float, parent: int, hops: int) -> None:
    """Add a label to those of its node, behind the cheaper ones."""
    label = len(labels.edge)
    labels.edge.append(Small(edge))
    labels.cost.append(cost)
    labels.parent.append(Small(parent))
    labels.following.append(Small(-1))
    labels.hops.append(Small(hops))
    if labels.last[node] < 0:
        labels.first[node] = label
    else:
        labels.following[labels.last[node]] = Small(label)
    labels.last[node] = label
    labels.kept[node] += 1


def go_on(network: Network, wanted: Wanted, labels: Labels, component: Numbers, label: int, heap: Heap) -> None:
    """Push the ways on from a label that stay in its component and come to no node again."""
    node = network.head[labels.edge[label]]
    for edge in range(network.start[node], network.start[node + 1]):
        after = network.head[edge]
        cost, hops = labels.cost[label] + network.cost[edge], labels.hops[label] + network.links[edge]
        if component[after] != component[node] or cost + network.togo[after] > wanted.limit:
            continue
        if (wanted.hops == 0 or hops <= wanted.hops) and not passes(network, labels, component, label, after):
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


def trim(wanted: Wanted, labels: Labels, members: Numbers, begin: int, end: int) -> None:
    """Let the nodes of a component hand on k labels each; those behind were of use within it only."""
    if wanted.hops > 0:
        return
    for place in range(begin, end):
        label, seen = labels.first[members[place]], 1
        while label >= 0 and seen < wanted.k:
            label = labels.following[label]
            seen += 1
        if label >= 0:
            labels.following[label] = Small(-1)


def ways_in(network: Network, count: int) -> Numbers:
    """List for each sink the edge that leads to it, where there is one only, so that it needs no labels; else -1."""
    ways = [-1] * (count - network.sinks)
    for node in range(network.sinks, count):
        if network.into_start[node + 1] - network.into_start[node] == 1:
            ways[node - network.sinks] = network.into[network.into_start[node]]
    return ways


def sink_ends(network: Network, wanted: Wanted, labels: Labels, ways: Numbers) -> Ends:
    """List the paths to all sinks, cheapest first, where each sink's begin, and below which costs none is missing."""
    edges, before, costs, lengths, begin, bounds = [Small(0)], [Small(0)], [0.0], [Small(0)], [0], [0.0]
    edges.pop()
    before.pop()
    costs.pop()
    lengths.pop()
    bounds.pop()
    for node in range(network.sinks, network.sinks + len(ways)):
        way = ways[node - network.sinks]
        origin = network.tail[way] if way >= 0 else node
        more, links = (network.cost[way], network.links[way]) if way >= 0 else (0.0, 0)
        bounds.append(labels.bound[origin] + more)
        label = labels.first[origin]
        while label >= 0 and len(edges) - begin[-1] < wanted.k:
            cost, hops = labels.cost[label] + more, labels.hops[label] + links
            if cost + network.togo[node] <= wanted.limit and (wanted.hops == 0 or hops <= wanted.hops):
                edges.append(Small(way) if way >= 0 else labels.edge[label])
                before.append(Small(label) if way >= 0 else labels.parent[label])
                costs.append(cost)
                lengths.append(Small(hops))
            label = labels.following[label]
        begin.append(len(edges))
    ends = np.array(edges, np.int32), np.array(before, np.int32), np.array(costs, np.float64)
    told = np.array(lengths, np.int32), np.array(begin, np.int64), np.array(bounds, np.float64)
    return Ends(ends[0], ends[1], ends[2], told[0], told[1], told[2])


def unroll(
    chains: tuple[Numbers, Numbers, Numbers],
    made: tuple[Numbers, Numbers],
    ends: tuple[Numbers, Numbers, Numbers],
    step: int,
    links: Numbers,
) -> None:
    """Follow paths back from their ends, and write down their links.

    Args:
        chains: By edge its last link's place, then by place the link, -1 for none, and the place before it, -1 at last.
        made: The edges and the parents of all labels.
        ends: The last edge of each path, the label that it goes on from, -1 for none, and where its last link goes.
        step: How far from there the link before it goes, and so on.
        links: Where all are written.
    """
    (chain, link, behind), (edge, parent), (last, before, place) = chains, made, ends
    for path in range(len(last)):
        at, label, to = last[path], before[path], place[path]
        while at >= 0:
            way = chain[at]
            while way >= 0:
                if link[way] >= 0:
                    links[to] = link[way]
                    to += step
                way = behind[way]
            at = -1
            if label >= 0:
                at, label = edge[label], parent[label]


def components(start: Numbers, head: Numbers, sinks: int, count: int) -> tuple[Numbers, int]:
    """Number the strongly connected components, each after all that it leads to; -1 for the sinks.

    Source: Tarjan 1972, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1, without
    recursion.
    """
    component, low, index, number, stamp = [-1] * count, [0] * sinks, [0] * sinks, 0, 0
    edge = [start[node] for node in range(sinks)]
    stack, way = [0], [0]
    stack.pop()
    way.pop()
    for root in range(sinks):
        if index[root] == 0:
            way.append(root)
        while len(way) > 0:
            node = way[-1]
            if index[node] == 0:
                stamp += 1
                index[node] = low[node] = stamp
                stack.append(node)
            if goes_deeper(start, head, component, index, low, edge, way):
                continue
            way.pop()
            if low[node] == index[node]:
                while component[node] < 0:
                    component[stack.pop()] = number
                number += 1
    return component, number


def goes_deeper(
    start: Numbers, head: Numbers, component: Numbers, index: Numbers, low: Numbers, edge: Numbers, way: Numbers
) -> bool:
    """Add the next unseen node after the last of the way; False where there is none, its lowest reach then known."""
    node = way[-1]
    while edge[node] < start[node + 1]:
        after = head[edge[node]]
        if after < len(index) and index[after] == 0:
            way.append(after)
            return True
        if after < len(index) and component[after] < 0:
            low[node] = min(low[node], low[after])
        edge[node] += 1
    return False


def grouped(component: Numbers, number: int, count: int) -> tuple[Numbers, Numbers]:
    """List the first so many nodes component by component, and where each component's begin."""
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

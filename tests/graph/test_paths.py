import math
import random
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest

from graph import compiled, paths
from graph.arrays import Arrays, Columns
from graph.paths import IMPOSSIBLE, Search, cost_of, find_paths

BELIEFS = (0.0, 0.05, 0.3, 0.5, 0.5, 0.9, 0.97, 1.0)
COMPILED = pytest.mark.skipif(not compiled.available(), reason='numba is not installed: pip install ".[fast]"')
Link = tuple[int, int, float]


def arrays_of(count: int, links: list[Link]) -> Arrays:
    ends, none = np.array([link[:2] for link in links], np.int32).reshape(-1, 2), np.zeros(len(links), np.int32)
    belief = np.array([link[2] for link in links], np.float64)
    small, flag = none.astype(np.int8), none.astype(np.bool_)
    columns = Columns(ends[:, 0], ends[:, 1], belief, small, small, none, flag, flag, none, none, none)
    return Arrays.build(count, columns)


def random_graph(chance: random.Random) -> tuple[int, list[Link]]:
    """Draw a graph with cycles, ties, parallel links and links of no belief."""
    count = chance.randint(3, 8)
    beliefs = chance.choice((BELIEFS, (0.5,), (0.2, 0.8)))
    pairs = [chance.sample(range(count), 2) for _ in range(chance.randint(count, 4 * count))]
    return count, [(one, other, chance.choice(beliefs)) for one, other in pairs]


def every_path(count: int, links: list[Link], source: int, ends: set[int]) -> Iterator[tuple[float, int]]:
    """Yield the cost and the length of every simple path, by trying all of them."""
    network: nx.DiGraph[int] = nx.DiGraph()
    network.add_nodes_from(range(count))
    for one, other, belief in sorted(links, key=lambda link: link[2]):
        network.add_edge(one, other, belief=belief)
    for path in nx.all_simple_paths(network, source, ends - {source}):
        beliefs = [network.edges[pair]["belief"] for pair in pairwise(path)]
        yield sum(-math.log(belief) if belief else IMPOSSIBLE for belief in beliefs), len(beliefs)


def check(seed: int, *, fast: bool = False) -> int:
    """Compare what is found with trying all paths; return how many paths there were to find."""
    chance = random.Random(seed)
    count, links = random_graph(chance)
    arrays = arrays_of(count, links)
    k, hops = chance.randint(1, 10), chance.choice((None, None, 1, 2, 3, 5))
    least, back = chance.choice((0.0, 0.0, 0.01, 0.1, 0.5)), chance.random() < 0.3
    source = chance.randrange(count)
    goals = [chance.randrange(3) if chance.random() < 0.7 else None for _ in range(count)]
    ends = np.array([node for node in range(count) if goals[node] is not None and node != source], np.int64)
    search = Search(k, hops, -math.log(least) if least else math.inf, back=back, fast=fast)
    costs = cost_of(arrays.columns.belief)
    asked = np.array([goals[node] for node in ends], np.int64)
    found = find_paths(arrays, source, ends, asked, costs.__getitem__, search)
    assert found.complete
    turned = [(other, one, belief) for one, other, belief in links] if back else links
    total = 0
    for goal in range(3):
        members = {int(node) for node in ends if goals[node] == goal}
        wanted = sorted(every_path(count, turned, source, members))
        fitting = [
            cost for cost, length in wanted if (not least or cost <= search.max_cost + 1e-9) and length <= (hops or 99)
        ]
        mine = list(found.paths(goal))
        assert [cost for cost, _ in mine] == pytest.approx(fitting[:k]), (seed, goal)
        for cost, path in mine:
            assert sum(costs[path]) == pytest.approx(cost)
            nodes = [int(arrays.columns.cause[path[0]]), *arrays.columns.effect[path].tolist()]
            assert arrays.columns.cause[path].tolist() == nodes[:-1]
            assert len(set(nodes)) == len(nodes)
            assert (nodes[-1] if back else nodes[0]) == source
            assert (nodes[0] if back else nodes[-1]) in members
        assert len({tuple(path) for _, path in mine}) == len(mine)
        total += len(fitting)
    return total


def test_the_paths_are_those_of_trying_all() -> None:
    assert sum(map(check, range(1500))) > 5_000


@pytest.mark.parametrize("fast", [False, pytest.param(True, marks=COMPILED)])
def test_goals_that_most_paths_run_through_are_found_by_detours(fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, detoured = [], paths._detoured

    def counted(*given: Any) -> paths.Paths:
        alone.append(given)
        return detoured(*given)

    monkeypatch.setattr(paths, "_detoured", counted)
    for seed in range(3):
        chance = random.Random(seed)
        network = nx.gnm_random_graph(40, 130, seed, directed=True)
        links = [(one, other, chance.uniform(0.1, 0.9)) for one, other in network.edges]
        arrays, ends = arrays_of(40, links), np.arange(1, 40)
        for one, other, belief in links:
            network.edges[one, other]["cost"] = -math.log(belief)
        found = find_paths(arrays, 0, ends, ends, cost_of(arrays.columns.belief).__getitem__, Search(10, fast=fast))
        assert found.complete
        for goal in found.goals:
            best = islice(nx.shortest_simple_paths(network, 0, goal, "cost"), 10)
            wanted = [sum(network.edges[pair]["cost"] for pair in pairwise(path)) for path in best]
            assert [cost for cost, _ in found.paths(goal)] == pytest.approx(wanted)
    assert alone


def test_what_is_given_when_time_is_up_is_proven() -> None:
    partial = 0
    for seed in range(200):
        count, links = random_graph(random.Random(seed))
        arrays = arrays_of(count, links)
        costs, ends = cost_of(arrays.columns.belief), np.arange(1, count)
        found = find_paths(arrays, 0, ends, ends, costs.__getitem__, Search(10, timeout=0.0))
        for goal in range(1, count):
            wanted = [cost for cost, _ in sorted(every_path(count, links, 0, {goal}))]
            mine = [cost for cost, _ in found.paths(goal)]
            assert mine == pytest.approx(wanted[: len(mine)])
            assert bool(mine) == bool(wanted)
            assert len(mine) == min(10, len(wanted)) or not found.is_complete(goal)
            partial += not found.is_complete(goal)
    assert partial > 100


@COMPILED
def test_compiled_they_are_the_same() -> None:
    assert sum(check(seed, fast=True) for seed in range(1500, 3000)) > 5_000

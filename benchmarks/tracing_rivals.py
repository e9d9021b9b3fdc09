"""In: the links of one breach, its event and some livelihoods. Out: the k best paths to each, by other tools' means.

Each is a generator of lists of beliefs, one for each livelihood; what comes before its first `yield` is preparation.
The two engines for Cypher list the paths before they sort them, so they are asked for paths of a few links only.
"""

from __future__ import annotations

import importlib
import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.stores import ladybug, neo4j, tables
from graph.stores.tables import Part, Table

LINKS: Final = 5  # of a path, for the engines that have to be bounded
_EMPTY: Final = {"STRING": "", "STRING[]": [], "INT64": 0, "DOUBLE": 0.0, "BOOLEAN": False, "DATE": None}


@dataclass(frozen=True, slots=True)
class Task:
    """The breach is event 0; `ends` are the links' causes and effects, only the best of parallel ones is there."""

    count: int
    ends: NDArray[np.int64]
    belief: NDArray[np.float64]
    goals: Sequence[int]
    k: int
    url: str | None = None


def by_networkx(task: Task) -> Iterator[list[float]]:
    """Yen's algorithm in Python: `shortest_simple_paths`."""
    nx: Any = importlib.import_module("networkx")  # here, or its memory would count in our rows
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(zip(*task.ends.tolist(), (-np.log(task.belief)).tolist(), strict=True))
    yield []
    for goal in task.goals:
        paths = islice(nx.shortest_simple_paths(graph, 0, goal, weight="weight"), task.k)
        yield [math.exp(-sum(graph.edges[pair]["weight"] for pair in pairwise(path))) for path in paths]


def by_scipy(task: Task) -> Iterator[list[float]]:
    """Yen's algorithm in C++: `scipy.sparse.csgraph.yen`."""
    sparse: Any = importlib.import_module("scipy.sparse")
    yen: Any = importlib.import_module("scipy.sparse.csgraph").yen
    graph = sparse.csr_array((-np.log(task.belief), task.ends.astype(np.int32)), shape=(task.count, task.count))
    yield []
    for goal in task.goals:
        yield [math.exp(-cost) for cost in yen(graph, 0, goal, task.k)]


def by_ladybug(task: Task) -> Iterator[list[float]]:
    """The embedded engine: all paths of few links that run through no node twice."""
    text = f"""MATCH path = (:Event {{id: 'e0'}})-[:CAUSAL* ACYCLIC 1..{LINKS}]->(:Event {{id: $goal}})
        WHERE is_acyclic(path) RETURN list_product(properties(rels(path), 'belief')) AS belief
        ORDER BY belief DESC LIMIT {task.k}"""
    with tempfile.TemporaryDirectory() as folder:
        with ladybug.Builder(Path(folder) / "graph.lbug") as builder:
            builder.add(_parts(task))
            builder.build()
        yield []
        for goal in task.goals:
            _, rows = ladybug.answer(Path(folder) / "graph.lbug", text, {"goal": f"e{goal}"})
            yield [row[0] for row in rows]


def by_neo4j(task: Task) -> Iterator[list[float]]:
    """The server: all paths of few links that run through no node twice."""
    driver: Any = importlib.import_module("neo4j").GraphDatabase
    address = neo4j.Address.parse(task.url or "")
    text = f"""MATCH path = (:Event {{id: 'e0'}})-[:CAUSAL*1..{LINKS}]->(:Event {{id: $goal}})
        WHERE all(n IN nodes(path) WHERE single(m IN nodes(path) WHERE m = n))
        RETURN reduce(b = 1.0, r IN relationships(path) | b * r.belief) AS belief ORDER BY belief DESC LIMIT {task.k}"""
    with driver.driver(address.url, auth=(address.user, address.password)) as server, server.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()
        session.run("CREATE CONSTRAINT event_id IF NOT EXISTS FOR (n:Event) REQUIRE n.id IS UNIQUE").consume()
        nodes, links = _parts(task)
        for rows in _batches(nodes.rows):
            session.run(
                "UNWIND $rows AS r CREATE (:Event {id: r.id})", rows=[{"id": row["id"]} for row in rows]
            ).consume()
        for rows in _batches(links.rows):
            told = [{key: row[key] for key in ("a", "b", "belief")} for row in rows]
            made = "CREATE (a)-[:CAUSAL {belief: r.belief}]->(b)"
            session.run(
                f"UNWIND $rows AS r MATCH (a:Event {{id: r.a}}), (b:Event {{id: r.b}}) {made}", rows=told
            ).consume()
        yield []
        for goal in task.goals:
            yield [row["belief"] for row in session.run(text, goal=f"e{goal}")]


def _parts(task: Task) -> tuple[Part, Part]:
    """Give the graph as the rows of events and causal links."""
    event, causal = _row(tables.EVENT), _row(tables.CAUSAL)
    events = [{**event, "id": f"e{place}"} for place in range(task.count)]
    rows = zip(*task.ends.tolist(), task.belief.tolist(), strict=True)
    links = [
        {**causal, "id": f"c{place}", "a": f"e{cause}", "b": f"e{effect}", "belief": belief, "step": True}
        for place, (cause, effect, belief) in enumerate(rows)
    ]
    return Part(tables.EVENT, events), Part(tables.CAUSAL, links, ("Event", "Event"))


def _row(table: Table) -> dict[str, Any]:
    return {name: _EMPTY[kind] for name, kind in table.columns.items()}


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[begin : begin + 20_000] for begin in range(0, len(rows), 20_000))


RIVALS: Final[dict[str, Callable[[Task], Iterator[list[float]]]]] = {
    "networkx": by_networkx,
    "scipy": by_scipy,
    "ladybug": by_ladybug,
    "neo4j": by_neo4j,
}

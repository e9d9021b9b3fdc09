"""One graph, three engines: the shipped queries, reachable sets and best paths answer alike in all of them."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph import queries
from graph.assembled import Assembled, Incident
from graph.assembly import assemble
from graph.projector import project
from graph.property_graph import parts
from graph.quads import is_livelihood_impact
from graph.stores import ladybug, manifest, neo4j, tables
from graph.stores.query import query
from graph.stores.stamp import Stamp
from graph.trace import trace
from ontology import terms
from ontology.records import Extraction
from tests.conftest import ask_neo4j
from tests.graph.conftest import make_assembled, make_extractions
from tests.graph.telling import figure, link, tell

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text("utf-8")
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Engines:
    """One graph in three engines."""

    store: Path
    url: str
    assembled: Assembled

    def sparql(self, text: str, values: dict[str, Any]) -> Rows:
        answer = query(self.store, text, "sparql", values)
        return [dict(zip(answer.columns, map(plain, row), strict=True)) for row in answer.rows]

    def ladybug(self, text: str, values: dict[str, Any]) -> Rows:
        with manifest.snapshot(self.store) as snapshot:
            columns, rows = ladybug.answer(snapshot.cypher or Path(), text, values)
            return [dict(zip(columns, row, strict=True)) for row in rows]

    def neo4j(self, text: str, values: dict[str, Any]) -> Rows:
        return ask_neo4j(self.url, text, **values)

    def values(self, name: str) -> list[str]:
        """Give values for a parameter of this name, at least one of which has an answer."""
        graph = self.assembled
        told = [graph.claims[0].id, graph.figures[0].id]
        return {"hedge": ["asserted", "possible"], "incident": [one.id for one in graph.incidents], "claim": told}[name]


def plain(value: Any) -> Any:
    """Give an id for the IRI that SPARQL has for a node."""
    return value.removeprefix(terms.ID) if isinstance(value, str) else value


def told_at_random(seed: int) -> Iterable[Extraction]:
    """Tell of three incidents: links with cycles, denials, averted harm and open ends, figures, speakers."""
    chance = random.Random(seed)
    events = [
        "breach",
        *(f"{kind}@{group}" for kind in ("jobs_lost", "income_falls") for group in ("driver", "farmer")),
    ]
    events += ["orders_fall", "trust_falls", "no jobs_lost@teacher", "distress@consumer", "service_disrupted"]
    for number, firm in enumerate(("Acme", "Borealis", "Acme", "Cormorant", "Acme")):
        links = [
            link(
                cause=(ends := chance.sample(events, 2))[0],
                effect=ends[1],
                relation=chance.choices(("causes", "enables", "includes", "prevents"), (6, 2, 1, 1))[0],
                hedge=chance.choice(("asserted", "asserted", "reported", "possible", "predicted")),
                speaker=chance.choice((None, "Kim Min-ji", "the union", "Łukasz “Ż” O'Neill")),
                negated=chance.random() < 0.1,
                confidence=chance.choice((0.5, 0.7, 0.9)),
            )
            for _ in range(12)
        ]
        low = chance.choice((None, 3, 2.5))
        figures = [
            figure(low, 7, "shops", "orders_fall", speaker="Kim Min-ji"),
            figure(1e9, None, "won", unit="money:KRW"),
        ]
        when = date(2025, 5, 1 + number)
        yield tell(f"a{number}", *links, *figures, organisation=firm, when=when, published=when, publisher="The Post")


@pytest.fixture(scope="module", params=["by hand", 1])
def engines(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, neo4j_server: str) -> Engines:
    if request.param == "by hand":
        graph, extractions = make_assembled(), make_extractions()
    else:
        extractions = tuple(told_at_random(request.param))
        graph = assemble(extractions, 9)
    store = tmp_path_factory.mktemp("engines")
    project(graph, extractions, store)
    ask_neo4j(neo4j_server, "MATCH (n) DETACH DELETE n")
    with neo4j.connected(neo4j.Address.parse(neo4j_server)) as database:
        database.write(database.stamp(), Stamp(graph.seq, "token"), parts(graph))
    return Engines(store, neo4j_server, graph)


def test_every_named_query_is_there_in_both_languages() -> None:
    assert queries.names("cypher") == queries.names("sparql")
    for name in queries.names():
        one, other = queries.load(name), queries.load(name, "cypher")
        assert (one.title, one.parameters, one.example) == (other.title, other.parameters, other.example)


@pytest.mark.parametrize("name", queries.names())
def test_each_named_query_is_answered_alike(engines: Engines, name: str) -> None:
    sparql, cypher = queries.load(name), queries.load(name, "cypher")
    given = (
        [{}]
        if not sparql.parameters
        else [{one.name: v} for one in sparql.parameters for v in engines.values(one.name)]
    )
    answered = 0
    for values in given:
        wanted = engines.sparql(sparql.text, sparql.bind(values))
        for engine in (engines.ladybug, engines.neo4j):
            found = engine(cypher.text, cypher.bind(values))
            assert found == wanted, (name, values, engine)
            assert [list(map(type, row.values())) for row in found] == [list(map(type, row.values())) for row in wanted]
        answered += len(wanted)
    assert answered


def test_all_values_are_of_one_type_in_both_engines(engines: Engines) -> None:
    for part in parts(engines.assembled):
        names = ", ".join(f"x.`{name}` AS `{name}`" for name in part.table.columns) or "1 AS one"
        node = f"(x:{part.table.name})"
        pattern = f"({':'.join(('', part.ends[0]))})-[x:{part.table.name}]->(:{part.ends[1]})" if part.ends else node
        text = f"MATCH {pattern} RETURN {names}"
        here, there = engines.ladybug(text, {}), engines.neo4j(text, {})
        assert len(here) == len(part.rows)
        assert sorted(map(repr, here)) == sorted(map(repr, there))


def test_any_text_comes_through_whole(engines: Engines) -> None:
    odd = "a \"q\", \\ 'back'\nline\r\n\ttab \\N NULL é🙂 ; [x] {y}"
    texts = ("", "=", "\\N", " ", '"', odd)
    graph = Assembled(
        1, incidents=tuple(Incident(f"i{n}", t, None, "theft", None, None, texts[:n], ()) for n, t in enumerate(texts))
    )
    with ladybug.Builder(engines.store / "it's odd.lbug") as builder:
        builder.add(parts(graph))
        builder.build()
    _, rows = ladybug.answer(
        engines.store / "it's odd.lbug", "MATCH (i:Incident) RETURN i.label, i.aliases ORDER BY i.id", {}
    )
    assert list(rows) == [[text, list(texts[:n])] for n, text in enumerate(texts)]


def test_days_are_days_in_both_engines(engines: Engines) -> None:
    text = "MATCH (a:Article) WHERE a.published >= date('2025-05-02') RETURN a.id AS id ORDER BY id"
    wanted = [
        {"id": one.id} for one in engines.assembled.articles if one.published and one.published >= date(2025, 5, 2)
    ]
    assert engines.ladybug(text, {}) == engines.neo4j(text, {}) == wanted
    assert wanted


SEARCHES = {
    "ladybug": "-[:CAUSAL* SHORTEST 1..30 {step: true}]->",
    "neo4j": "-[:CAUSAL*1..30 {step: true}]->",
}


@pytest.mark.parametrize("engines", [1, 2], indirect=True)
def test_what_a_breach_reaches_is_what_the_trace_reaches(engines: Engines) -> None:
    cypher = queries.load("livelihoods", "cypher")
    for incident in engines.assembled.incidents:
        found = trace(engines.assembled, incident, k=1, per_event=True)
        wanted = {path.events[-1].id for path in found.paths}
        for engine, search in SEARCHES.items():
            assert search in PAGE
            ask: Callable[[str, dict[str, Any]], Rows] = getattr(engines, engine)
            text = f"MATCH (:Event {{kind: 'breach', incident: $incident}}){search}(e:Event) RETURN DISTINCT e.id AS id"
            searched = {row["id"] for row in ask(text, {"incident": incident.id})}
            assert {row["impact"] for row in ask(cypher.text, {"incident": incident.id})} == wanted
            assert {event.id for event in engines.assembled.events if is_livelihood_impact(event)} & searched == wanted
    assert wanted


@pytest.mark.parametrize("engines", [1, 2], indirect=True)
@pytest.mark.parametrize("engine", ["ladybug", "neo4j"])
def test_the_best_paths_are_those_of_the_trace(engines: Engines, engine: str) -> None:
    (text,) = re.findall(rf"```cypher {engine}-paths\n(.*?)```", PAGE, re.DOTALL)
    ask: Callable[[str, dict[str, Any]], Rows] = getattr(engines, engine)
    for incident in engines.assembled.incidents:
        rows = ask(text, {"incident": incident.id, "k": 100_000})
        traced = trace(engines.assembled, incident, k=100_000).paths
        wanted = {(path.group, *(event.id for event in path.events)): path.belief for path in traced}
        found = {(row["livelihood"], *row["events"]): row["belief"] for row in rows}
        assert found.keys() == wanted.keys()
        assert all(math.isclose(found[key], wanted[key]) for key in wanted)
        best = [row["belief"] for row in ask(text, {"incident": incident.id, "k": 3})]
        assert best == pytest.approx(sorted(wanted.values(), reverse=True)[:3])


def test_the_page_tells_every_table_and_column() -> None:
    for table in (*tables.NODES, *tables.RELATIONSHIPS):
        assert f"`{table.name}`" in PAGE or f":{table.name}" in PAGE
        assert all(f"`{column}`" in PAGE for column in table.columns)

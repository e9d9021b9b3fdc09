"""The cases of the W3C test suite of the SPARQL 1.1 Protocol, as far as they query, and those of the graph store."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from graph import rdf
from graph.ledger import Ledger
from graph.projector import discard
from tests.api.http.queried import fill, served
from tests.graph.telling import link, tell

ASK = "ASK { ?s ?p ?o }"
SELECT = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"
ASSEMBLED, VOCABULARY = (graph.value for graph in rdf.DEFAULT_GRAPHS)
COUNT = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?s ?p ?o }}"
IN_NAMED = "SELECT DISTINCT ?g {} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(fill(tmp_path_factory.mktemp("protocol"))) as made:
        yield made


def get(client: TestClient, query: str, **more: Any) -> Any:
    return client.get("/sparql", params={"query": query, **more})


def post_form(client: TestClient, query: str, **more: Any) -> Any:
    body = urlencode({"query": query, **more}, doseq=True)
    return client.post("/sparql", content=body, headers={"content-type": FORM})


def post_direct(client: TestClient, query: str, **more: Any) -> Any:
    return client.post("/sparql", params=more, content=query, headers={"content-type": DIRECT})


def graph(client: TestClient, query: str, **more: Any) -> Any:
    return client.get("/sparql", params={"query": query, **more}, headers={"accept": "text/turtle"})


WAYS = pytest.mark.parametrize("ask", [get, post_form, post_direct])


def values(answer: Any, name: str) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row[name]["value"] for row in answer.json()["results"]["bindings"]]


def number(answer: Any) -> int:
    return int(values(answer, "n")[0])


@WAYS
def test_a_query_comes_in_each_of_three_ways(client: TestClient, ask: Any) -> None:
    answer = ask(client, ASK)
    assert (answer.status_code, answer.json()["boolean"]) == (200, True)
    assert answer.headers["breachtrace-seq"] == "2"
    assert "breachtrace-truncated" not in answer.headers


@WAYS
def test_letters_of_all_kinds_arrive(client: TestClient, ask: Any) -> None:
    assert values(ask(client, "SELECT ('é 🙂 & + %41 \u2028' AS ?x) {}"), "x") == ["é 🙂 & + %41 \u2028"]


@WAYS
def test_default_graphs_are_the_ones_that_are_asked_for(client: TestClient, ask: Any) -> None:
    one, other = (
        number(ask(client, COUNT.format(""), **{"default-graph-uri": graph})) for graph in (ASSEMBLED, VOCABULARY)
    )
    assert 0 < one != other > 0
    both = number(ask(client, COUNT.format(""), **{"default-graph-uri": [ASSEMBLED, VOCABULARY]}))
    assert both == one + other == number(ask(client, COUNT.format("")))
    assert number(ask(client, COUNT.format(""), **{"default-graph-uri": ASSEMBLED + "-not"})) == 0


@WAYS
def test_named_graphs_are_the_ones_that_are_asked_for(client: TestClient, ask: Any) -> None:
    assert len(values(ask(client, IN_NAMED.format("")), "g")) > 3
    assert values(ask(client, IN_NAMED.format(""), **{"named-graph-uri": VOCABULARY}), "g") == [VOCABULARY]
    both = values(ask(client, IN_NAMED.format(""), **{"named-graph-uri": [VOCABULARY, ASSEMBLED]}), "g")
    assert sorted(both) == [ASSEMBLED, VOCABULARY]
    assert number(ask(client, COUNT.format(""), **{"named-graph-uri": VOCABULARY})) == 0


@WAYS
def test_default_and_named_graphs_go_together(client: TestClient, ask: Any) -> None:
    text = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } }"
    asked = {"default-graph-uri": ASSEMBLED, "named-graph-uri": [VOCABULARY, ASSEMBLED]}
    assert values(ask(client, text, **asked), "g") == [VOCABULARY]


@WAYS
def test_what_the_protocol_says_of_graphs_takes_the_place_of_from(client: TestClient, ask: Any) -> None:
    told = number(ask(client, COUNT.format(f"FROM <{VOCABULARY}>")))
    assert told == number(ask(client, COUNT.format(""), **{"default-graph-uri": VOCABULARY}))
    assert number(ask(client, COUNT.format(f"FROM <{ASSEMBLED}>"), **{"default-graph-uri": VOCABULARY})) == told
    assert number(ask(client, COUNT.format(f"FROM <{ASSEMBLED}>"), **{"named-graph-uri": VOCABULARY})) == 0
    assert (
        values(ask(client, IN_NAMED.format(f"FROM NAMED <{ASSEMBLED}>"), **{"default-graph-uri": VOCABULARY}), "g")
        == []
    )


RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("media", RESULTS)
def test_a_result_comes_in_the_form_that_is_asked_for(client: TestClient, media: str) -> None:
    answer = client.get("/sparql", params={"query": SELECT}, headers={"accept": media})
    assert answer.headers["content-type"].split(";")[0] == media
    found = ox.parse_query_results(answer.content, RESULTS[media])
    assert isinstance(found, ox.QuerySolutions)
    assert len(list(found)) == 3
    truth = client.get("/sparql", params={"query": ASK}, headers={"accept": media})
    assert bool(ox.parse_query_results(truth.content, RESULTS[media]))


def test_a_result_comes_as_csv(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": SELECT}, headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [len(row) for row in csv.reader(io.StringIO(answer.text, newline=""))] == [1] * 4


@pytest.mark.parametrize("query", [CONSTRUCT, f"DESCRIBE <{rdf.CURATION.value}> ?s WHERE {{ ?s a ?c }} LIMIT 1"])
@pytest.mark.parametrize("media", GRAPHS)
def test_a_graph_comes_in_the_form_that_is_asked_for(client: TestClient, media: str, query: str) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"accept": media})
    assert answer.headers["content-type"].split(";")[0] == media
    assert len(list(ox.parse(answer.content, GRAPHS[media]))) >= 1


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (SELECT, "text/turtle, text/csv;q=0.1", "text/csv"),
        (CONSTRUCT, "application/sparql-results+json, application/rdf+xml;q=0.1", "application/rdf+xml"),
        (SELECT, "text/csv;q=0.5, application/sparql-results+xml;q=0.6, */*;q=0.1", "application/sparql-results+xml"),
    ],
)
def test_what_is_liked_best_of_what_is_possible_is_given(
    client: TestClient, query: str, accept: str, media: str
) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"accept": accept})
    assert answer.headers["content-type"].split(";")[0] == media
    assert "Accept" in answer.headers["vary"].split(", ")


@pytest.mark.parametrize(("query", "accept"), [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (ASK, "image/png")])
def test_what_cannot_be_given_is_told(client: TestClient, query: str, accept: str) -> None:
    assert client.get("/sparql", params={"query": query}, headers={"accept": accept}).status_code == 406


def test_no_query_gets_the_description_of_the_service(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"accept": "application/n-triples"})
    assert answer.headers["content-type"] == "application/n-triples"
    sd = "http://www.w3.org/ns/sparql-service-description#"
    store = ox.Store()
    store.load(answer.content, ox.RdfFormat.N_TRIPLES)
    told = f"""ASK {{ ?s a <{sd}Service> ; <{sd}endpoint> <http://127.0.0.1:8000/sparql> ;
        <{sd}supportedLanguage> <{sd}SPARQL11Query> ;
        <{sd}resultFormat> <http://www.w3.org/ns/formats/SPARQL_Results_JSON>, <http://www.w3.org/ns/formats/Turtle> ;
        <{sd}defaultDataset> [ <{sd}defaultGraph> ?d ; <{sd}namedGraph> [ <{sd}name> <{ASSEMBLED}> ] ] ;
        <http://www.w3.org/2000/01/rdf-schema#comment> ?limits . FILTER CONTAINS(?limits, "10000 rows") }}"""
    assert store.query(told)
    assert client.get("/sparql", headers={"accept": "text/csv"}).status_code == 406


def test_head_is_get_without_a_body(client: TestClient) -> None:
    answer = client.head("/sparql", params={"query": ASK})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/sparql-results+json")


BAD = [
    ("GET", {"query": [ASK, ASK]}, None, "", 400),
    ("GET", {"default-graph-uri": ASSEMBLED}, None, "", 400),
    ("GET", {"query": ""}, None, "", 400),
    ("GET", {"query": "SELECT ?s WHERE {"}, None, "", 400),
    ("GET", {"query": "%"}, None, "", 400),
    ("GET", {"query": ASK, "default-graph-uri": "not an iri"}, None, "", 400),
    ("GET", {"update": "DROP ALL"}, None, "", 403),
    ("PUT", {}, DIRECT, ASK, 405),
    ("PUT", {"query": ASK}, None, "", 405),
    ("DELETE", {"query": ASK}, None, "", 405),
    ("PATCH", {}, None, "", 405),
    ("POST", {}, FORM, urlencode([("query", ASK), ("query", ASK)]), 400),
    ("POST", {}, FORM, "", 400),
    ("POST", {}, FORM, "query=%FF", 400),
    ("POST", {"query": ASK}, FORM, "", 400),
    ("POST", {}, FORM, urlencode({"query": "SELECT nonsense"}), 400),
    ("POST", {}, FORM, urlencode({"update": "DROP ALL"}), 403),
    ("POST", {}, None, urlencode({"query": ASK}), 415),
    ("POST", {}, None, ASK, 415),
    ("POST", {}, "text/plain", ASK, 415),
    ("POST", {}, "application/json", json.dumps({"query": ASK}), 415),
    ("POST", {}, DIRECT + "; charset=UTF-16", ASK.encode("utf-16").decode("latin-1"), 415),
    ("POST", {}, DIRECT, "ASK { ?s ?p '\xff' }".encode("latin-1").decode("latin-1"), 400),
    ("POST", {}, DIRECT, "", 400),
    ("POST", {"query": ASK}, DIRECT, ASK, 400),
    ("POST", {}, "application/sparql-update", "INSERT DATA { <a:b> <a:b> <a:b> }", 403),
    ("POST", {}, DIRECT, "INSERT DATA { <a:b> <a:b> <a:b> }", 403),
]


@pytest.mark.parametrize(("method", "params", "content_type", "body", "status"), BAD)
def test_what_is_no_query_is_told_with_the_status_for_it(
    client: TestClient, method: str, params: dict[str, Any], content_type: str | None, body: str, status: int
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = client.request(method, "/sparql", params=params, content=body.encode("latin-1"), headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 10
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD, POST"


def test_rows_that_are_cut_off_are_told(tmp_path: Path) -> None:
    with served(fill(tmp_path), query_rows=2) as client:
        for query, accept in ((SELECT, "text/csv"), (CONSTRUCT, "application/n-triples")):
            answer = client.get("/sparql", params={"query": query}, headers={"accept": accept})
            assert answer.headers["breachtrace-truncated"] == "true"
            assert len(answer.text.splitlines()) == 2 + (accept == "text/csv")
        whole = client.get("/graphs?default", headers={"accept": "application/n-triples"})
        assert len(whole.text.splitlines()) > 100


def test_an_answer_shows_what_was_ingested_before_it_was_asked_for(tmp_path: Path) -> None:
    with served(fill(tmp_path)) as client:
        assert get(client, ASK).headers["breachtrace-seq"] == "2"
        with Ledger(tmp_path / "ledger.sqlite") as ledger:
            ledger.add(tell("a3", link("breach", "revenue_falls")))
        assert get(client, ASK).headers["breachtrace-seq"] == "3"
        discard(tmp_path)  # all projections
        assert get(client, ASK).headers["breachtrace-seq"] == "3"


@pytest.mark.parametrize("media", GRAPHS)
def test_a_graph_is_read_whole(client: TestClient, media: str) -> None:
    answer = client.get("/graphs", params={"graph": VOCABULARY}, headers={"accept": media})
    assert answer.headers["content-type"].split(";")[0] == media
    expected = number(get(client, COUNT.format(f"FROM <{VOCABULARY}>")))
    assert len(set(ox.parse(answer.content, GRAPHS[media]))) == expected


def test_the_default_graph_is_what_a_query_sees(client: TestClient) -> None:
    answer = client.get("/graphs?default", headers={"accept": "application/n-triples"})
    assert len(answer.text.splitlines()) == number(get(client, COUNT.format("")))
    head = client.head("/graphs?default", headers={"accept": "application/n-triples"})
    assert (head.status_code, head.headers["content-length"]) == (200, answer.headers["content-length"])


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/graphs?graph=https://w3id.org/breachtrace/id/nothing", 404),
        ("HEAD", "/graphs?graph=https://w3id.org/breachtrace/id/nothing", 404),
        ("GET", "/graphs?graph=http://example.org/", 404),
        ("GET", "/graphs?graph=file:///etc/passwd", 404),
        ("GET", "/graphs?graph=not%20an%20iri", 400),
        ("GET", "/graphs?graph=", 400),
        ("GET", "/graphs", 400),
        ("GET", "/graphs?default&graph=https://w3id.org/breachtrace/vocabulary", 400),
        ("PUT", "/graphs?default", 405),
        ("POST", "/graphs?default", 405),
        ("DELETE", "/graphs?default", 405),
        ("PATCH", "/graphs?default", 405),
    ],
)  # fmt: skip
def test_what_is_no_graph_or_would_change_one_is_told(client: TestClient, method: str, url: str, status: int) -> None:
    answer = client.request(method, url)
    assert answer.status_code == status, answer.text
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD"
    assert client.get("/graphs?default", headers={"accept": "image/png"}).status_code == 406

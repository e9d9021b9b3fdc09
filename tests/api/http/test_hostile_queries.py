"""Queries that would write, reach out, or take all there is: over HTTP each is told off, and the next is answered."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from graph.stores import ladybug
from graph.stores.manifest import read
from tests.api.http.queried import fill, served

URL = "http://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = fill(tmp_path_factory.mktemp("hostile"))
    with served(folder, query_seconds=2, query_memory=200 << 20, query_bytes=1 << 20, query_rows=1_000_000) as made:
        made.folder = folder  # type: ignore[attr-defined]
        yield made


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A server that nobody should come to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield server


def sparql(client: TestClient, text: str) -> Any:
    return client.post("/sparql", content=text.encode(), headers={"content-type": "application/sparql-query"})


def cypher(client: TestClient, text: str) -> Any:
    return client.post("/db/neo4j/query/v2", json={"statement": text})


def still_answers(client: TestClient) -> bool:
    return bool(sparql(client, "ASK { ?s ?p ?o }").json()["boolean"])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ BIND(<{url}> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
        "PREFIX a: <{url}> SELECT * {{ ?s ?p 5SERVICE a: {{ ?s ?p ?o }} }}",
        "SELECT * {{ ?s ?p '#' \r\n . #'\nSERVICE <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "SELECT * FROM <file:///etc/passwd> {{ ?s ?p ?o }}",
        "LOAD <{url}>",
        "LOAD SILENT <{url}> INTO GRAPH <a:b>",
        "# a comment\nINSERT DATA {{ <a:b> <a:b> <a:b> }}",
        "PREFIX a: <a:> # DELETE\nDELETE WHERE {{ ?s ?p ?o }}",
        "BASE <{url}> CLEAR ALL",
        "WITH <a:b> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        "CREATE GRAPH <a:b>",
        "COPY DEFAULT TO <a:b>",
    ],
)
def test_sparql_that_writes_or_reaches_out_is_refused(client: TestClient, trap: socket.socket, text: str) -> None:
    answer = sparql(client, text.format(url=URL.format(port=trap.getsockname()[1])))
    assert answer.status_code == 403, answer.text
    with pytest.raises(TimeoutError):
        trap.accept()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("ASK { ?s ?p ?o } ; DROP ALL", 400),
        ("SELECT * { ?s ?p ?o } INSERT DATA { <a:b> <a:b> <a:b> }", 400),
        ("ASK { ?s ?p 'DROP ALL; SERVICE' } # INSERT DATA { <a:b> <a:b> <a:b> }", 200),
        ("ASK { ?s ?p '''\nLOAD <http://a/>\n''' }", 200),
        ("ASK { ?s ?p '''", 400),
        ("ASK " + "{" * 5000 + "}" * 5000, 400),
        ("ASK { ?s " + "/".join(["<a:b>"] * 20_000) + " ?o }", 400),
        ("\0", 400),
    ],
)
def test_what_is_odd_is_understood_or_not_but_nothing_breaks(client: TestClient, text: str, status: int) -> None:
    assert sparql(client, text).status_code in {status, 504}
    assert still_answers(client)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
        "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "CONSTRUCT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT (COUNT(*) AS ?n) { ?a (!<a:b>|^<a:c>)* ?b . ?c (!<a:b>)* ?d . ?e (!<a:b>)* ?f }",
    ],
    ids=["time", "memory", "size", "size of a graph", "time on paths"],
)
def test_what_takes_too_much_is_ended(client: TestClient, text: str) -> None:
    answer = sparql(client, text)
    assert answer.status_code == 504, answer.text
    assert "limit" in answer.json()["detail"] or "larger" in answer.json()["detail"]
    assert still_answers(client)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CREATE (:Event {id: 'x'})", "Statement.AccessMode"),
        ("MATCH (e:Event) /* no */ SET e.label = 'x'", "Statement.AccessMode"),
        ("MATCH (e:Event) DETACH DELETE e", "Statement.AccessMode"),
        ("RETURN 1 // '\nUNION MATCH (e) REMOVE e.id RETURN 1", "Statement.AccessMode"),
        ("CALL show_tables() RETURN *", "Security.Forbidden"),
        ("CALL { MATCH (e:Event) RETURN e } RETURN e", "Security.Forbidden"),
        ("LOAD FROM '/etc/passwd' RETURN *", "Security.Forbidden"),
        ("LOAD CSV FROM '{url}' AS row RETURN row", "Security.Forbidden"),
        ("MATCH (e:Event) WHERE e.n_mentions = 1LOAD FROM '/etc/passwd' RETURN *", "Security.Forbidden"),
        ("RETURN '\\u0027 LOAD CSV FROM \\u0027{url}\\u0027 AS row RETURN row //'", "Security.Forbidden"),
        ("COPY (MATCH (e:Event) RETURN e.id) TO 'out.csv'", "Security.Forbidden"),
        ("INSTALL httpfs", "Security.Forbidden"),
        ("ATTACH '{url}' AS other", "Security.Forbidden"),
        ("EXPORT DATABASE 'out'", "Security.Forbidden"),
        ("USE system RETURN 1", "Security.Forbidden"),
        ("RETURN 1; RETURN 2", "Security.Forbidden"),
        ("SHOW USERS", "Statement.SyntaxError"),
    ],
)
def test_cypher_that_writes_or_reaches_out_is_refused(
    client: TestClient, trap: socket.socket, text: str, code: str
) -> None:
    answer = cypher(client, text.replace("{url}", URL.format(port=trap.getsockname()[1])))
    assert answer.json()["errors"][0]["code"] == f"Neo.ClientError.{code}"
    assert answer.status_code in {400, 403}
    with pytest.raises(TimeoutError):
        trap.accept()


@pytest.mark.parametrize(
    "text",
    [
        "UNWIND range(1, 100000000) AS x RETURN collect(x)",
        "RETURN repeat('a', 2000000000)",
        "UNWIND range(1, 20000000) AS x RETURN x, count(*) LIMIT 2",
    ],
)
def test_cypher_that_takes_too_much_memory_is_told_as_neo4j_tells_it(client: TestClient, text: str) -> None:
    answer = cypher(client, text)
    (told,) = answer.json()["errors"]
    assert (answer.status_code, told["code"]) == (504, "Neo.TransientError.General.MemoryPoolOutOfMemoryError")
    assert told["message"] == "the query was ended at its limit (memory); ask for less, or raise the limit"
    assert cypher(client, "RETURN 1").status_code == 202


def test_a_runaway_in_cypher_is_ended_and_nothing_was_changed(client: TestClient) -> None:
    answer = cypher(client, "UNWIND range(1, 100000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b)")
    assert answer.status_code == 504
    assert answer.json()["errors"][0]["code"] == "Neo.ClientError.Transaction.TransactionTimedOut"
    assert cypher(client, "MATCH (e:Event) RETURN count(e)").json()["data"]["values"] == [[4]]
    folder: Path = client.folder  # type: ignore[attr-defined]
    assert ladybug.count_events(folder / str(read(folder).cypher)) == 4

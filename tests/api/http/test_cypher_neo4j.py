"""The Neo4j Query API's shape, answered by a real Neo4j that `project` keeps up to date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from breachtrace import Store
from graph.stores import guard
from graph.stores.neo4j import Address
from tests.api.http.queried import fill, served
from tests.conftest import ask_neo4j

THERE = "/db/neo4j/query/v2"
TYPED = "application/vnd.neo4j.query"


@pytest.fixture
def client(neo4j_url: str, tmp_path: Path) -> Iterator[TestClient]:
    with Store(fill(tmp_path)) as store:
        store.project_neo4j(neo4j_url)
    with served(tmp_path, neo4j=neo4j_url, query_seconds=3, query_rows=100) as made:
        yield made


def ask(client: TestClient, statement: str, accept: str = "application/json", **more: Any) -> Any:
    return client.post(THERE, json={"statement": statement, **more}, headers={"accept": accept})


def test_neo4j_answers_reads_alone_and_in_time(
    client: TestClient, neo4j_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(
        client, "MATCH (e:Event) WHERE e.kind <> $kind RETURN e.type AS t ORDER BY t", parameters={"kind": "breach"}
    )
    assert answer.status_code == 202, answer.text
    assert answer.json()["data"] == {"fields": ["t"], "values": [["jobs_lost"], ["orders_fall"], ["stock_unsold"]]}
    assert (answer.json()["seq"], answer.headers["breachtrace-seq"]) == (2, "2")
    again = ask(client, "MATCH (e:Event) RETURN count(e)", bookmarks=answer.json()["bookmarks"])
    assert again.json()["data"]["values"] == [[4]]

    # what both engines tell of a graph has one form
    statement = "MATCH p = (a:Event {kind: 'breach'})-[r:CAUSAL]->(b:Event) RETURN a, r, p, labels(a) AS l LIMIT 1"
    ((start, link, path, labels),) = ask(client, statement).json()["data"]["values"]
    assert (start["labels"], labels) == (["Event"], ["Event"])
    assert (link["type"], link["startNodeElementId"]) == ("CAUSAL", start["elementId"])
    assert path[:2] == [start, link]
    asked = "1 AS i, duration('P1DT2S') AS d, point({x: 1, y: 2}) AS p, datetime('2025-11-29T01:02:03Z') AS t, {a: 1.5}"
    (values,) = ask(client, f"RETURN {asked} AS m", TYPED).json()["data"]["values"]
    assert [value["$type"] for value in values] == ["Integer", "Duration", "Point", "OffsetDateTime", "Map"]
    assert values[2]["_value"] == "SRID=7203;POINT (1.0 2.0)"

    cut = ask(client, "UNWIND range(1, 1000) AS n RETURN n")
    assert (len(cut.json()["data"]["values"]), cut.headers["breachtrace-truncated"]) == (100, "true")

    # wrong statements have the server's own codes
    for wrong, status, code in (
        ("MATCH (e", 400, "Neo.ClientError.Statement.SyntaxError"),
        ("RETURN 1 / 0", 400, "Neo.ClientError.Statement.ArithmeticError"),
        ("MATCH (e:Event) SET e.id = 'x'", 403, "Neo.ClientError.Statement.AccessMode"),
        ("UNWIND range(1, 100000000000) AS a RETURN sum(a)", 504, "Neo.ClientError.Transaction.TransactionTimedOut"),
    ):
        answer = ask(client, wrong)
        assert answer.json()["errors"][0]["code"].startswith(code), answer.text
        assert answer.status_code == status
    assert client.post("/db/system/query/v2", json={"statement": "RETURN 1"}).status_code == 404

    # the server itself refuses to write, whatever our own check lets pass
    monkeypatch.setattr(guard, "check_cypher", lambda text: None)
    answer = ask(client, "CREATE (:Event {id: 'x'}) RETURN 1", accessMode="WRITE")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "Neo.ClientError.Statement.AccessMode"
    assert ask_neo4j(neo4j_url, "MATCH (e:Event) RETURN count(e) AS n") == [{"n": 4}]


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("neo4j")
    url = "bolt://neo4j:a-secret-of-ours@127.0.0.1:1"
    assert "a-secret-of-ours" not in str(Address.parse(url))
    with served(fill(tmp_path), neo4j=url) as client:
        answer = ask(client, "RETURN 1")
    assert answer.status_code == 502
    assert answer.json()["errors"][0]["code"] == "Neo.TransientError.General.DatabaseUnavailable"
    assert "a-secret-of-ours" not in answer.text
    assert "127.0.0.1" not in answer.text

"""The Neo4j Query API's shape, answered by the embedded engine: results, types, errors with Neo4j's codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from graph.stores import cypher_values, ladybug
from tests.api.http.queried import fill, served

pytestmark = pytest.mark.skipif(not ladybug.available(), reason="the embedded engine for Cypher is not installed")
THERE = "/db/neo4j/query/v2"
TYPED = "application/vnd.neo4j.query"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(fill(tmp_path_factory.mktemp("cypher"))) as made:
        yield made


def ask(client: TestClient, statement: str, accept: str = "application/json", **more: Any) -> Any:
    return client.post(THERE, json={"statement": statement, **more}, headers={"accept": accept})


def rows(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 202, answer.text
    found: list[list[Any]] = answer.json()["data"]["values"]
    return found


def test_rows_come_with_their_fields_and_what_they_show(client: TestClient) -> None:
    answer = ask(client, "MATCH (e:Event) RETURN e.type AS type, e.group_code AS who ORDER BY type")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["breachtrace-seq"] == "2"
    found = answer.json()
    assert found["data"]["fields"] == ["type", "who"]
    assert found["data"]["values"] == [
        ["data_breach", None],
        ["jobs_lost", "driver"],
        ["orders_fall", None],
        ["stock_unsold", "farmer"],
    ]
    assert found["seq"] == 2
    assert "counters" not in found


def test_nodes_relationships_and_paths_have_their_plain_forms(client: TestClient) -> None:
    ((start, link, path),) = rows(
        ask(client, "MATCH p = (a:Event {kind: 'breach'})-[r:CAUSAL]->(b:Event) RETURN a, r, p LIMIT 1")
    )
    assert set(start) == {"elementId", "labels", "properties"}
    assert (start["labels"], start["properties"]["kind"]) == (["Event"], "breach")
    assert "group_code" not in start["properties"]  # what is null is not there
    assert set(link) == {"elementId", "startNodeElementId", "endNodeElementId", "type", "properties"}
    assert (link["type"], link["startNodeElementId"]) == ("CAUSAL", start["elementId"])
    assert path[:2] == [start, link]
    assert path[2]["elementId"] == link["endNodeElementId"]


def test_values_come_with_their_types_where_they_are_asked_for(client: TestClient) -> None:
    answer = ask(
        client, "RETURN 1 AS i, 0.5 AS f, 'x' AS s, true AS b, null AS n, [1] AS l, date('2025-11-29') AS d", TYPED
    )
    assert answer.headers["content-type"] == TYPED
    assert rows(answer) == [
        [
            {"$type": "Integer", "_value": "1"},
            {"$type": "Float", "_value": "0.5"},
            {"$type": "String", "_value": "x"},
            {"$type": "Boolean", "_value": True},
            {"$type": "Null", "_value": None},
            {"$type": "List", "_value": [{"$type": "Integer", "_value": "1"}]},
            {"$type": "Date", "_value": "2025-11-29"},
        ]
    ]
    ((node,),) = rows(ask(client, "MATCH (e:Event {kind: 'breach'}) RETURN e", TYPED))
    assert node["$type"] == "Node"
    assert set(node["_value"]) == {"_element_id", "_labels", "_properties"}
    assert node["_value"]["_properties"]["n_steps"] == {"$type": "Integer", "_value": "0"}


@pytest.mark.parametrize("value", [1, -1.5, "x", "é' OR 1=1 // 🙂", True, [1, 2], {"a": "b"}])
def test_a_parameter_is_a_value(client: TestClient, value: Any) -> None:
    assert rows(ask(client, "RETURN $value AS x", parameters={"value": value})) == [[value]]
    body = {"statement": "RETURN $value AS x", "parameters": {"value": cypher_values.typed(value)}}
    assert rows(client.post(THERE, json=body, headers={"content-type": TYPED})) == [[value]]


def test_a_day_as_a_parameter_is_a_day(client: TestClient) -> None:
    day = {"$type": "Date", "_value": "2025-11-29"}
    body = {"statement": "RETURN $day AS d, $day = date('2025-11-29') AS same", "parameters": {"day": day}}
    answer = client.post(THERE, json=body, headers={"content-type": TYPED, "accept": TYPED})
    assert rows(answer) == [[day, {"$type": "Boolean", "_value": True}]]


def test_counters_say_that_nothing_was_changed(client: TestClient) -> None:
    counters = ask(client, "RETURN 1", includeCounters=True).json()["counters"]
    assert counters["containsUpdates"] is False
    assert counters["nodesCreated"] == 0


def test_a_bookmark_is_answered_with_what_it_saw_or_not_yet(client: TestClient) -> None:
    bookmarks = ask(client, "RETURN 1").json()["bookmarks"]
    assert ask(client, "RETURN 1", bookmarks=bookmarks).status_code == 202
    later = ask(client, "RETURN 1", bookmarks=["breachtrace:99"])
    assert later.status_code == 503
    assert later.json()["errors"][0]["code"] == "Neo.TransientError.Transaction.BookmarkTimeout"


def test_a_number_that_the_engine_has_no_room_for_is_told_without_its_source(client: TestClient) -> None:
    answer = ask(client, "RETURN $n", parameters={"n": 10**400})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (400, "Neo.ClientError.Statement.TypeError")
    assert "/" not in error["message"]


def test_rows_that_are_cut_off_are_told(tmp_path: Path) -> None:
    with served(fill(tmp_path), query_rows=2) as client:
        answer = ask(client, "MATCH (e:Event) RETURN e.id")
        assert len(rows(answer)) == 2
        assert answer.headers["breachtrace-truncated"] == "true"
        assert answer.json()["notifications"][0]["severity"] == "WARNING"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("MATCH (e:Event", "SyntaxError"),
        ("nonsense", "SyntaxError"),
        ("RETURN x", "SyntaxError"),
        ("RETURN $missing", "ParameterMissing"),
        ("MATCH (e:Nothing) RETURN e", "SemanticError"),
        ("RETURN 1 / 0", "ArithmeticError"),
        ("RETURN CAST('x' AS INT64)", "TypeError"),
        ("CREATE (:Event {id: 'x'})", "AccessMode"),
    ],
)
def test_what_is_wrong_with_a_statement_has_the_code_of_neo4j(client: TestClient, statement: str, code: str) -> None:
    for mode in ("READ", "WRITE"):
        answer = ask(client, statement, accessMode=mode)
        assert answer.status_code == (403 if code == "AccessMode" else 400)
        (error,) = answer.json()["errors"]
        assert error["code"] == f"Neo.ClientError.Statement.{code}"
        assert error["message"]
        assert "data" not in answer.json()


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (
            {"url": "/db/system/query/v2", "json": {"statement": "RETURN 1"}},
            404,
            "ClientError.Database.DatabaseNotFound",
        ),
        ({"json": {}}, 400, "ClientError.Request.InvalidFormat"),
        ({"json": {"statement": 1}}, 400, "ClientError.Request.InvalidFormat"),
        ({"json": ["RETURN 1"]}, 400, "ClientError.Request.InvalidFormat"),
        ({"json": {"statement": "RETURN 1", "accessMode": "ROOT"}}, 400, "ClientError.Request.InvalidFormat"),
        ({"content": "{", "headers": {"content-type": "application/json"}}, 400, "ClientError.Request.InvalidFormat"),
        ({"content": "RETURN 1", "headers": {"content-type": "text/plain"}}, 415, "ClientError.Request.Invalid"),
        ({"json": {"statement": "RETURN 1"}, "headers": {"accept": "text/csv"}}, 406, "ClientError.Request.Invalid"),
        ({"json": {"statement": "RETURN 1", "impersonatedUser": "x"}}, 403, "ClientError.Security.Forbidden"),
        ({"json": {"statement": "RETURN 1", "bookmarks": ["x"]}}, 400, "ClientError.Transaction.InvalidBookmark"),
        (
            {"json": {"statement": "RETURN 1"}, "headers": {"authorization": "Bearer x"}},
            401,
            "ClientError.Security.Unauthorized",
        ),
        ({"method": "GET"}, 405, "ClientError.Request.Invalid"),
        (
            {
                "json": {"statement": "RETURN $x", "parameters": {"x": 1}},
                "headers": {"content-type": TYPED},
            },
            400,
            "ClientError.Request.InvalidFormat",
        ),
    ],
)
def test_what_is_wrong_with_a_request_is_told_in_the_same_form(
    client: TestClient, request_: dict[str, Any], status: int, code: str
) -> None:
    answer = client.request(**{"method": "POST", "url": THERE, **request_})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert [error["code"] for error in answer.json()["errors"]] == [f"Neo.{code}"]

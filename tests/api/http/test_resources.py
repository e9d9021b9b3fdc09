"""What the graph holds, over HTTP: complete, page by page, as of a day, and told apart by graph version."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.paging import Paging
from tests.api.http.conftest import STORY, Serve

Json = dict[str, Any]


def send(client: TestClient, name: str, text: str = STORY, **about: str) -> int:
    answer = client.put(f"/v1/articles/{name}", params=about, content=text, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["seq"])


@pytest.fixture
def told(client: TestClient) -> TestClient:
    """Two articles that differ on a figure, and on whether the breach made orders fall."""
    send(client, "post-1", publisher="Post", published="2025-12-01")
    send(client, "wire-1", STORY.replace("30", "40") + " It is denied.", publisher="Wire", published="2025-12-09")
    return client


def get(client: TestClient, path: str, **params: Any) -> Json:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    assert body["seq"] == 2
    return body


def test_an_incident_is_told_with_its_articles_and_livelihoods(told: TestClient) -> None:
    (listed,) = get(told, "/v1/incidents")["items"]
    one = get(told, "/v1/incidents/acme")
    assert one["id"] == listed["id"]
    assert [article["id"] for article in one["articles"]] == ["post-1", "wire-1"]
    assert (one["livelihoods"], one["figures"], one["claims"]) == (["driver"], 2, 3)


def test_groups_say_what_is_told_of_them(told: TestClient) -> None:
    groups = {one["code"]: one for one in get(told, "/v1/groups")["items"]}
    assert (groups["driver"]["impacts"], len(groups["driver"]["incidents"])) == (1, 1)
    assert (groups["patient"]["livelihood"], groups["patient"]["impacts"]) == (False, 0)


def test_every_position_on_a_measure_has_its_evidence(told: TestClient) -> None:
    (measure,) = get(told, "/v1/figures", incident="Acme", measure="ORDER")["items"]
    positions = {one["text"]: one for one in measure["positions"]}
    assert set(positions) == {"30 percent", "40 percent"}
    assert measure["positions"][0]["standing"] == "current"
    for text, article in (("30 percent", "post-1"), ("40 percent", "wire-1")):
        (evidence,) = positions[text]["evidence"]
        known = get(told, f"/v1/articles/{article}")
        assert evidence["article"] == article
        assert known["text"][evidence["start"] : evidence["end"]] == evidence["quote"]
        assert positions[text]["id"] in known["figures"]
    assert get(told, "/v1/figures", group="driver")["items"] == []


def test_as_of_a_day_only_what_was_published_counts(told: TestClient) -> None:
    (measure,) = get(told, "/v1/figures", as_of="2025-12-05")["items"]
    assert [(one["text"], one["standing"]) for one in measure["positions"]] == [("30 percent", "current")]
    assert get(told, "/v1/figures", as_of="2025-01-01")["items"] == []


def test_disputes_are_figures_and_claims_with_both_sides(told: TestClient) -> None:
    claim, figure = get(told, "/v1/disputes")["items"]
    assert (claim["kind"], sorted(side["negated"] for side in claim["sides"])) == ("claim", [False, True])
    assert {side["evidence"][0]["article"] for side in claim["sides"]} == {"post-1", "wire-1"}
    assert (figure["kind"], len(figure["measure"]["positions"])) == ("figure", 2)
    assert get(told, "/v1/disputes", incident="acme")["items"] == [claim, figure]


def test_search_finds_labels_first_and_then_quotes(told: TestClient) -> None:
    hits = get(told, "/v1/search", q="Orders FELL")["items"]
    labels = [("orders fell" in hit["label"].lower()) for hit in hits]
    assert labels == sorted(labels, reverse=True)
    assert {hit["kind"] for hit in hits} >= {"claim", "event", "figure"}
    quoted = [hit for hit in hits if hit["quotes"]]
    assert all("Orders fell" in quote["text"] for hit in quoted for quote in hit["quotes"])
    (article,) = get(told, "/v1/search", q="wire", kind="article")["items"]
    assert article["id"] == "wire-1"
    assert get(told, "/v1/search", q="nothing of this")["items"] == []
    assert told.get("/v1/search", params={"q": " ... "}).status_code == 422


def pages(client: TestClient, path: str, between: Callable[[], object] = int, **params: Any) -> list[Json]:
    found: list[Json] = []
    cursor: dict[str, str] = {}
    for _ in range(100):
        answer = client.get(path, params={**params, **cursor, "limit": 1})
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}
        between()
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize(
    "path", ["/v1/incidents", "/v1/groups", "/v1/articles", "/v1/figures", "/v1/disputes", "/v1/search?q=orders"]
)
def test_pages_hold_what_the_whole_holds(told: TestClient, path: str) -> None:
    path, _, query = path.partition("?")
    params: Json = dict([query.split("=")]) if query else {}
    assert pages(told, path, **params) == get(told, path, **params)["items"]


def test_pages_are_stable_while_articles_come_in(told: TestClient) -> None:
    names = ["aaa", "zzz"]

    def more() -> None:
        while names:
            send(told, names[-1], f"{STORY} {names.pop()}")

    found = [one["id"] for one in pages(told, "/v1/articles", more)]
    assert found == ["post-1", "wire-1", "zzz"]


@pytest.mark.parametrize("cursor", ["", "a", "WzFd", "bnVsbA", "é", "W" * 4000, "WyIvdjEvZ3JvdXBzIiwgImNvbnN1bWVyIl0"])
def test_a_cursor_of_somebody_else_is_refused(told: TestClient, cursor: str) -> None:
    answer = told.get("/v1/incidents", params={"cursor": cursor})
    assert answer.status_code == 400
    assert "next" in answer.json()["detail"]


def test_a_page_of_all_has_no_next() -> None:
    assert Paging("/x", 3, None).cut(["a", "b", "c"], lambda one: (one,)) == (["a", "b", "c"], None)


def test_what_a_caller_has_is_not_sent_again(told: TestClient) -> None:
    first = told.get("/v1/incidents")
    etag = first.headers["etag"]
    for known in (etag, etag.removeprefix("W/"), f'"x", {etag}'):
        again = told.get("/v1/incidents", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    send(told, "more", STORY + " More.")
    changed = told.get("/v1/incidents", headers={"If-None-Match": etag})
    assert (changed.status_code, changed.headers["etag"] != etag) == (200, True)


@pytest.mark.parametrize(
    "path",
    ["/v1/incidents/nobody", "/v1/articles/nobody", "/v1/figures?incident=nobody", "/v1/incidents?cursor=x"],
)
def test_what_is_not_there_is_not_taken_to_be_known(told: TestClient, path: str) -> None:
    wrong = told.get(path).status_code
    for known in (told.get("/v1/incidents").headers["etag"], "*"):
        assert told.get(path, headers={"If-None-Match": known}).status_code == wrong
    assert wrong in (400, 404)


def test_etags_are_the_same_after_a_restart(told: TestClient, serve: Serve) -> None:
    assert serve().get("/v1/incidents").headers["etag"] == told.get("/v1/incidents").headers["etag"]


def test_a_seq_that_is_not_there_yet_is_not_answered_from_an_older_graph(told: TestClient) -> None:
    seq = send(told, "more", STORY + " More.")
    assert told.get("/v1/incidents", params={"min_seq": seq}).json()["seq"] == seq
    ahead = told.get("/v1/incidents", params={"min_seq": seq + 1})
    assert (ahead.status_code, ahead.headers["retry-after"], ahead.json()["seq"]) == (409, "1", seq)
    assert told.get("/v1/incidents", params={"min_seq": -1}).status_code == 422


def test_a_decision_holds_and_is_listed(told: TestClient) -> None:
    (measure,) = get(told, "/v1/figures")["items"]
    wanted = next(one["id"] for one in measure["positions"] if one["standing"] != "current")
    decision = {"verb": "recommend", "subject": wanted, "by": "kim", "why": "the union counted"}
    made = told.post("/v1/decisions", json=decision)
    assert (made.status_code, made.json()["by"], made.json()["seq"]) == (201, "kim", 3)
    after = told.get("/v1/figures", params={"min_seq": 3}).json()["items"][0]
    assert after["positions"][0]["id"] == wanted
    (listed,) = told.get("/v1/decisions").json()["items"]
    assert (listed["number"], listed["verb"], listed["detail"]["why"]) == (3, "recommend", "the union counted")
    undone = told.post("/v1/decisions", json={"verb": "undo", "subject": "3", "by": "kim"})
    assert undone.status_code == 201


@pytest.mark.parametrize(
    "decision",
    [
        {"verb": "reject", "subject": "claim-none", "by": "kim"},
        {"verb": "reject", "subject": "claim-none"},
        {"verb": "drop", "subject": "x", "by": "kim"},
        {"verb": "merge", "subject": "a", "others": ["b"] * 1001, "by": "kim"},
        {"verb": "reject", "subject": "\ud800", "by": "kim"},
        {"verb": "reject", "subject": "x", "by": "kim", "also": 1},
        [],
    ],
)
def test_a_decision_that_does_not_fit_is_refused(told: TestClient, decision: object) -> None:
    answer = told.post("/v1/decisions", content=json.dumps(decision), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert told.get("/ready").json()["seq"] == 2


def test_a_key_signs_what_is_decided_with_it(told: TestClient, key: Callable[..., dict[str, str]]) -> None:
    figure = told.get("/v1/figures").json()["items"][0]["positions"][0]["id"]
    for by, signed in ((None, "desk"), ("desk", "desk"), ("ada", "ada (by key desk)")):
        decision = {"verb": "accept", "subject": figure, "by": by}
        made = told.post("/v1/decisions", json=decision, headers=key("curate", name="desk"))
        assert made.json()["by"] == signed

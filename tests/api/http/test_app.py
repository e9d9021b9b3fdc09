"""The app itself: it lives, it is ready, it is watched, and what it cannot answer it says as a problem."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from api.http.gate import Gate
from api.http.keyring import Keyring
from api.http.logs import JsonLines
from api.http.problems import MEDIA, Problem, of_error
from api.http.settings import Settings
from api.http.state import Service
from graph.errors import BusyLedgerError, LedgerError
from tests.api.http.conftest import STORY, Serve


def test_it_lives_and_is_ready(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ok", "seq": 0}


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("GET", "/nowhere", 404, "/docs"),
        ("PATCH", "/v1/decisions", 405, "GET, HEAD, POST"),
        ("GET", "/v1/incidents?limit=0", 422, "query.limit"),
        ("GET", "/v1/incidents?cursor=nonsense", 400, "next"),
        ("GET", "/v1/incidents/nobody", 404, "ingest articles"),
        ("GET", "/v1/figures?group=nobody", 422, "/v1/groups"),
        ("GET", "/v1/jobs/none", 404, "send it again"),
    ],
)
def test_a_problem_says_what_to_do(client: TestClient, method: str, path: str, status: int, told: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == MEDIA
    assert answer.json()["status"] == status
    assert told in answer.json()["detail"]


def test_what_fails_here_is_logged_and_not_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(service: Service) -> None:
        raise RuntimeError("secret place")

    monkeypatch.setattr(Service, "graph", fail)
    answer = client.get("/v1/incidents", headers={"X-Request-ID": "mine-1"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, MEDIA)
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] == "mine-1"
    assert "secret place" in caplog.text


def test_errors_of_ours_tell_no_path() -> None:
    busy, broken = of_error(BusyLedgerError("/home/kim/store", 10)), of_error(LedgerError("/home/kim/store", "x"))
    assert (busy.status_code, busy.headers) == (503, {"Retry-After": "1"})
    assert broken.status_code == 503
    assert "/home" not in busy.detail + broken.detail


def test_a_locked_database_is_told_to_be_busy(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(ring: Keyring, sent: str) -> None:
        raise sqlite3.OperationalError(f"database {folder} is locked")

    monkeypatch.setattr(Keyring, "find", fail)
    answer = client.get("/v1/incidents", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert str(folder) not in answer.text


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    async def receive() -> Message:
        await anyio.sleep(30)
        raise AssertionError

    async def read(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()

    async def ask() -> None:
        told: dict[str, Any] = {"_env_file": None, "body_seconds": 0.05}
        settings = Settings(**told)
        scope = {"type": "http", "headers": [(b"host", b"localhost")]}
        await Gate(read, settings)(scope, receive, receive)  # type: ignore[arg-type]

    with pytest.raises(Problem) as told:
        anyio.run(ask)
    assert told.value.status_code == 408


def test_a_body_that_is_no_json_is_told_what_to_do(client: TestClient) -> None:
    for body in (b"[" * 100_000, b'{"text": "caf\xe9"}', b'{"text": ' + b"9" * 5000 + b"}"):
        answer = client.post("/v1/check", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, "mend it" in answer.json()["detail"]) == (400, True)


def test_head_is_answered_as_get_without_a_body(client: TestClient) -> None:
    for path in ("/health", "/v1/incidents", "/v1/incidents/nobody"):
        head, got = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("sent", ["a b", "x" * 65, 'q"}', "é"])
def test_a_request_id_that_is_no_plain_word_is_replaced(client: TestClient, sent: str) -> None:
    answer = client.get("/health", headers={b"X-Request-ID": sent.encode("latin-1")})
    assert len(answer.headers["x-request-id"]) == 32


def test_every_request_is_one_line_of_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "breachtrace.http"):
        client.get("/v1/articles/a%0d%0ab%22", headers={"X-Request-ID": "mine-2"})
    line = JsonLines().format(caplog.records[-1])
    told = json.loads(line)
    assert "\n" not in line
    assert (told["request_id"], told["status"], told["route"]) == ("mine-2", 404, "/v1/articles/{article}")
    assert told["path"] == '/v1/articles/a\r\nb"'


def test_metrics_count_by_route_and_not_by_path(client: TestClient) -> None:
    client.post("/v1/articles", content=STORY, headers={"Content-Type": "text/plain"})
    for name in ("a", "b"):
        client.get(f"/v1/articles/{name}")
        client.get(f"/{name}")
    lines = client.get("/metrics").text.splitlines()
    assert 'breachtrace_requests_total{method="GET",route="/v1/articles/{article}",status="404"} 2.0' in lines
    assert 'breachtrace_requests_total{method="GET",route="none",status="404"} 2.0' in lines
    assert 'breachtrace_articles_read_total{outcome="added"} 1.0' in lines
    assert "breachtrace_ledger_seq 1.0" in lines


def test_pages_of_known_origins_may_call_and_never_with_cookies(serve: Serve) -> None:
    client = serve(origins=("https://a.example",))
    known = client.get("/health", headers={"Origin": "https://a.example"})
    other = client.get("/health", headers={"Origin": "https://b.example"})
    assert known.headers["access-control-allow-origin"] == "https://a.example"
    assert "access-control-allow-credentials" not in known.headers
    assert "access-control-allow-origin" not in other.headers


def test_openapi_shows_an_example_and_how_to_send_a_key(client: TestClient) -> None:
    told = client.get("/openapi.json").json()
    body = told["paths"]["/v1/articles"]["post"]["requestBody"]["content"]
    assert {"application/json", "text/html", "text/plain"} == set(body)
    assert all("example" in one for one in body.values())
    assert told["paths"]["/v1/incidents"]["get"]["security"]
    problem = told["paths"]["/v1/incidents"]["get"]["responses"]["4XX"]["content"]
    assert set(problem[MEDIA]["schema"]["required"]) == {"title", "status", "detail"}


def test_every_route_but_health_asks_for_a_key(serve: Serve, key: Callable[..., dict[str, str]]) -> None:
    client = serve(reading="key")
    told = client.get("/openapi.json").json()
    for path, methods in told["paths"].items():
        for method in methods:
            answer = client.request(method, path.replace("{", "").replace("}", ""))
            assert answer.status_code == (200 if path in ("/health", "/ready") else 401), (method, path)
    assert client.get("/v1/incidents", headers=key("read")).status_code == 200

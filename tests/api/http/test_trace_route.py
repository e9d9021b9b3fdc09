"""Traces over HTTP: what a caller may ask, what each form of the answer is, and what is refused."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from api.http.trace_models import TraceAnswer
from api.tracing_forms import MEDIA
from tests.api.http.conftest import STORY


@pytest.fixture
def told(client: TestClient) -> TestClient:
    for name, published in (("post-1", "2025-12-01"), ("wire-1", "2025-12-09")):
        answer = client.put(
            f"/v1/articles/{name}",
            params={"publisher": name, "published": published},
            content=STORY if name == "post-1" else STORY + " So it was told.",
            headers={"Content-Type": "text/plain"},
        )
        assert answer.status_code == 201, answer.text
    return client


def test_a_breach_is_traced_to_the_livelihoods_and_back(told: TestClient) -> None:
    answer = told.get("/v1/trace", params={"incident": "acme"})
    assert answer.status_code == 200, answer.text
    body = TraceAnswer.model_validate(answer.json())
    assert (body.seq, body.complete, [goal.goal for goal in body.livelihoods]) == (2, True, ["driver"])
    path = body.livelihoods[0].paths[0]
    assert path.sentence.startswith("The Acme")
    texts = {name: told.get(f"/v1/articles/{name}").json()["text"] for name in ("post-1", "wire-1")}
    for evidence in (one for hop in path.hops for one in hop.evidence):
        assert texts[evidence.article][evidence.start : evidence.end] == evidence.quote
    assert told.get("/v1/trace", params={"from": "acme"}).json() == answer.json()
    last = path.hops[-1].effect.id
    back = told.get("/v1/trace", params={"from": last, "direction": "back", "to": path.hops[0].cause.id})
    (goal,) = TraceAnswer.model_validate(back.json()).livelihoods
    assert [hop.id for hop in goal.paths[0].hops] == [hop.id for hop in path.hops]


def test_the_parameters_limit_the_paths(told: TestClient) -> None:
    def articles(**params: str | float) -> set[str]:
        body = told.get("/v1/trace", params={"incident": "acme", **params}).json()
        paths = [path for goal in body["livelihoods"] for path in goal["paths"]]
        return {one["article"] for path in paths for hop in path["hops"] for one in hop["evidence"]}

    assert articles() == {"post-1", "wire-1"}
    assert articles(as_of="2025-12-05") == {"post-1"}
    assert articles(as_of="2025-11-05") == articles(min_belief=1) == articles(min_origins=9) == articles(to="farmer")
    assert articles(max_hops=1, relations="prevents") == set()


@pytest.mark.parametrize("form", MEDIA)
def test_each_form_comes_by_its_name_or_by_what_is_accepted(told: TestClient, form: str) -> None:
    named = told.get("/v1/trace", params={"incident": "acme", "format": form})
    chosen = told.get("/v1/trace", params={"incident": "acme"}, headers={"Accept": MEDIA[form]})
    assert named.status_code == chosen.status_code == 200
    assert named.text == chosen.text
    assert named.headers["content-type"].partition(";")[0] == MEDIA[form]
    if form == "csv":
        assert {row["goal"] for row in csv.DictReader(io.StringIO(named.text))} == {"driver"}


def test_what_the_caller_has_is_not_sent_again_and_what_time_cut_short_is_not_kept(told: TestClient) -> None:
    first = told.get("/v1/trace", params={"incident": "acme"})
    again = told.get("/v1/trace", params={"incident": "acme"}, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert "Accept" in first.headers["vary"]
    cut = told.get("/v1/trace", params={"incident": "acme", "to": "*", "timeout": 0})
    assert ("etag" in cut.headers) == cut.json()["complete"]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 422),
        ({"incident": "acme", "from": "acme"}, 422),
        ({"incident": "nobody"}, 404),
        ({"incident": "acme", "to": "astronaut"}, 422),
        ({"incident": "acme", "k": 0}, 422),
        ({"incident": "acme", "min_belief": 2}, 422),
        ({"incident": "acme", "max_hegde": "asserted"}, 422),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_do(told: TestClient, params: dict[str, str], status: int) -> None:
    answer = told.get("/v1/trace", params=params)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]


def test_the_best_rated_form_is_chosen(told: TestClient) -> None:
    wanted = {
        "text/html, text/csv;q=0.5, text/turtle;q=0.9, */*;q=0.1": "text/turtle",
        "text/html, */*;q=0.8": "application/json",
        "application/*;q=0.5, application/json;q=0": "application/ld+json",
        "": "application/json",
    }
    for accept, media in wanted.items():
        answer = told.get("/v1/trace", params={"incident": "acme"}, headers={"Accept": accept})
        assert answer.headers["content-type"].partition(";")[0] == media
    assert told.get("/v1/trace", params={"incident": "acme"}, headers={"Accept": "image/png"}).status_code == 406

"""Texts that take too long: their reading is ended and told of, nothing is lost, and others are answered meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.http.queried import listening
from tests.api.http.test_articles import over

SENTENCE = "Because of the data breach at Norvik Freight, orders fell by 30 percent and drivers lost shifts. "
LONG = SENTENCE * 200  # some seconds to read
TEXT = {"Content-Type": "text/plain"}


@pytest.fixture(autouse=True)
def tiny_reading() -> None:
    """Take the place of the reading that other tests do with: here the texts are read for real."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    limits = {"read_seconds": 0.7, "check_seconds": 0.7, "patience": 60, "writing": "loopback"}
    with listening(tmp_path / "store", **limits) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def posted(client: httpx.Client, text: str, **headers: str) -> httpx.Response:
    return client.post("/v1/articles", content=text, headers={**TEXT, **headers})


def test_a_check_that_takes_too_long_is_ended_and_the_next_is_answered(client: httpx.Client) -> None:
    ended = client.post("/v1/check", json={"text": LONG})
    assert (ended.status_code, ended.headers["content-type"]) == (504, "application/problem+json")
    assert "send it in parts" in ended.json()["detail"]
    assert client.post("/v1/check", json={"text": "It fell."}).status_code == 200


def test_an_article_that_takes_too_long_is_kept_and_can_be_read_again(client: httpx.Client, tmp_path: Path) -> None:
    keyed = {"Idempotency-Key": "k"}
    ended = posted(client, LONG, **keyed)
    assert (ended.status_code, "send it in parts" in ended.json()["detail"]) == (504, True)
    job = over(client, ended.json()["job"])
    assert (job["status"], job["problem"]) == ("failed", ended.json()["detail"])
    assert posted(client, SENTENCE).status_code == 201
    with listening(tmp_path / "store", writing="loopback") as url, httpx.Client(base_url=url, timeout=60) as patient:
        again = patient.post(f"/v1/jobs/{job['job']}")
        assert (again.status_code, again.json()["status"]) == (202, "queued")
        assert over(patient, job["job"])["reading"]["status"] == "added"
        assert posted(patient, LONG, **keyed).json()["status"] == "added"
        assert patient.post(f"/v1/jobs/{job['job']}").status_code == 409
        assert patient.post("/v1/jobs/nobody").status_code == 404


def test_the_same_request_is_read_again_after_it_was_ended(client: httpx.Client) -> None:
    first, second = (posted(client, LONG, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert [first.status_code, second.status_code] == [504, 504]
    assert first.json()["job"] == second.json()["job"]


def test_others_are_answered_while_long_texts_are_read(tmp_path: Path) -> None:
    few = {"writing": "loopback", "patience": 3}
    with listening(tmp_path / "store", **few) as url, httpx.Client(base_url=url, timeout=60) as client:
        over(client, posted(client, SENTENCE).json()["job"])
        background: list[Any] = []

        def check() -> None:
            background.append(httpx.post(f"{url}/v1/check", json={"text": SENTENCE * 30}, timeout=60).status_code)

        job = posted(client, LONG, Prefer="respond-async").json()["job"]
        threads = [threading.Thread(target=check) for _ in range(50)]  # more than the routes share threads
        for thread in threads:
            thread.start()
        took = []
        while client.get(f"/v1/jobs/{job}").json()["status"] in ("queued", "running"):
            start = time.monotonic()
            assert client.get("/v1/figures", params={"incident": "Norvik Freight"}).status_code == 200
            took.append(time.monotonic() - start)
        for thread in threads:
            thread.join()
    assert len(took) > 5
    assert sorted(took)[len(took) // 2] < 2
    assert set(background) <= {200, 503, 504}

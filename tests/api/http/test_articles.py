"""Articles sent over HTTP: read once, told what became of them, kept over retries and restarts."""

from __future__ import annotations

import json
import time
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api.http.jobs import Jobs, Sending
from api.http.problems import Problem
from breachtrace import Article, Extraction, Store
from tests.api.http.conftest import STORY, Serve, tiny

TEXT = {"Content-Type": "text/plain"}


def over(client: httpx.Client | TestClient, job: str) -> dict[str, Any]:
    """Wait until a job is over."""
    for _ in range(1200):
        told: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
        if told["status"] in ("done", "failed"):
            return told
        time.sleep(0.05)
    raise AssertionError("the job is not over")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Hold up the reading until the event is set."""
    gate = Event()

    def read(article: Article, nlp: object) -> Extraction:
        gate.wait(20)
        return tiny(article)

    monkeypatch.setattr("extract.pipeline.extract", read)
    return gate


def test_an_article_is_read_at_once_and_can_be_asked_for(client: TestClient) -> None:
    about = {"id": "wire-1", "publisher": "Wire", "published": "2025-12-04"}
    answer = client.post("/v1/articles", params=about, content=STORY, headers=TEXT)
    told = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, "/v1/articles/wire-1")
    assert {key: told[key] for key in ("seq", "status", "events", "claims", "figures")} == {
        "seq": 1, "status": "added", "events": 3, "claims": 2, "figures": 1
    }  # fmt: skip
    known = client.get(answer.headers["location"], params={"min_seq": told["seq"]}).json()
    assert (known["text"], known["publisher"], known["published"]) == (STORY, "Wire", "2025-12-04")
    assert (len(known["claims"]), len(known["figures"]), known["seq"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", json.dumps({"text": STORY, "title": "T", "publisher": "P", "published": "2025-12-04"})),
        ("text/plain", f"\ufeff---\ntitle: T\npublisher: P\npublished: 2025-12-04\n---\n{STORY}"),
        (
            "text/html; charset=utf-8",
            '<head><meta property="og:title" content="T"><meta property="og:site_name" content="P">'
            '<meta property="article:published_time" content="2025-12-04T09:00:00Z"></head>'
            f"<body><nav>Home</nav><article><p>{STORY}</p></article><script>x < y</script>",
        ),
    ],
)
def test_each_form_of_an_article_is_taken(client: TestClient, kind: str, body: str) -> None:
    sent = client.post("/v1/articles", content=body.encode(), headers={"Content-Type": kind})
    assert sent.status_code == 201, sent.text
    known = client.get(sent.headers["location"]).json()
    assert (known["text"], known["title"], known["publisher"], known["published"]) == (STORY, "T", "P", "2025-12-04")


def test_a_page_may_be_in_another_encoding(client: TestClient) -> None:
    page = f'<meta charset="euc-kr"><p>{STORY} 쿠팡</p>'.encode("euc-kr")
    sent = client.post("/v1/articles", content=page, headers={"Content-Type": "text/html"})
    assert client.get(sent.headers["location"]).json()["text"] == f"{STORY} 쿠팡"


def test_the_same_again_is_unchanged_and_another_text_a_new_version(client: TestClient) -> None:
    first = client.put("/v1/articles/a", content=STORY, headers=TEXT)
    same = client.put("/v1/articles/a", content=STORY, headers=TEXT)
    changed = client.put("/v1/articles/a", content=STORY.replace("30", "40"), headers=TEXT)
    assert [(one.status_code, one.json()["status"]) for one in (first, same, changed)] == [
        (201, "added"),
        (200, "unchanged"),
        (200, "updated"),
    ]
    known = client.get("/v1/articles/a").json()
    assert (known["versions"], len(known["history"])) == (2, 2)


def test_a_withdrawn_article_is_gone_and_its_text_stays_out(client: TestClient) -> None:
    client.put("/v1/articles/a", content=STORY, headers=TEXT)
    assert client.delete("/v1/articles/a", params={"why": "an error"}).json() == {
        "seq": 2, "article": "a", "changed": True
    }  # fmt: skip
    assert client.delete("/v1/articles/a").json()["changed"] is False
    assert client.get("/v1/articles/a").status_code == 404
    assert client.put("/v1/articles/a", content=STORY, headers=TEXT).json()["status"] == "retracted"
    assert client.delete("/v1/articles/b").status_code == 404


@pytest.mark.parametrize(
    ("headers", "body", "status", "told"),
    [
        ({"Content-Type": "text/plain"}, b"", 422, "empty"),
        ({"Content-Type": "text/plain"}, b"\xff\xfe\xfa", 422, "not utf-8"),
        ({"Content-Type": "text/plain"}, b"1 2 3 4", 422, "no sentence"),
        ({"Content-Type": "text/plain"}, b"\0" * 50, 422, "binary"),
        ({"Content-Type": "text/plain; charset=zip"}, b"x", 415, "UTF-8"),
        ({"Content-Type": "text/plain; charset=punycode"}, b"x", 415, "UTF-8"),
        ({"Content-Type": "application/pdf"}, b"%PDF", 415, "text/html"),
        ({}, b"words of an article without a type", 415, "Content-Type"),
        ({"Content-Type": "application/json"}, b"{", 422, "not JSON"),
        ({"Content-Type": "application/json"}, b"[" * 100_000, 422, "not JSON"),
        (
            {"Content-Type": "application/json"},
            b'{"text": "half a \\ud800 character in these words"}',
            422,
            "surrogate",
        ),
        (
            {"Content-Type": "application/json"},
            b'{"text": "words of an article here", "published": 7}',
            422,
            "2025-11-29",
        ),
        ({"Content-Type": "application/json"}, b'{"text": {"a": 1}}', 422, "text"),
        ({"Content-Type": "text/html"}, b"<script>only this and nothing else here</script>", 422, "no sentence"),
        ({"Content-Type": "text/plain", "Content-Encoding": "gzip"}, b"x", 415, "compressed"),
        ({"Content-Type": "text/plain", "Idempotency-Key": "x" * 256}, STORY.encode(), 400, "ASCII"),
    ],
)
def test_what_is_no_article_is_refused(
    client: TestClient, headers: dict[str, str], body: bytes, status: int, told: str
) -> None:
    answer = client.post("/v1/articles", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert told in answer.json()["detail"]
    assert client.get("/ready").json()["seq"] == 0


@pytest.mark.parametrize("name", ["a%2Fb", "..%2F..%2Fetc", "a%0d%0aSet-Cookie:x", "x" * 201, "a b"])
def test_an_id_is_a_plain_word(client: TestClient, name: str) -> None:
    assert client.put(f"/v1/articles/{name}", content=STORY, headers=TEXT).status_code in (404, 422)


def test_a_body_is_bounded_whatever_its_headers_say(serve: Serve) -> None:
    client = serve(writing="loopback", body_bytes=2000)
    assert client.post("/v1/articles", content="a " * 1500, headers=TEXT).status_code == 413
    chunks = (b"a " * 500 for _ in range(1000))
    assert client.post("/v1/articles", content=chunks, headers=TEXT).status_code == 413


def test_a_long_article_waits_on_the_disk_and_is_read(serve: Serve, held: Event) -> None:
    client = serve(writing="loopback", at_once=10)
    answer = client.post("/v1/articles", params={"id": "a"}, content=STORY, headers=TEXT)
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/jobs/{answer.json()['job']}")
    assert client.get("/health").status_code == 200
    held.set()
    told = over(client, answer.json()["job"])
    assert (told["status"], told["reading"]["status"], told["reading"]["claims"]) == ("done", "added", 2)
    assert client.get("/v1/articles/a", params={"min_seq": told["reading"]["seq"]}).status_code == 200


def test_a_reading_that_takes_long_becomes_a_job(serve: Serve, held: Event) -> None:
    client = serve(writing="loopback", patience=0.1)
    assert client.post("/v1/articles", content=STORY, headers=TEXT).status_code == 202
    asked = {**TEXT, "Prefer": "respond-async"}
    assert client.post("/v1/articles", content=STORY + " Again.", headers=asked).status_code == 202
    held.set()


def test_a_full_queue_says_when_to_come_again(serve: Serve, held: Event) -> None:
    client = serve(writing="loopback", queue=2, at_once=0)
    answers = [client.post("/v1/articles", content=f"{STORY} {n}", headers=TEXT) for n in range(3)]
    assert [one.status_code for one in answers] == [202, 202, 503]
    assert int(answers[2].headers["retry-after"]) > 0
    held.set()
    over(client, answers[1].json()["job"])
    assert client.post("/v1/articles", content=f"{STORY} 2", headers=TEXT).status_code == 202


def test_a_request_sent_again_gets_the_same_answer(serve: Serve) -> None:
    client = serve(writing="loopback")
    keyed = {**TEXT, "Idempotency-Key": "one"}
    first = client.post("/v1/articles", content=STORY, headers=keyed)
    client.post("/v1/articles", content=STORY + " More.", headers=TEXT)
    restarted = serve(writing="loopback")
    again = restarted.post("/v1/articles", content=STORY, headers=keyed)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["location"] == first.headers["location"]
    other = restarted.post("/v1/articles", content=STORY + " Other.", headers=keyed)
    assert (other.status_code, "new key" in other.json()["detail"]) == (422, True)
    assert restarted.get("/ready").json()["seq"] == 2


def test_an_idempotency_key_is_its_callers_alone(serve: Serve, key: Any) -> None:
    client = serve()
    one, two = ({**TEXT, **key("ingest", name=name), "Idempotency-Key": "k"} for name in ("a", "b"))
    assert client.post("/v1/articles", content=STORY, headers=one).status_code == 201
    assert client.post("/v1/articles", content=STORY + " Else.", headers=two).status_code == 201


def test_a_reading_that_fails_is_told_and_the_next_goes_on(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(article: Article, nlp: object) -> Extraction:
        if "bad" in article.text:
            raise RuntimeError("secret place")
        return tiny(article)

    monkeypatch.setattr("extract.pipeline.extract", read)
    keyed = {**TEXT, "Idempotency-Key": "bad"}
    bad = client.post("/v1/articles", content=f"{STORY} bad", headers=keyed)
    assert (bad.status_code, "secret" in bad.text) == (422, False)
    assert client.post("/v1/articles", content=f"{STORY} bad", headers=keyed).json() == bad.json()
    job = client.get(f"/v1/jobs/{bad.json()['job']}").json()
    assert job["status"] == "failed"
    (failure,) = client.get("/v1/failures").json()["items"]
    assert (failure["subject"], failure["why"]) == (job["article"], job["problem"])
    assert client.post("/v1/articles", content=STORY, headers=TEXT).status_code == 201


def article(name: str) -> Article:
    return Article(name, STORY)


def test_what_was_accepted_is_read_after_a_restart(serve: Serve, folder: Path) -> None:
    jobs = Jobs(folder, 10)
    first, second = (jobs.submit(article(name), Sending("kim", None, name)) for name in ("a", "b"))
    assert jobs.take() is not None  # a process that died over the first one
    client = serve()
    assert [over(client, one.id)["reading"]["status"] for one in (first, second)] == ["added", "added"]
    assert client.get("/ready").json()["seq"] == 2


def test_an_article_that_ends_the_process_is_given_up(folder: Path) -> None:
    jobs = Jobs(folder, 10)
    bad, good = (jobs.submit(article(name), Sending("kim", None, name)) for name in ("a", "b"))
    taken = [jobs.take() for _ in range(4)]
    assert [one[0] for one in taken if one] == [bad.id] * 3 + [good.id]
    failed = jobs.find(bad.id)
    assert failed is not None
    assert failed.status == "failed"


def test_a_job_is_on_the_disk_before_anybody_hears_of_it(folder: Path) -> None:
    job = Jobs(folder, 10).submit(article("a"), Sending("kim", "k", "d"))
    elsewhere = Jobs(folder, 10)
    assert elsewhere.find(job.id) == job
    assert elsewhere.submit(article("a"), Sending("kim", "k", "d")) == job
    with pytest.raises(Problem, match="another request"):
        elsewhere.submit(article("a"), Sending("kim", "k", "e"))


def test_reading_goes_on_when_another_process_ends_its_own(serve: Serve, folder: Path) -> None:
    one, two = serve(writing="loopback"), serve(writing="loopback")
    answers = [
        client.post("/v1/articles", content=f"{STORY} {n}", headers=TEXT) for n, client in enumerate((one, two) * 3)
    ]
    assert [answer.status_code for answer in answers] == [201] * 6
    with Store(folder, create=False) as store:
        assert store.seq == 6

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from breachtrace import Store
from ontology.terms import ID

SCHEMA = "https://schema.org/"
Serve = Callable[..., TestClient]
ARTICLES = {
    "first": ("2025-03-03", "Norvik Freight said that a data breach had exposed 12,000 customer accounts."),
    "second": (
        "2025-03-10",
        "Norvik Freight said that the data breach had exposed 2.4 million customer accounts. "
        "The company had at first put the number at 12,000 accounts, and corrected it to 2.4 million accounts.",
    ),
    "third": ("2025-03-20", "Because of the data breach at Norvik Freight, orders fell."),
}


@pytest.fixture(autouse=True)
def tiny_reading() -> None:
    """Take the place of the reading that other tests do with: here the texts are read for real."""


@pytest.fixture
def client(serve: Serve, tmp_path: Path) -> TestClient:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, (day, text) in ARTICLES.items():
        front = f"---\npublished: {day}\npublisher: Harbour Post\nurl: https://post.example/{name}\n---\n"
        (folder / f"{name}.txt").write_text(front + text, encoding="utf-8")
    with Store(tmp_path / "store") as store:
        assert {outcome.status for outcome in store.ingest([folder])} == {"added"}
    return serve(writing="loopback")


def search(client: TestClient, **parameters: Any) -> dict[str, Any]:
    answer = client.get("/v1alpha1/claims:search", params=parameters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_text_is_checked_with_records_and_arithmetic(client: TestClient) -> None:
    answer = client.post("/v1/check", json={"text": "The Norvik Freight breach exposed 12,000 accounts."})
    assert answer.status_code == 200, answer.text
    data = answer.json()
    (told,) = data["statements"]
    assert (data["seq"], data["counts"], told["reason"]) == (3, {"superseded": 1}, "superseded")
    assert told["arithmetic"]["outcome"] in ("equal", "holds", "within", "overlaps")
    assert told["compared"][0]["evidence"][0]["published"] == "2025-03-03"
    early = {"text": "The breach exposed 12,000 accounts.", "incident": "Norvik Freight", "as_of": "2025-03-05"}
    assert client.post("/v1/check", json=early).json()["counts"] == {"supported": 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "x" * 20_001}, 422),
        ({"text": "It fell.", "as_of": "yesterday"}, 422),
        ({"text": "It fell.", "incident": "Nobody"}, 404),
        ({"text": "It fell.", "more": 1}, 422),
    ],
)
def test_a_request_that_cannot_be_checked_is_told_so(client: TestClient, body: dict[str, Any], status: int) -> None:
    answer = client.post("/v1/check", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_without_its_type_is_told_which_type_to_send(client: TestClient) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/v1/check", content=b'{"text": "It fell."}', headers=form)
    assert answer.status_code == 422
    assert "Content-Type: application/json" in answer.json()["detail"]


def test_claims_are_found_in_the_shape_of_the_fact_check_tools(client: TestClient) -> None:
    found = search(client, query="norvik accounts", languageCode="en-GB")
    assert found["seq"] == 3
    assert len(found["claims"]) == 2  # 12,000 and 2.4 million, each told of in more than one place
    for claim in found["claims"]:
        assert claim["text"] in " ".join(text for _, text in ARTICLES.values())
        assert claim["claimDate"].endswith("T00:00:00Z")
        assert claim["claimReview"] == []
    assert "Norvik Freight" in {claim["claimant"] for claim in found["claims"]}
    assert search(client, query="norvik", languageCode="ko")["claims"] == []
    assert search(client, query="norvik", maxAgeDays=1)["claims"] == []
    assert search(client, query="norvik zeppelin")["claims"] == []


def test_pages_follow_each_other_without_a_gap(client: TestClient) -> None:
    every = [claim["id"] for claim in search(client, query="breach", pageSize=100)["claims"]]
    assert len(every) > 2
    seen: list[str] = []
    token = ""
    while True:
        page = search(client, query="breach", pageSize=2, pageToken=token)
        seen += [claim["id"] for claim in page["claims"]]
        if "nextPageToken" not in page:
            break
        token = page["nextPageToken"]
    assert seen == every


def test_a_search_for_nothing_and_a_broken_token_are_refused(client: TestClient) -> None:
    assert client.get("/v1alpha1/claims:search").status_code == 400
    assert client.get("/v1alpha1/claims:search", params={"query": "x", "pageToken": "?"}).status_code == 400
    endless = base64.urlsafe_b64encode(b'[1e999, "a"]').decode()
    assert client.get("/v1alpha1/claims:search", params={"query": "x", "pageToken": endless}).status_code == 400
    assert client.get("/v1alpha1/claims:search", params={"query": "x", "pageSize": 0}).status_code == 422


def a_figure(client: TestClient) -> str:
    claims = search(client, query="first put the number at 12,000 accounts")["claims"]
    return next(str(claim["id"]) for claim in claims if claim["id"].startswith("figure-"))


def test_a_claim_is_linked_data_with_its_appearances(client: TestClient) -> None:
    key = a_figure(client)
    plain = client.get(f"/v1/claims/{key}")
    assert plain.headers["content-type"] == "application/json"
    linked = client.get(f"/v1/claims/{key}", headers={"Accept": "application/ld+json"})
    assert linked.headers["content-type"] == "application/ld+json"
    data = linked.json()
    assert (data["@type"], data["@id"], data["@context"][0]) == ("Claim", ID + key, "https://schema.org")
    assert "review" not in data
    appearance = data["appearance"][0]
    assert appearance["url"] == "https://post.example/second"
    assert appearance["publisher"]["name"] == "Harbour Post"
    assert client.get("/v1/claims/figure-0").status_code == 404
    data["@context"][0] = {"@vocab": SCHEMA}  # what the context at that address amounts to for these terms
    quads = list(ox.parse(json.dumps(data), format=ox.RdfFormat.JSON_LD))
    told = {(quad.subject, quad.predicate.value) for quad in quads}
    assert {(ox.NamedNode(ID + key), SCHEMA + name) for name in ("appearance", "text", "author")} <= told


def test_a_review_is_in_every_shape_and_survives_reading_again(client: TestClient, tmp_path: Path) -> None:
    key = a_figure(client)
    body = {
        "rating": "Outdated",
        "publisher": "Fact Desk",
        "site": "facts.example",
        "url": "https://facts.example/norvik",
        "date": "2025-04-01",
    }
    answer = client.post(f"/v1/claims/{key}/reviews", json=body)
    assert answer.status_code == 201, answer.text
    noted = answer.json()
    assert (noted["claim"], noted["seq"]) == (key, 4)
    (told,) = client.get(f"/v1/claims/{key}").json()["review"]
    assert (told["@type"], told["reviewRating"]["alternateName"]) == ("ClaimReview", "Outdated")
    (found,) = search(client, reviewPublisherSiteFilter="facts.example")["claims"]
    assert found["claimReview"] == [
        {
            "publisher": {"name": "Fact Desk", "site": "facts.example"},
            "url": "https://facts.example/norvik",
            "reviewDate": "2025-04-01T00:00:00Z",
            "textualRating": "Outdated",
            "languageCode": "en",
        }
    ]
    (tmp_path / "articles" / "fourth.txt").write_text("The data breach at Norvik Freight drove users away.")
    with Store(tmp_path / "store") as store:
        list(store.ingest([tmp_path / "articles"]))
        asked = store.query(
            "PREFIX bt: <https://w3id.org/breachtrace/ontology#> SELECT ?on ?why WHERE "
            '{ GRAPH ?g { ?d bt:verb "review" ; bt:decidesOn ?on ; bt:reason ?why } }'
        )
        assert [tuple(row) for row in asked.rows] == [(ID + key, "Outdated")]
        assert len(client.get(f"/v1/claims/{key}").json()["review"]) == 1
        store.curate("undo", str(noted["seq"]), by="kim")
    assert "review" not in client.get(f"/v1/claims/{key}").json()


def test_reviews_need_a_key_and_whole_words(serve: Serve, client: TestClient) -> None:
    key = a_figure(client)
    assert client.post(f"/v1/claims/{key}/reviews", json={"rating": " ", "publisher": "x"}).status_code == 422
    assert client.post("/v1/claims/figure-0/reviews", json={"rating": "x", "publisher": "x"}).status_code == 404
    closed = serve(writing="key")
    assert closed.post(f"/v1/claims/{key}/reviews", json={"rating": "x", "publisher": "x"}).status_code == 401

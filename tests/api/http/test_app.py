"""The app itself: it lives, it is ready, and what it cannot answer it says as a problem."""

from starlette.testclient import TestClient


def test_it_lives_and_is_ready(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ok", "seq": 0}


def test_a_path_that_is_not_there_says_where_to_look(client: TestClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "/docs" in answer.json()["detail"]

"""Who may do what: keys and their scopes, callers on this machine, and those that only pretend to be."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from api.http.keyring import Keyring
from api.http.limits import Limiter
from tests.api.http.conftest import STORY, Serve

Key = Callable[..., dict[str, str]]
TEXT = {"Content-Type": "text/plain"}


def test_a_key_is_kept_as_a_hash_and_found_until_it_is_revoked(folder: Path) -> None:
    ring = Keyring(folder)
    sent, made = ring.create(["ingest"], "feed")
    assert sent[16:].encode() not in (folder / "service.sqlite").read_bytes()
    assert ring.find(sent) == made
    assert made.scopes == ("read", "ingest")
    for wrong in (
        "",
        sent[:-1],
        sent[:-1] + ("A" if sent[-1] != "A" else "B"),
        sent + "\n",
        "bt_" + "0" * 12 + "_" + "x" * 43,
    ):
        assert ring.find(wrong) is None
    assert ring.revoke(made.id)
    assert not ring.revoke(made.id)
    assert ring.find(sent) is None
    assert [(one.id, one.revoked is not None) for one in ring.list()] == [(made.id, True)]


def test_a_scope_that_is_none_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="admin"):
        Keyring(folder).create(["admin"], "x")


def test_reading_is_open_on_this_machine_and_closed_elsewhere(serve: Serve, key: Key) -> None:
    assert serve().get("/v1/incidents").status_code == 200
    for closed in (serve("192.0.2.7", "http://news.example", hosts=("*",)), serve(reading="key")):
        answer = closed.get("/v1/incidents")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert closed.get("/v1/incidents", headers=key("read")).status_code == 200
    assert (
        serve("192.0.2.7", "http://news.example", hosts=("*",), reading="open").get("/v1/incidents").status_code == 200
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_what_comes_through_something_else_is_not_this_machine(serve: Serve, headers: dict[str, str]) -> None:
    client = serve(hosts=("*",), writing="loopback")
    assert client.get("/v1/incidents").status_code == 200
    assert client.get("/v1/incidents", headers=headers).status_code == 401
    assert client.post("/v1/articles", content=STORY, headers={**TEXT, **headers}).status_code == 401


def test_a_forwarded_address_makes_nobody_local(serve: Serve) -> None:
    client = serve("192.0.2.7", hosts=("*",))
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        assert client.get("/v1/incidents", headers={name: "127.0.0.1"}).status_code == 401


def test_another_name_is_refused_on_loopback(serve: Serve) -> None:
    client = serve()
    for name in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "["):
        answer = client.get("/health", headers={"Host": name})
        assert answer.status_code == 421, name
    assert client.get("/health", headers={"Host": "LOCALHOST:8000"}).status_code == 200


def test_writing_needs_a_key_of_the_right_scope(serve: Serve, key: Key) -> None:
    client = serve()
    decision = {"verb": "reject", "subject": "claim-1"}

    def statuses(headers: dict[str, str]) -> tuple[int, int]:
        article = client.post("/v1/articles", content=STORY, headers={**TEXT, **headers})
        return article.status_code, client.post("/v1/decisions", json=decision, headers=headers).status_code

    assert statuses({}) == (401, 401)
    assert statuses(key("read")) == (403, 403)
    assert statuses(key("ingest")) == (201, 403)
    assert statuses(key("curate")) == (403, 422)
    assert statuses({"Authorization": "Bearer bt_nonsense"}) == (401, 401)
    assert statuses({"Authorization": "Basic a2ltOng="}) == (401, 401)


def test_a_wrong_key_does_not_read_where_none_would(serve: Serve) -> None:
    assert serve().get("/v1/incidents", headers={"Authorization": "Bearer bt_x"}).status_code == 401


def test_who_calls_too_often_is_told_how_long_to_wait(serve: Serve, key: Key) -> None:
    client = serve(rate=3)
    assert [client.get("/v1/incidents").status_code for _ in range(4)] == [200, 200, 200, 429]
    waiting = client.get("/v1/incidents")
    assert 1 <= int(waiting.headers["retry-after"]) <= 20
    assert client.get("/v1/incidents", headers=key("read")).status_code == 200
    assert client.get("/health").status_code == 200


def test_keys_are_not_guessed_fast(serve: Serve) -> None:
    client = serve(write_rate=2)
    wrong = [{"Authorization": f"Bearer bt_{'0' * 12}_{number:043}"} for number in range(3)]
    assert [client.get("/v1/incidents", headers=one).status_code for one in wrong] == [401, 401, 429]


def test_a_bucket_fills_again_and_memory_is_bounded() -> None:
    now = 0.0
    limiter = Limiter(60, callers=2, clock=lambda: now)
    assert [limiter.wait("a") for _ in range(61)][-2:] == [0.0, 1.0]
    now = 0.5
    assert limiter.wait("a") == pytest.approx(0.5)
    now = 1.0
    assert limiter.wait("a") == 0.0
    for name in "bcdef":
        limiter.wait(name)
    assert len(limiter._buckets) == 2


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from api.http.settings import Settings

    for name in [name for name in os.environ if name.startswith("BREACHTRACE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("BREACHTRACE_RATE=7\nBREACHTRACE_PORT=9\nOTHER=1\n")
    monkeypatch.setenv("BREACHTRACE_PORT", "8080")
    monkeypatch.setenv("BREACHTRACE_ORIGINS", "https://a.example, https://b.example")
    settings = Settings()
    assert (settings.rate, settings.port, settings.origins) == (7, 8080, ("https://a.example", "https://b.example"))
    assert settings.known_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert Settings(host="0.0.0.0").known_hosts == ()

"""A service over a store of its own, asked as a caller on this machine would; its reading is a tiny one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.app import make_app
from api.http.keyring import Keyring
from api.http.settings import Settings
from breachtrace import Article, Extraction
from extract import pipeline
from ontology.records import (
    CausalLink,
    Event,
    Evidence,
    IncidentReference,
    Mention,
    Organisation,
    Quantity,
    QuantityClaim,
    Span,
)

Serve = Callable[..., TestClient]
STORY = "Acme was breached. Orders fell by 30 percent. Drivers lost income, a union said."


def tiny(article: Article, _: object = None) -> Extraction:
    """Read what STORY tells out of any article that has its sentences; nothing out of another."""
    text = article.text
    if not text.startswith("Acme was breached. Orders fell by "):
        return Extraction(article, "tiny-1")

    def span(words: str) -> Span:
        start = text.index(words)
        return Span(start, start + len(words), words)

    _first, second, *_rest = text.split(". ")
    figure = second.removeprefix("Orders fell by ").rstrip(".")
    named = span("Acme")
    told = (
        Event("e1", "breach", "data_breach", (span("breached"),)),
        Event("e2", "event", "orders_fall", (span("Orders fell"),)),
        Event("e3", "impact", "income_falls", (span("Drivers lost income"),), "driver", "harm"),
    )
    evidence = Evidence(Span(0, len(text), text), None, "rule-1", 0.9)
    denied = "denied" in text
    return Extraction(
        article,
        "tiny-1",
        events=told,
        links=(
            CausalLink("e1", "e2", "causes", denied, "asserted", None, False, evidence),
            CausalLink("e2", "e3", "causes", False, "reported", "a union", False, evidence),
        ),
        quantities=(
            QuantityClaim(
                Quantity(span(figure), *2 * (float(figure.split()[0]),), "exact", "percent", "orders", "decrease", "r"),
                "e2",
                None,
                article.publisher,
                "asserted",
                evidence,
            ),
        ),
        organisations=(Organisation("Acme", (Mention(named, "organisation", "Acme", "alias"),), breached=True),),
        breach="e1",
        incident=IncidentReference("Acme", "data_breach", date(2025, 11, 18)),
    )


@pytest.fixture(autouse=True)
def tiny_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.pipeline.load", lambda model: object())
    monkeypatch.setattr("extract.pipeline.version", lambda nlp: "tiny-1")
    monkeypatch.setattr("extract.pipeline.extract", tiny)
    monkeypatch.setattr("extract.pipeline.reader", pipeline.reader.__wrapped__)  # what is kept for real is left alone
    monkeypatch.setattr("extract.apart.Workers.reader", lambda workers, seconds: pipeline.reader())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def serve(folder: Path) -> Iterator[Serve]:
    """Start services over the test's store: settings by name, and how the caller comes (address, base_url)."""
    with ExitStack() as stack:

        def start(address: str = "127.0.0.1", base_url: str = "http://127.0.0.1:8000", **settings: Any) -> TestClient:
            app = make_app(Settings(**{"_env_file": None, "store": folder, **settings}))
            return stack.enter_context(TestClient(app, base_url, client=(address, 50000)))

        yield start


@pytest.fixture
def client(serve: Serve) -> TestClient:
    """A caller on this machine, who may do everything without a key."""
    return serve(writing="loopback")


@pytest.fixture
def key(folder: Path) -> Callable[..., dict[str, str]]:
    """Make a key, and give the headers that send it."""

    def make(*scopes: str, name: str = "kim") -> dict[str, str]:
        return {"Authorization": f"Bearer {Keyring(folder).create(scopes, name)[0]}"}

    return make

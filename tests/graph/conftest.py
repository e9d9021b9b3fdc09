"""A small graph built by hand: two articles on one breach, from the theft to couriers and shop owners, and a denial."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from graph.assembled import Assembled, Claim, EventMention, EventNode, Figure, Incident, Witness
from graph.projector import project
from ontology.records import (
    Article,
    CausalLink,
    Event,
    Evidence,
    Extraction,
    IncidentReference,
    Quantity,
    QuantityClaim,
    Span,
)

WIRE = Article(
    id="wire-1",
    text=(
        "Intruders copied the records of 33.7 million accounts at Acme Parcel, the firm said. "
        "Because of the breach, customers stayed away and orders fell by a third. "
        'The drop in orders cut the pay of couriers, according to the "Couriers\' Union".'
    ),
    title="Breach at Acme Parcel",
    publisher="Wire Service",
    published=date(2025, 11, 29),
    url="https://news.example/1",
)
FEATURE = Article(
    id="feature-2",
    text=(
        "After the breach at Acme Parcel orders fell sharply. Falling orders may leave shop owners with unsold stock. "
        "The breach did not cost any driver his job, Acme said.\nCafé “Zoë” 🙂 lost nothing."
    ),
    published=date(2025, 12, 3),
)


def span(article: Article, words: str) -> Span:
    """Find words that stand once in an article."""
    start = article.text.index(words)
    return Span(start, start + len(words), words)


def witness(
    article: Article, quote: str, signal: str | None, speaker: str | None = None, hedge: str = "asserted"
) -> Witness:
    return Witness(
        article=article.id,
        quote=span(article, quote),
        signal=None if signal is None else span(article, signal),
        speaker=speaker,
        hedge=hedge,
        rule="test.rule",
        confidence=0.9,
        implied=False,
        origin=speaker or article.id,
    )


def event(
    identifier: str, kind: str, type_: str, *mentions: tuple[Article, str], group: str | None = None
) -> EventNode:
    return EventNode(
        id=identifier,
        incident="incident-1",
        kind=kind,
        type=type_,
        group=group,
        effect="harm" if kind == "impact" else None,
        label=mentions[0][1],
        mentions=tuple(EventMention(article.id, span(article, words)) for article, words in mentions),
    )


def claim(identifier: str, cause: str, effect: str, belief: float, *witnesses: Witness, negated: bool = False) -> Claim:
    return Claim(
        id=identifier,
        cause=cause,
        effect=effect,
        relation="causes",
        negated=negated,
        belief=belief,
        hedge=witnesses[0].hedge,
        origins=len({each.origin for each in witnesses}),
        witnesses=witnesses,
    )


def make_assembled(seq: int = 7) -> Assembled:
    """Build breach -> orders fall -> couriers' pay, -> unsold stock, and a denied loss of jobs."""
    said = "Intruders copied the records of 33.7 million accounts at Acme Parcel, the firm said."
    first = "Because of the breach, customers stayed away and orders fell by a third."
    pay = 'The drop in orders cut the pay of couriers, according to the "Couriers\' Union".'
    return Assembled(
        seq=seq,
        articles=(FEATURE, WIRE),
        incidents=(
            Incident(
                id="incident-1",
                label="Acme Parcel data breach",
                organisation="Acme Parcel",
                kind="data_breach",
                first_day=date(2025, 11, 29),
                last_day=date(2025, 12, 3),
                aliases=("the Acme hack",),
                articles=(FEATURE.id, WIRE.id),
            ),
        ),
        events=(
            event(
                "event-breach", "breach", "data_breach", (WIRE, "the breach"), (FEATURE, "the breach at Acme Parcel")
            ),
            event("event-jobs", "impact", "jobs_lost", (FEATURE, "cost any driver his job"), group="driver"),
            event(
                "event-orders",
                "event",
                "orders_fall",
                (WIRE, "orders fell by a third"),
                (FEATURE, "orders fell sharply"),
            ),
            event("event-pay", "impact", "income_falls", (WIRE, "cut the pay of couriers"), group="delivery_worker"),
            event("event-stock", "impact", "stock_unsold", (FEATURE, "unsold stock"), group="small_merchant"),
        ),
        claims=(
            claim(
                "claim-1",
                "event-breach",
                "event-orders",
                0.1 + 0.2,
                witness(WIRE, first, "Because of"),
                witness(FEATURE, "After the breach at Acme Parcel orders fell sharply.", "After"),
            ),
            claim(
                "claim-2",
                "event-orders",
                "event-pay",
                0.7,
                witness(WIRE, pay, "cut", 'the "Couriers\' Union"', "reported"),
            ),
            claim(
                "claim-3",
                "event-orders",
                "event-stock",
                0.4,
                witness(FEATURE, "Falling orders may leave shop owners with unsold stock.", "leave", hedge="possible"),
            ),
            claim(
                "claim-4",
                "event-breach",
                "event-jobs",
                0.1,
                witness(FEATURE, "The breach did not cost any driver his job, Acme said.", "cost", "Acme", "reported"),
                negated=True,
            ),
        ),
        figures=(
            _figure(
                "figure-1",
                "event-breach",
                "33.7 million accounts",
                33_700_000.0,
                "accounts",
                witness(WIRE, said, None, "the firm", "reported"),
            ),
            _figure("figure-2", "event-orders", "by a third", 33.33, None, witness(WIRE, first, None)),
        ),
    )


def _figure(identifier: str, measured: str, words: str, value: float, thing: str | None, told: Witness) -> Figure:
    return Figure(
        id=identifier,
        incident="incident-1",
        event=measured,
        group=None,
        thing=thing,
        unit="count" if thing else "percent",
        low=value,
        high=value if thing else None,
        qualifier="exact" if thing else "at_least",
        direction="none" if thing else "decrease",
        text=words,
        speaker=told.speaker,
        hedge=told.hedge,
        witnesses=(told,),
    )


def make_extractions() -> tuple[Extraction, ...]:
    """Build what was read out of the wire article and the feature."""
    quote = span(WIRE, "Because of the breach, customers stayed away and orders fell by a third.")
    evidence = Evidence(quote, span(WIRE, "Because of"), "test.rule", 0.8)
    said = span(WIRE, "Intruders copied the records of 33.7 million accounts at Acme Parcel, the firm said.")
    million = span(WIRE, "33.7 million accounts")
    quantity = Quantity(million, 33_700_000.0, 33_700_000.0, "exact", "count", "accounts", "none", "test.figure")
    wire = Extraction(
        article=WIRE,
        extractor="breachtrace test",
        events=(
            Event("E1", "breach", "data_breach", (span(WIRE, "the breach"),), rule="test.event"),
            Event("E2", "event", "orders_fall", (span(WIRE, "orders fell by a third"),), rule="test.event"),
        ),
        links=(CausalLink("E1", "E2", "causes", False, "asserted", None, False, evidence),),
        quantities=(
            QuantityClaim(quantity, "E1", None, "the firm", "reported", Evidence(said, None, "test.figure", 1.0)),
        ),
        breach="E1",
        incident=IncidentReference("Acme Parcel", "data_breach", date(2025, 11, 29)),
    )
    return wire, Extraction(article=FEATURE, extractor="breachtrace test")


@dataclass(frozen=True, slots=True)
class Projected:
    """A store's directory with what was projected into it."""

    path: Path
    assembled: Assembled
    extractions: tuple[Extraction, ...]


@pytest.fixture
def assembled() -> Assembled:
    return make_assembled()


@pytest.fixture
def extractions() -> tuple[Extraction, ...]:
    return make_extractions()


@pytest.fixture(scope="session")
def projected(tmp_path_factory: pytest.TempPathFactory) -> Projected:
    """Project the small graph once; tests only read it."""
    path = tmp_path_factory.mktemp("projected")
    project(make_assembled(), make_extractions(), path)
    return Projected(path, make_assembled(), make_extractions())

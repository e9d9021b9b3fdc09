"""In: a number. Out: the made-up extraction of that number, dense in links, as the ingest would put it into a ledger.

Two articles tell of an incident: eight events, ten links with a sentence each, two figures. Three of the links are
told by both, so that an incident has 17 claims. Every text is its own, so that none is a reprint.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from graph.ledger import Ledger
from ontology.records import (
    Article,
    CausalLink,
    Event,
    Evidence,
    Extraction,
    IncidentReference,
    Mention,
    Organisation,
    Quantity,
    QuantityClaim,
    Span,
)

PER_INCIDENT: Final = 2  # articles
CLAIMS: Final = 17  # of an incident
_BATCH: Final = 2_000  # articles in one transaction
_EVENTS: Final = (
    ("breach", "data_breach", None, "the breach"),
    ("event", "orders_fall", None, "orders fell"),
    ("event", "revenue_falls", None, "revenue fell"),
    ("event", "trust_falls", None, "trust fell"),
    ("impact", "income_falls", "driver", "drivers lost income"),
    ("impact", "jobs_lost", "delivery_worker", "couriers lost their jobs"),
    ("impact", "stock_unsold", "small_merchant", "shops sat on stock"),
    ("impact", "distress", "consumer", "customers were worried"),
)
_SHARED: Final = ((0, 1), (1, 2), (1, 4))
_OWN: Final = (
    ((0, 3), (3, 1), (2, 5), (1, 6), (0, 7), (2, 4), (3, 7)),
    ((3, 2), (2, 6), (0, 2), (1, 5), (3, 6), (1, 7), (3, 5)),
)
_SPEAKERS: Final = (None, "Kim Min-ji", None, "a spokesperson", None, "the Drivers Union", None)


class _Page:
    def __init__(self) -> None:
        self.text = ""

    def write(self, words: str) -> Span:
        span = Span(len(self.text), len(self.text) + len(words), words)
        self.text += words + " "
        return span


def _within(span: Span, words: str) -> Span:
    start = span.start + span.text.index(words)
    return Span(start, start + len(words), words)


def story(number: int) -> Extraction:
    """Return the extraction of one article; of one number it is always the same."""
    firm, page = f"Firm{number // PER_INCIDENT}", _Page()
    named = page.write(f"News {number} of {firm}, which is told in words of its own: w{number}a w{number}b w{number}c.")
    spans: dict[int, list[Span]] = {place: [] for place in range(len(_EVENTS))}
    links = tuple(_link(number, turn, ends, page, spans) for turn, ends in enumerate(_pairs(number)))
    figures = tuple(_figure(number, turn, page) for turn in range(2))
    events = tuple(
        Event(f"E{place}", kind, name, tuple(spans[place]), group, "harm" if group else None, rule="made.event")
        for place, (kind, name, group, _) in enumerate(_EVENTS)
        if spans[place]
    )
    day = date(2020, 1, 1) + timedelta(days=number // PER_INCIDENT % 2_000)
    mention = Mention(_within(named, firm), "organisation", firm, "made.firm")
    return Extraction(
        article=Article(
            f"a{number:08}", page.text, named.text, f"Paper {number % 97}", day, f"https://n.example/{number}"
        ),
        extractor="made up",
        events=events,
        links=links,
        quantities=figures,
        organisations=(Organisation(firm, (mention,), breached=True),),
        breach="E0",
        incident=IncidentReference(firm, "data_breach", day),
    )


def _pairs(number: int) -> tuple[tuple[int, int], ...]:
    return (*_SHARED, *_OWN[number % PER_INCIDENT])


def _link(number: int, turn: int, ends: tuple[int, int], page: _Page, spans: dict[int, list[Span]]) -> CausalLink:
    cause, effect = (_EVENTS[place][3] for place in ends)
    quote = page.write(f"Because of what befell firm {number} in case {turn}, {effect} after {cause}, it was said.")
    for place, words in zip(ends, (cause, effect), strict=True):
        if len(spans[place]) < 2:
            spans[place].append(_within(quote, words))
    speaker = _SPEAKERS[(number + turn) % len(_SPEAKERS)]
    hedge = "reported" if speaker else "asserted"
    evidence = Evidence(quote, _within(quote, "Because of"), "made.link", 0.5 + (number + turn) % 50 / 100)
    return CausalLink(f"E{ends[0]}", f"E{ends[1]}", "causes", False, hedge, speaker, False, evidence)


def _figure(number: int, turn: int, page: _Page) -> QuantityClaim:
    count = float(1000 + number * 3 + turn)
    quote = page.write(f"It took the records of {count:.0f} accounts, or so count {turn} has it.")
    span = _within(quote, f"{count:.0f} accounts")
    quantity = Quantity(span, count, count, "exact", "count", "accounts", "none", "made.figure")
    return QuantityClaim(quantity, "E0", None, None, "asserted", Evidence(quote, None, "made.figure", 0.9))


def fill(ledger: Ledger, articles: int) -> None:
    """Put so many articles into a ledger; one that holds some of them already is gone on with."""
    steps = [*range(ledger.seq, articles, _BATCH), articles]
    for start, end in pairwise(steps):
        with ledger.transaction():
            for number in range(start, end):
                ledger.add(story(number))

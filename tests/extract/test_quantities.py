"""Figures of a text with their interval, unit, qualifier, thing and direction; no dates, ages or names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from extract.base import load_base
from extract.quantities import find_quantities
from ontology.records import Quantity


@pytest.fixture(scope="module")
def read() -> Any:
    """The rules alone: what the encoder says of figures is taken off."""
    nlp = load_base()

    def silent(text: str) -> Doc:
        doc = nlp(text)
        doc._.told = None
        return doc

    return lambda text: list(find_quantities(silent(text)))


@pytest.mark.parametrize(
    ("text", "span", "low", "high", "qualifier", "unit"),
    [
        ("Over 5,000 fulfilment staff took leave.", "Over 5,000 fulfilment staff", 5000, None, "more_than", "count"),
        ("It exposed 33.7 million accounts.", "33.7 million accounts", 33_700_000, 33_700_000, "exact", "count"),
        ("Fewer than 10 firms paid.", "Fewer than 10 firms", None, 10, "less_than", "count"),
        (
            "Orders fell between thirty and forty percent.",
            "between thirty and forty percent",
            30,
            40,
            "range",
            "percent",
        ),
        ("Sales dropped 30–40%.", "30–40%", 30, 40, "range", "percent"),
        ("Their sales have halved.", "halved", 50, 50, "exact", "percent"),
        ("The losses grew tenfold.", "tenfold", 10, 10, "exact", "times"),
        ("Thousands of drivers were waiting.", "Thousands of drivers", 1000, None, "vague", "count"),
        (
            "Hundreds of thousands of people were waiting.",
            "Hundreds of thousands of people",
            100_000,
            None,
            "vague",
            "count",
        ),
        (
            "Nearly two-thirds of shops shut.",
            "Nearly two-thirds of shops",
            66.666667,
            66.666667,
            "approximately",
            "percent",
        ),
        ("It was fined ₩1.2 trillion.", "₩1.2 trillion", 1.2e12, 1.2e12, "exact", "money:KRW"),
        ("It was fined 1.68 trillion won.", "1.68 trillion won", 1.68e12, 1.68e12, "exact", "money:KRW"),
        ("It lost $10-15 million.", "$10-15 million", 1e7, 1.5e7, "range", "money:USD"),
        ("Systems were down for 90 minutes.", "90 minutes", 1.5, 1.5, "exact", "hours"),
        ("A two-day stoppage hurt them.", "two-day stoppage", 2, 2, "exact", "days"),
        ("At least one in five stores shut.", "At least one in five stores", 20, None, "at_least", "percent"),
    ],
)
def test_a_figure_is_read(
    read: Any, text: str, span: str, low: float | None, high: float | None, qualifier: str, unit: str
) -> None:
    (found,) = read(text)
    assert (found.low, found.high, found.qualifier, found.unit) == (low, high, qualifier, unit)
    assert found.span.text == span == text[found.span.start : found.span.end]


@pytest.mark.parametrize(
    "text",
    [
        "It came out on November 18, 2025 and again on 3 May.",
        "A 53-year-old driver, aged 53, spoke at 3:35 p.m.",
        "The second attack hit in 2024, two weeks earlier.",
        "Call +82-2-1234-5678 or see 1600 Pennsylvania Avenue.",
        "Section 5 of version 2.1 needs two-factor logins with MD5, 24/7.",
        "One of the firms said so in the third quarter.",
    ],
)
def test_what_is_no_figure_is_left_out(read: Any, text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Revenue fell by 30 percent.", "decrease"),
        ("Users dropped to 990,000.", "none"),
        ("It was a 12 percent rise.", "increase"),
        ("Orders are down 3.2 percent.", "decrease"),
    ],
)
def test_changes_have_a_direction_and_levels_have_none(read: Any, text: str, direction: str) -> None:
    assert [found.direction for found in read(text)] == [direction]


def test_the_thing_is_what_is_counted(read: Any) -> None:
    assert [found.thing for found in read("Over 5,000 fulfilment staff left, and 200 lorries stood idle.")] == [
        "fulfilment staff",
        "lorries",
    ]


_WORDS = st.sampled_from(
    [
        "over ",
        "between ",
        "five",
        " million",
        "$",
        "€",
        "%",
        " and ",
        " to ",
        "-",
        "3.2",
        "12,000",
        " users",
        " fell by ",
        "half",
        "thousands of ",
        ". ",
        "\n",
        "\u200b",
        "é",
        "🙂",
        "two-",
        "days",
    ]
)


@settings(deadline=None)
@given(text=st.one_of(st.text(), st.lists(_WORDS, max_size=25).map("".join)))
def test_any_text_gives_exact_spans_in_order(read: Any, text: str) -> None:
    found: list[Quantity] = read(text)
    end = 0
    for quantity in found:
        assert text[quantity.span.start : quantity.span.end] == quantity.span.text
        assert end <= quantity.span.start < quantity.span.end
        end = quantity.span.end

"""Numbers in digits and words are read with their exact value and place."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.numbers import find_numbers

_PIECES = st.sampled_from(
    [
        "one",
        "two ",
        "hundred",
        " million",
        "and",
        "-",
        "a ",
        "third",
        "½",
        "12",
        "3.5",
        ",",
        "000",
        " ",
        "bn",
        "%",
        "point",
        "/",
        "^9",
        "e5",
        "\n",
        "è",
        "🙂",
    ]
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("33.7 million", Fraction(33_700_000)),
        ("thirty-three million", Fraction(33_000_000)),
        ("three-point-two", Fraction(16, 5)),
        ("three and a half", Fraction(7, 2)),
        ("a dozen", Fraction(12)),
        ("2 lakh", Fraction(200_000)),
        ("1 crore", Fraction(10_000_000)),
        ("340k", Fraction(340_000)),
        ("1.17bn", Fraction(1_170_000_000)),
        ("two-thirds", Fraction(2, 3)),
        ("one in five", Fraction(1, 5)),
        ("five and a half million", Fraction(5_500_000)),
        ("half a million", Fraction(500_000)),
        ("three quarters of a million", Fraction(750_000)),
        ("one hundred and thirty-two thousand", Fraction(132_000)),
        ("12,34,567", Fraction(1_234_567)),
        ("2½", Fraction(5, 2)),
        ("minus five", Fraction(-5)),
    ],
)
def test_a_number_is_read_whole_and_exactly(text: str, value: Fraction) -> None:
    (found,) = find_numbers(f"They counted {text}.")
    assert (found.value, found.start, found.end) == (value, 13, 13 + len(text))


@pytest.mark.parametrize(
    "text", ["the one you mentioned", "29km of road", "the second attack", "release 1.2.3.4", "half-hearted"]
)
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert list(find_numbers(text)) == []


def test_an_enumeration_stays_apart() -> None:
    assert [number.value for number in find_numbers("22,24,26,31 and between thirty and forty")] == [
        22,
        24,
        26,
        31,
        30,
        40,
    ]


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=30).map("".join)))
def test_any_text_gives_numbers_in_order_inside_the_text(text: str) -> None:
    end = 0
    for number in find_numbers(text):
        assert end <= number.start < number.end <= len(text)
        end = number.end


@pytest.mark.parametrize(
    "unit",
    ["9", "1,111", "one ", "hundred ", "a ", "two and ", "1 111 ", "half ", "1.", "third ", "minus ", "1/2 ", "point "],
)
def test_hostile_repetition_costs_linear_time(unit: str) -> None:
    def cost(count: int) -> float:
        text = unit * count
        return min(_timed(text) for _ in range(2))

    assert cost(8_000) < 25 * cost(800) + 0.1


def _timed(text: str) -> float:
    start = time.perf_counter()
    for _ in find_numbers(text):
        pass
    return time.perf_counter() - start

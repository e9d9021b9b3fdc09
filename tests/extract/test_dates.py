"""Days are read from the expression alone, back from the article's day; nothing else in a text is taken for one."""

from __future__ import annotations

from datetime import date

import pytest

from extract.dates import find_day

BASE = date(2025, 12, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The firm was attacked on Nov. 18 and said so.", date(2025, 11, 18)),
        ("It was breached on 31 December 2024.", date(2024, 12, 31)),
        ("Since Saturday, June 14th, nothing has moved.", date(2025, 6, 14)),
        ("It was noticed on 3rd of December.", date(2024, 12, 3)),
    ],
)
def test_a_day_is_read(text: str, day: date) -> None:
    assert find_day(text, BASE) == day


@pytest.mark.parametrize(
    "text",
    ["In November 2025 it fell.", "It was fined on May 45.", "On 18 shops", "On 3 June 2011 it was founded.", ""],
)
def test_what_names_no_day_of_the_incident_is_left(text: str) -> None:
    assert find_day(text, BASE) is None


def test_a_day_to_come_is_no_day_of_an_incident() -> None:
    assert find_day("The court sits on 4 December 2025.", BASE) is None

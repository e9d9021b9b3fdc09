"""Names are grounded by the alias table, then by a near match; initials are a near match of nothing."""

from __future__ import annotations

import pytest

from extract.aliases import canonical


@pytest.mark.parametrize(
    ("name", "grounded"),
    [
        ("Amazon.com Inc.", "Amazon"),
        ("The Microsoft Corporation", "Microsoft"),
        ("Microsofft", "Microsoft"),
        ("PIPB", "PIPB"),
        ("IBN", "IBN"),
        ("Orable", "Orable"),
        ("Kumbaro Ltd", "Kumbaro Ltd"),
    ],
)
def test_a_name_is_grounded(name: str, grounded: str) -> None:
    assert canonical(name) == grounded


def test_digits_tell_names_apart() -> None:
    assert canonical("Microsoft 2") == "Microsoft 2"

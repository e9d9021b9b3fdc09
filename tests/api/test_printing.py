"""What a person reads on a terminal: one line stays one line, and numbers are written out."""

from __future__ import annotations

import math
from io import StringIO

import pytest
from rich.console import Console

from api.printing import ends, escape, print_rows


def test_a_quote_over_two_paragraphs_is_one_line_without_marks() -> None:
    assert escape("Orders fell.\n\nDrivers\tlost\r\nshifts.") == "Orders fell. Drivers lost shifts."


def test_what_would_act_on_a_terminal_is_marked() -> None:
    assert escape("a\x1b[31m") == "a\ufffd[31m"
    assert escape("[red]a") == r"\[red]a"


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (2_250_000, 2_350_000, "2,250,000 to 2,350,000"),
        (1.685e12, 1.695e12, "1,685,000,000,000 to 1,695,000,000,000"),
        (29.5, 40.5, "29.5 to 40.5"),
        (5000, math.inf, "5,000 or more"),
        (-math.inf, 0.5, "up to 0.5"),
        (-math.inf, math.inf, "open"),
    ],
)
def test_an_interval_is_told_without_powers_and_infinities(low: float, high: float, told: str) -> None:
    assert ends(low, high) == told


@pytest.mark.parametrize("terminal", [True, False])
def test_a_row_has_numbers_without_noise_and_nothing_for_null(terminal: bool) -> None:
    written = StringIO()
    row = (0.3600000000000001, 1.69e12, 3, True, None)
    print_rows(Console(file=written, force_terminal=terminal, color_system=None), ["a", "b", "c", "d", "e"], [row])
    cells = [cell.strip() for cell in written.getvalue().splitlines()[3 if terminal else 1].split("│\t"[not terminal])]
    assert [cell for cell in cells if cell] == ["0.36", "1690000000000.0", "3", "True"]

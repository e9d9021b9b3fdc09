"""Datelines: where they end, and what is none."""

from __future__ import annotations

import pytest

from extract.datelines import datelines
from extract.pieces import GLUED, NEWLINE, PARAGRAPH, SPACE


def found_in(text: str) -> list[str]:
    """The words that come directly behind a dateline; `|` begins a paragraph, `~` glues a word to the one before."""
    words, spaces = [], []
    for paragraph in text.split("|"):
        for number, word in enumerate(paragraph.split()):
            words.append(word.lstrip("~"))
            spaces.append(PARAGRAPH if not number else GLUED if word[0] == "~" else SPACE)
    return [words[place] for place in datelines(words, spaces)]


@pytest.mark.parametrize(
    "text",
    [
        "LONDON — Report said .",
        "SEOUL ~, Dec. 3 ( ~Yonhap ~) -- Report said .",
        "ST ~. LOUIS ~, Mo. – Report said .",
        "Birmingham ( ~PA ~) - Report said .",
        "WASHINGTON ~— Report said .",
    ],
)
def test_dateline_ends_where_the_report_begins(text: str) -> None:
    assert found_in(text) == ["Report"]


@pytest.mark.parametrize(
    "text",
    [
        "JLR — Britain — halted its plants .",
        "Prices rose - Analysts had warned .",
        "COVID ~- ~Nineteen cases rose .",
        "CDK — which sells software — was hit .",
        "Said Ann — Reports came .",
        "LONDON —",
        "",
    ],
)
def test_other_dashes_end_none(text: str) -> None:
    assert found_in(text) == []


def test_every_paragraph_may_have_one_and_only_at_its_start() -> None:
    assert found_in("LONDON — One went . PARIS — Two stayed . | OSLO — Three left .") == ["One", "Three"]


def test_a_line_break_begins_one_too() -> None:
    words = ["Head", "LONDON", "-", "Report"]
    assert list(datelines(words, [PARAGRAPH, NEWLINE, SPACE, SPACE])) == [3]

"""What the words around lend a figure: currency, unit and ends; and what only looks like a figure."""

from __future__ import annotations

from typing import Any

import pytest
from spacy.tokens import Doc

from extract.base import load_base
from extract.quantities import find_quantities


@pytest.fixture(scope="module")
def read() -> Any:
    """The rules alone: what the encoder says of figures is taken off."""
    nlp = load_base()

    def silent(text: str) -> Doc:
        doc = nlp(text)
        doc._.told = None
        return doc

    return lambda text: [(q.low, q.high, q.unit) for q in find_quantities(silent(text))]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Waste rose from 4% to 13% of output.", [(4, 4, "percent"), (13, 13, "percent")]),
        ("Prices vary from 4 to 13 dollars.", [(4, 13, "money:USD")]),
        ("A wheel sells at 7 euros a kilo rather than 19.", [(7, 7, "money:EUR"), (19, 19, "money:EUR")]),
        ("In Bogota, Colombia, it cost each shop 18,000 pesos.", [(18_000, 18_000, "money:COP")]),
        ("In Ohio and Texas it cost each shop $900. Plants in Canada ran on.", [(900, 900, "money:USD")]),
        ("The breach cost the firm between 300m and 350m kroner, it said in Oslo.", [(3e8, 3.5e8, "money:NOK")]),
        ("After the breach six of every ten items were missing.", [(60, 60, "percent")]),
        ("Since the breach he loses three quarters of an hour a day.", [(0.75, 0.75, "hours")]),
        ("The thieves took 750,000 bitcoins from the exchange.", [(750_000, 750_000, "count")]),
        ("In Oslo the mean loss is 38,000 kroner.", [(38_000, 38_000, "money:NOK")]),
        ("Revenue foregone is put at €14-16m.", [(14e6, 16e6, "money:EUR")]),
        ("The thieves took data of 900.000 clients.", [(900_000, 900_000, "count")]),
        ("About one teacher in eight has quit.", [(12.5, 12.5, "percent")]),
        ("Some 400-odd pickers have no shift.", [(400, 400, "count")]),
        ("The plants lost EUR 13.5 million.", [(13.5e6, 13.5e6, "money:EUR")]),
        ("It was shut for six days after the attack.", [(6, 6, "days")]),
        ("Losses could reach six figures.", [(100_000, None, "count")]),
        (
            "It lost €4.2 million, after a profit of 3.1 million a year ago.",
            [(4.2e6,) * 2 + ("money:EUR",), (3.1e6,) * 2 + ("money:EUR",)],
        ),
        (
            "It lost €4.2 million and 3.1 million users left.",
            [(4.2e6,) * 2 + ("money:EUR",), (3.1e6,) * 2 + ("count",)],
        ),
        ("Hours were cut to two days a week.", [(2, 2, "days")]),
    ],
)
def test_figures_take_what_their_context_lends(read: Any, text: str, figures: list[Any]) -> None:
    assert read(text) == figures


@pytest.mark.parametrize(
    "text",
    [
        "Faizal, 34, said it.",
        "Two. Rates have gone up.",
        "He owns a garage with four pumps.",
        "It fell, said three people familiar with the matter.",
        "The damage, in three words, is great.",
        "The impairment of £6m is a separate matter.",
        "As a porter of nineteen years I differ.",
        "8.05 The gates open.",
        "It was half past ten.",
        "The firm was founded in 1894.",
        "Volumes in the four weeks to 8 December fell.",
        "The shop in three counties shut.",
        "The group opened a seventh plant.",
    ],
)
def test_what_only_looks_like_a_figure_is_left_out(read: Any, text: str) -> None:
    assert read(text) == []

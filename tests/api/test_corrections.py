"""A figure that a later article corrects in its own words is superseded, whoever speaks; what moved is left alone."""

from datetime import date
from pathlib import Path

import pytest

from breachtrace import Article, Store

FIRST = (
    "Northwind Retail said that a cyberattack had hit its systems. "
    "The data breach at Northwind Retail exposed the records of 1.2 million customers."
)
CORRECTIONS = [
    "The breach at Northwind Retail exposed the records of 1.9 million customers, not 1.2 million as the company first "
    "said, a spokesperson said.",
    "The data breach at Northwind Retail affected 1.9 million customers, up from the 1.2 million it first reported.",
    "Northwind Retail corrected the number of customers affected by the data breach to 1.9 million from 1.2 million.",
    "Northwind Retail on Friday revised its figure: the breach exposed the records of 1.9 million customers, it said, "
    "not 1.2 million.",
    "Correction: An earlier version of this article said that the data breach at Northwind Retail exposed the records "
    "of 1.2 million customers. The correct number is 1.9 million.",
    "The breach at Northwind Retail exposed the records not of 1.2 million customers but of 1.9 million.",
    "The breach at Northwind Retail affected not 1.2 million but 1.9 million customers.",
    "The breach at Northwind Retail exposed the records of 1.9 million customers rather than the 1.2 million reported, "
    "the regulator said.",
    "The breach at Northwind Retail affected 1.9 million customers, up from an initial estimate of 1.2 million.",
    "The correct number of customers affected by the breach at Northwind Retail is 1.9 million instead of 1.2 million.",
    "The data breach at Northwind Retail affected 1.9 million customers, more than the 1.2 million the company "
    "initially disclosed.",
]
TRUE_CHANGES = [
    "After the data breach at Northwind Retail, daily orders fell from 900 orders to 600 orders.",
    "After the data breach at Northwind Retail, traders sold 600 crates, down from 900 a year earlier.",
    "After the data breach at Northwind Retail, drivers made 600 trips instead of 900.",
]


@pytest.mark.parametrize("text", CORRECTIONS)
def test_the_corrected_value_is_superseded_and_nobodys_claim(text: str, tmp_path: Path) -> None:
    with Store(tmp_path / "store") as store:
        store.add(Article("first", FIRST, published=date(2025, 11, 20)))
        store.add(Article("later", text, published=date(2025, 11, 29)))
        (measure,) = store.figures("Northwind Retail")
        verdicts = store.check("The data breach at Northwind Retail exposed 1.2 million customers.").verdicts
    assert measure.current.low == 1.9e6
    old = [one for one in measure.positions if one.figure.low == 1.2e6]
    assert {one.standing for one in old} == {"superseded"}
    assert {one.figure.speaker for one in old} <= {None}
    assert "corrects" in {relation.kind for relation in measure.relations}
    assert "superseded" in {one.verdict for one in verdicts}


@pytest.mark.parametrize("text", TRUE_CHANGES)
def test_what_truly_moved_is_no_correction(text: str, tmp_path: Path) -> None:
    with Store(tmp_path / "store") as store:
        store.add(Article("one", text, published=date(2025, 11, 29)))
        graph = store.graph()
    assert {900.0, 600.0} <= {one.low for one in graph.figures}
    assert not [w.rule for one in graph.figures for w in one.witnesses if w.rule.startswith("former.")]

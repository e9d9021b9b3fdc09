"""Statements as text: what is written is read as the very value, whatever is in it."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.quads import literal, node, parsed
from ontology import iris

GRAPH = node("graph")


def read(written: str) -> object:
    (quad,) = parsed([f"<https://s.example> <https://p.example> {written}"], GRAPH)
    assert quad.graph_name == GRAPH
    return quad.object


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_as_it_was(text: str) -> None:
    assert read(literal(text)) == ox.Literal(text)


@given(st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False))
def test_a_number_is_read_as_the_engine_would_write_it(value: float | bool) -> None:
    assert read(literal(value)) == ox.Literal(value)


def test_a_day_is_a_day() -> None:
    assert read(literal(date(2025, 5, 1))) == ox.Literal("2025-05-01", datatype=ox.NamedNode(iris.XSD + "date"))


@pytest.mark.parametrize("identifier", ["a> <b", "a b", "a\n"])
def test_an_id_that_is_no_part_of_an_iri_is_refused(identifier: str) -> None:
    with pytest.raises(ValueError, match="IRI"):
        node(identifier)

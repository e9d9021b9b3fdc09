"""Hostile repetition costs time in proportion to its length in everything that reads figures and names."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extract.base import load_base
from extract.groups import find_groups
from extract.organisations import find_organisations
from extract.quantities import find_quantities

_UNITS = [
    "more than ",
    "5 to ",
    "fell by 3% ",
    "thousands of ",
    "between 1 and ",
    "$1 ",
    "1, ",
    "Aa of Bb ",
    "drivers ",
    "one or ",
    "7 rather than ",
    "rose from 4% to ",
    "Kim, 34, ",
    "one teacher in eight ",
    "the bakers' ",
    "a baker, a ",
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_base()


@pytest.mark.parametrize("unit", _UNITS)
def test_cost_grows_with_the_length(nlp: Language, unit: str) -> None:
    small, large = nlp(unit * 150), nlp(unit * 1500)
    for find in (find_quantities, find_groups, find_organisations):
        assert _cost(find, large) < 30 * _cost(find, small) + 0.05


def _cost(find: Callable[[Doc], Iterator[object]], doc: Doc) -> float:
    def once() -> float:
        start = time.process_time()
        list(find(doc))
        return time.process_time() - start

    return min(once() for _ in range(3))

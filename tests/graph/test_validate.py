from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from graph import rdf
from graph.assembled import Assembled
from graph.stores.errors import ExtraMissingError
from graph.validate import validate, validate_store
from ontology.records import Extraction

pytest.importorskip("pyshacl")


class Projected(Protocol):
    path: Path


def test_what_is_stored_conforms(projected: Projected) -> None:
    assert validate_store(projected.path) == []


def test_every_extraction_conforms_by_itself(extractions: tuple[Extraction, ...]) -> None:
    for extraction in extractions:
        assert validate(rdf.article_quads(extraction)) == []


def test_nothing_conforms() -> None:
    assert validate([]) == []


def test_a_violation_names_node_shape_and_what_is_wrong(assembled: Assembled) -> None:
    claims = (replace(assembled.claims[0], belief=1.5), replace(assembled.claims[1], hedge="perhaps"))
    found = validate(rdf.assembled_quads(replace(assembled, claims=claims)))
    assert {(violation.node, violation.shape) for violation in found} == {
        ("claim-1", "shape/CausalClaim"),
        ("claim-2", "shape/hedge"),
    }
    lines = [str(violation) for violation in found]
    assert "belief: a causal claim has" in lines[0]
    assert all("\n" not in line for line in lines)


def test_the_assembled_graph_is_held_to_what_an_article_cannot_say(assembled: Assembled) -> None:
    events = tuple(replace(event, incident="") for event in assembled.events)
    found = validate(rdf.assembled_quads(replace(assembled, events=events)))
    assert {violation.node for violation in found} >= {claim.id for claim in assembled.claims}


def test_without_pyshacl_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(ExtraMissingError, match=r"pip install .*\[validate\]"):
        validate([])

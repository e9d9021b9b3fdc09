"""In: a small JSON document. Out: that the shipped context expands it to the terms of the ontology."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rdflib import XSD, Graph, Literal, URIRef

from ontology import files, iris, terms

# rdflib's JSON-LD parser uses a class of its own that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

IRI = terms.ID + "claim/1"


def expand(**document: object) -> set[tuple[str, object]]:
    context = json.loads(files.text(files.CONTEXT))["@context"]
    graph = Graph().parse(data=json.dumps({"@context": context, "id": IRI, **document}), format="json-ld")
    return {
        (str(p), o.toPython() if isinstance(o, Literal) else str(o)) for p, o in graph.predicate_objects(URIRef(IRI))
    }


def test_a_claim_expands_to_the_terms_of_the_ontology() -> None:
    found = expand(
        type="CausalClaim",
        cause=terms.ID + "event/1",
        effect=terms.ID + "event/2",
        relation="causes",
        negated=False,
        hedge="possible",
        belief=0.75,
        originCount=2,
    )
    assert found == {
        (iris.RDF + "type", iris.CAUSAL_CLAIM),
        (iris.CAUSE, terms.ID + "event/1"),
        (iris.EFFECT, terms.ID + "event/2"),
        (iris.RELATION, iris.CAUSES),
        (iris.NEGATED, False),
        (iris.HEDGE, iris.concept("hedge", "possible")),
        (iris.BELIEF, 0.75),
        (iris.ORIGIN_COUNT, 2),
    }


@pytest.mark.parametrize("relation", terms.RELATIONS)
def test_relations_expand_to_properties(relation: str) -> None:
    assert expand(relation=relation) == {(iris.RELATION, iris.RELATION_PROPERTIES[relation])}


@pytest.mark.parametrize(
    ("key", "iri", "scheme", "codes"),
    [
        ("hedge", iris.HEDGE, "hedge", terms.HEDGES),
        ("quantifier", iris.QUANTIFIER, "quantifier", terms.QUALIFIERS),
        ("direction", iris.DIRECTION, "direction", terms.DIRECTIONS),
        ("eventType", iris.EVENT_TYPE, "event-type", terms.EVENT_TYPES),
        ("affectedGroup", iris.AFFECTED_GROUP, "group", terms.GROUPS),
        ("incidentKind", iris.INCIDENT_KIND, "incident-kind", terms.INCIDENT_KINDS),
        ("impactEffect", iris.IMPACT_EFFECT, "effect", terms.EFFECTS),
    ],
)
def test_codes_expand_to_concepts(key: str, iri: str, scheme: str, codes: tuple[str, ...]) -> None:
    assert expand(**{key: list(codes)}) == {(iri, iris.concept(scheme, code)) for code in codes}


def test_dates_are_dates() -> None:
    context = json.loads(files.text(files.CONTEXT))["@context"]
    data = json.dumps({"@context": context, "id": IRI, "datePublished": "2025-12-03"})
    graph = Graph().parse(data=data, format="json-ld")
    assert (URIRef(IRI), URIRef(iris.DATE_PUBLISHED), Literal("2025-12-03", datatype=XSD.date)) in graph


def test_every_minted_term_has_a_name_in_the_context() -> None:
    context: dict[str, Any] = json.loads(files.text(files.CONTEXT))["@context"]
    named = {entry["@id"] if isinstance(entry, dict) else entry for entry in context.values() if entry != 1.1}
    minted = {value for value in vars(iris).values() if isinstance(value, str) and value.startswith(terms.ONTOLOGY)}
    assert {"bt:" + value.removeprefix(terms.ONTOLOGY) for value in minted - {terms.ONTOLOGY}} <= named

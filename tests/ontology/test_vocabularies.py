"""In: the vocabularies and terms.py. Out: that both have the same codes, and that every concept is documented."""

from __future__ import annotations

from functools import cache

import pytest
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection

from ontology import files, iris, terms

CODES = {
    "event-type": terms.EVENT_TYPES,
    "group": terms.GROUPS,
    "incident-kind": terms.INCIDENT_KINDS,
    "hedge": terms.HEDGES,
    "quantifier": terms.QUALIFIERS,
    "direction": terms.DIRECTIONS,
    "effect": terms.EFFECTS,
    "relation": terms.RELATIONS,
}


@cache
def vocabulary() -> Graph:
    return Graph().parse(data=files.vocabulary(), format="turtle")


def members(scheme: str) -> set[URIRef]:
    found = vocabulary().subjects(SKOS.inScheme, URIRef(terms.VOCABULARY + scheme))
    return {concept for concept in found if isinstance(concept, URIRef)}


def test_schemes_are_those_with_a_type_in_the_files() -> None:
    schemes = {str(scheme) for scheme in vocabulary().subjects(RDF.type, SKOS.ConceptScheme)}
    assert schemes == {terms.VOCABULARY + scheme for scheme in CODES}
    assert set(iris.SCHEMES) == set(CODES) - {"relation"}


@pytest.mark.parametrize("scheme", CODES)
def test_codes_are_those_of_terms(scheme: str) -> None:
    notations = sorted(str(vocabulary().value(concept, SKOS.notation)) for concept in members(scheme))
    assert notations == sorted(CODES[scheme])


@pytest.mark.parametrize("scheme", iris.SCHEMES)
def test_iris_are_made_of_scheme_and_code(scheme: str) -> None:
    assert {str(concept) for concept in members(scheme)} == {iris.concept(scheme, code) for code in CODES[scheme]}


def test_relations_are_properties() -> None:
    assert {str(concept) for concept in members("relation")} == set(iris.RELATION_PROPERTIES.values())


@pytest.mark.parametrize("scheme", CODES)
def test_every_concept_is_documented(scheme: str) -> None:
    wanted = (SKOS.prefLabel, SKOS.definition, SKOS.example, SKOS.notation)
    lacking = [
        (concept, property_)
        for concept in members(scheme)
        for property_ in wanted
        if vocabulary().value(concept, property_, any=True) is None
    ]
    assert lacking == []


def test_families_part_the_event_types() -> None:
    families = vocabulary().subjects(RDF.type, SKOS.Collection)
    listed = [str(member) for family in families for member in vocabulary().objects(family, SKOS.member)]
    assert sorted(listed) == sorted(iris.concept("event-type", code) for code in terms.EVENT_TYPES if code != "other")


def test_hedges_are_ordered_from_the_firmest() -> None:
    vocab = vocabulary()
    (ordered,) = vocab.objects(None, SKOS.memberList)
    assert [str(concept) for concept in Collection(vocab, ordered)] == [
        iris.concept("hedge", code) for code in terms.HEDGES
    ]
    ranks = {str(concept): rank.toPython() for concept, rank in vocab.subject_objects(URIRef(iris.RANK))}  # type: ignore[attr-defined]
    assert ranks == {iris.concept("hedge", code): rank for rank, code in enumerate(terms.HEDGES)}


def test_groups_that_are_no_livelihoods_are_flagged() -> None:
    flagged = {
        str(vocabulary().value(concept, SKOS.notation)): bool(flag)
        for concept, flag in vocabulary().subject_objects(URIRef(iris.IS_LIVELIHOOD))
    }
    assert flagged == {code: code not in terms.NOT_LIVELIHOODS for code in terms.GROUPS}


def test_groups_are_near_an_isco_group_or_say_why_not() -> None:
    for concept in members("group"):
        near = [str(match) for match in vocabulary().objects(concept, SKOS.closeMatch)]
        assert all(match.startswith("http://data.europa.eu/esco/isco/C") for match in near)
        for match in vocabulary().objects(concept, SKOS.closeMatch):
            assert vocabulary().value(match, SKOS.notation) == Literal(str(match).rpartition("/C")[2])
            assert vocabulary().value(match, SKOS.prefLabel) is not None
        assert bool(near) != bool(vocabulary().value(concept, SKOS.scopeNote)), concept


def test_alternative_labels_name_one_group_each() -> None:
    labels = [
        str(label).lower() for concept in members("group") for label in vocabulary().objects(concept, SKOS.altLabel)
    ]
    assert len(labels) == len(set(labels))

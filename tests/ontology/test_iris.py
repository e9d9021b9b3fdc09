"""In: the TTL files and the Python constants. Out: that the two name the same terms, and each term is documented."""

from __future__ import annotations

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, URIRef

from ontology import files, iris, terms

TYPES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
NAMESPACES = {*iris.PREFIXES.values(), terms.BASE, terms.VOCABULARY, terms.ID}


def declared(name: str) -> set[str]:
    graph = Graph().parse(data=files.text(name), format="turtle")
    return {str(term) for kind in TYPES for term in graph.subjects(RDF.type, kind)}


def constants() -> list[str]:
    values = [value for name, value in vars(iris).items() if name.isupper() and isinstance(value, str)]
    return [value for value in values if value.startswith("http") and value not in NAMESPACES]


def test_constants_and_files_name_the_same_terms() -> None:
    assert set(constants()) == declared(files.CORE) | declared(files.BORROWED)


def test_every_term_has_one_constant() -> None:
    assert len(constants()) == len(set(constants()))


def test_core_holds_what_is_minted_and_borrowed_what_is_not() -> None:
    assert all(term.startswith(terms.ONTOLOGY) for term in declared(files.CORE))
    assert not any(term.startswith(terms.ONTOLOGY) for term in declared(files.BORROWED))


@pytest.mark.parametrize(("name", "source"), [(files.CORE, DCTERMS.source), (files.BORROWED, RDFS.isDefinedBy)])
def test_every_term_is_documented(name: str, source: URIRef) -> None:
    graph = Graph().parse(data=files.text(name), format="turtle")
    lacking = {
        (term, wanted)
        for term in declared(name)
        for wanted in (RDFS.label, SKOS.definition, SKOS.example, source)
        if graph.value(URIRef(term), wanted, any=True) is None
    }
    assert lacking == set()


def test_what_core_refers_to_is_declared() -> None:
    graph = Graph().parse(data=files.text(files.CORE), format="turtle")
    named = {str(o) for p in (RDFS.subClassOf, RDFS.domain, RDFS.range) for o in graph.objects(None, p)}
    outside = {str(RDF.Property), *(term for term in named if "XMLSchema#" in term)}
    assert named - outside <= set(constants())


def test_units_are_those_of_qudt() -> None:
    assert [iris.unit(code).removeprefix(iris.QUDT_UNIT) for code in (*terms.UNITS, "money:EUR")] == [
        *("NUM", "PERCENT", "UNITLESS", "HR", "DAY", "WK", "MO", "YR"),
        "CCY_EUR",
    ]
    with pytest.raises(KeyError):
        iris.unit("stone")

"""In: a conforming graph, and changes to it for every shape. Out: that the shapes accept the graph, and no change."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SH

from ontology import files, iris, terms

SHAPE = terms.BASE + "shape/"
PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in iris.PREFIXES.items()) + (
    f"PREFIX id: <{terms.ID}>\nPREFIX hedge: <{terms.VOCABULARY}hedge/>\nPREFIX group: <{terms.VOCABULARY}group/>\n"
)


@cache
def shipped(name: str) -> Graph:
    return Graph().parse(data=files.vocabulary() if name == "vocabulary" else files.text(name), format="turtle")


def conforming() -> Graph:
    return Graph().parse(Path(__file__).with_name("conforming.ttl"), format="turtle")


def violations(graph: Graph) -> set[tuple[str, str]]:
    """Return what is wrong: the node, and what the shape says of it."""
    _, report, _ = validate(graph + shipped("vocabulary"), shacl_graph=shipped(files.SHAPES))
    assert isinstance(report, Graph)
    return {
        (str(node).removeprefix(terms.ID), str(report.value(result, SH.resultMessage)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
        for node in report.objects(result, SH.focusNode)
    }


def test_the_conforming_graph_conforms() -> None:
    assert violations(conforming()) == set()


def test_the_quotes_of_the_conforming_graph_are_exact() -> None:
    text = "A leak hit the bazaar. Orders fell by a third, so 40 porters lost work, their union said."
    graph = conforming()
    for words, exact in graph.subject_objects(URIRef(iris.EXACT)):
        start, end = (graph.value(words, URIRef(each)) for each in (iris.START, iris.END))
        assert isinstance(start, Literal)
        assert isinstance(end, Literal)
        assert text[start.toPython() : end.toPython()] == str(exact)


def test_the_conforming_graph_uses_every_class_that_a_shape_aims_at() -> None:
    aimed = set(shipped(files.SHAPES).objects(None, SH.targetClass))
    used = set(conforming().objects(None, RDF.type))
    assert aimed - used <= {URIRef(iris.EVIDENCE)}


# The node that becomes wrong, what is said of it, the triple taken out, the triples put in.
CHANGES = [
    ("mention1", "at most one :Extraction", "", "id:mention1 prov:wasGeneratedBy id:union"),
    ("mention1", "exactly one target", "id:mention1 oa:hasTarget id:stretch1", ""),
    ("mention1", "exactly one target", "", "id:mention1 oa:hasTarget id:stretch2"),
    ("stretch1", "exactly one article", "id:stretch1 oa:hasSource id:article", ""),
    ("stretch1", "exactly one quote", "id:words1 oa:exact 'A leak'", ""),
    ("stretch1", "exactly one quote", "", "id:words1 oa:exact 'Another'"),
    ("stretch1", "exactly one start", "id:words1 oa:start 0", ""),
    ("stretch1", "exactly one end", "id:words1 oa:end 6", ""),
    ("words1", "below end", "id:words1 oa:start 0", "id:words1 oa:start 6"),
    ("words1", "below end", "id:words1 oa:start 0", "id:words1 oa:start -1"),
    ("words1", "end is a whole", "id:words1 oa:end 6", "id:words1 oa:end 6.5"),
    ("witness", "one confidence", "id:witness :confidence 0.9", "id:witness :confidence 1.9"),
    ("witness", "names the rule", "id:witness :rule 'link.so'", ""),
    ("witness", "one origin", "", "id:witness :origin 'press'"),
    ("claim", "witnesses with origins", "id:witness :origin 'union'", ""),
    ("witness", "exactly one hedge", "", "id:witness :hedge hedge:likely"),
    ("witness", "at most one speaker", "", "id:witness prov:wasAttributedTo id:gazette"),
    ("claim", "exactly one cause", "id:claim :cause id:orders", ""),
    ("claim", "exactly one cause", "id:claim :cause id:orders", "id:claim :cause id:work"),
    ("claim", "exactly one effect", "", "id:claim :effect id:incident"),
    ("claim", "exactly one relation", "id:claim :relation faro:causes", "id:claim :relation faro:before"),
    ("claim", "whether it is negated", "id:claim :negated false", ""),
    ("claim", "from 0 to 1", "id:claim :belief 0.8", "id:claim :belief 1.2"),
    ("claim", "there is a belief", "id:claim :belief 0.8", ""),
    ("claim", "origins are counted", "id:claim :originCount 1", ""),
    ("claim", "cause of a believed", "id:orders :inIncident id:incident", ""),
    ("claim", "effect of a believed", "id:work :inIncident id:incident", ""),
    ("claim", "whole number, from 1", "id:claim :originCount 1", "id:claim :originCount 0"),
    ("claim", "exactly one hedge", "id:claim :hedge hedge:reported", ""),
    ("claim", "or is unsupported", "id:claim :evidence id:witness", ""),
    ("claim", "evidence of a claim is witnesses", "", "id:claim :evidence id:mention1"),
    ("incident", "joins two events", "", "id:leak faro:enables id:incident"),
    ("figure", "keeps its wording", "id:figure :originalText '40 porters'", ""),
    ("figure", "one quantifier", "id:figure :quantifier ?q", ""),
    ("figure", "one direction", "id:figure :direction ?q", ""),
    ("figure", "one interval", "id:figure qudt:quantityValue ?q", ""),
    ("figure", "at most one incident", "", "id:figure :inIncident id:leak"),
    ("figure", "at most one event", "", "id:figure :measures id:leak"),
    ("figure", "at most one group", "", "id:figure :affectedGroup id:union"),
    ("value", "one unit of QUDT", "id:value qudt:hasUnit unit:NUM", ""),
    ("value", "either a value", "id:value schema:value ?v", ""),
    ("value", "either a value", "", "id:value schema:minValue 30.0"),
    ("value", "not above", "id:value schema:value ?v", "id:value schema:minValue 3 ; schema:maxValue 2.5"),
    ("value", "not above", "id:value schema:value ?v", "id:value schema:minValue 'three'"),
    ("orders", "exactly one type", "id:orders sem:eventType ?t", ""),
    ("orders", "a label", "id:orders rdfs:label ?t", ""),
    ("orders", "or is unsupported", "id:orders :evidence ?t", ""),
    ("orders", "evidence of an event is mentions", "", "id:orders :evidence id:witness"),
    ("was", "only true is said", "id:was :unsupported true", "id:was :unsupported false"),
    ("was", "has no evidence", "", "id:was :evidence id:witness"),
    ("was", "has no belief", "", "id:was :belief 0.5 ; :originCount 1"),
    ("figure", "stands to another figure", "", "id:figure cito:disputes id:claim"),
    ("article", "a revision of an article", "", "id:article prov:wasRevisionOf id:union"),
    ("decision-1", "exactly one verb", "id:decision-1 :verb ?v", "id:decision-1 :verb 'bless'"),
    ("decision-1", "about one node", "id:decision-1 :decidesOn ?n", ""),
    ("decision-1", "names who made it", "id:decision-1 prov:wasAssociatedWith ?a", ""),
    ("decision-1", "when it was made", "id:decision-1 prov:endedAtTime ?t", ""),
    ("work", "harm and benefit", "id:work :impactEffect ?e", "id:work :impactEffect id:union"),
    ("work", "whose living", "id:work :affectedGroup ?g", ""),
    ("work", "whose living", "id:work :affectedGroup ?g", "id:work :affectedGroup group:patient"),
    ("incident", "one kind", "id:incident :incidentKind ?k", ""),
    ("day", "one date", "id:day time:inXSDDate ?d", ""),
    ("article", "one id", "id:article schema:identifier ?i", ""),
    ("article", "one date", "id:article schema:datePublished ?d", "id:article schema:datePublished 'May'"),
    ("article", "one publisher", "", "id:article schema:publisher id:bazaar"),
    ("run", "reads one article", "id:run prov:used ?a", ""),
    ("run", "names its extractor", "id:run prov:wasAssociatedWith ?a", ""),
    ("union", "a label", "id:union rdfs:label ?l", ""),
    ("bazaar", "has a name", "id:bazaar schema:name ?n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("node", "said", "less", "more"), CHANGES)
def test_a_violating_graph_is_rejected(node: str, said: str, less: str, more: str) -> None:
    graph = conforming()
    for update, triples in (("DELETE WHERE", less), ("INSERT DATA", more)):
        if triples:
            before = set(graph)
            graph.update(f"{PREFIXES} {update} {{ {triples} }}")
            assert set(graph) != before, f"changes nothing: {update} {triples}"
    found = violations(graph)
    assert any(where == node and said in message for where, message in found), found


def test_every_message_of_the_shapes_is_seen_in_a_violation() -> None:
    messages = {str(message) for message in shipped(files.SHAPES).objects(None, SH.message)}
    assert {message for message in messages if not any(said in message for _, said, *_ in CHANGES)} == set()

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox

from graph import rdf
from graph.assembled import Assembled
from graph.quads import node, version_id
from graph.validate import validate
from ontology import files, iris, terms
from ontology.records import Extraction

Extractions = tuple[Extraction, ...]
A = ox.NamedNode(iris.RDF + "type")


def objects(quads: list[ox.Quad], subject: str, predicate: str) -> set[str]:
    found = (quad for quad in quads if quad.subject == node(subject) and quad.predicate.value == predicate)
    return {quad.object.value for quad in found if not isinstance(quad.object, ox.Triple)}


def test_the_same_records_give_the_same_quads(assembled: Assembled, extractions: Extractions) -> None:
    first, second = (set(rdf.dataset(assembled, extractions)) for _ in range(2))
    assert first == second
    backwards = replace(assembled, claims=assembled.claims[::-1], events=assembled.events[::-1])
    assert set(rdf.dataset(backwards, extractions[::-1])) == first


def test_no_blank_nodes(assembled: Assembled, extractions: Extractions) -> None:
    for quad in rdf.dataset(assembled, extractions):
        assert not any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object, quad.graph_name))


def test_one_graph_for_each_article_version_and_one_for_the_whole(
    assembled: Assembled, extractions: Extractions
) -> None:
    graphs = {quad.graph_name for quad in rdf.dataset(assembled, extractions)}
    versions = {node(version_id(extraction.article)) for extraction in extractions}
    assert graphs == {rdf.ASSEMBLED, rdf.VOCABULARIES} | versions
    newer = replace(extractions[0].article, text=extractions[0].article.text + " More.")
    assert version_id(newer) != version_id(extractions[0].article)


def test_every_quote_stands_where_it_is_said_to(assembled: Assembled, extractions: Extractions) -> None:
    texts = {node(version_id(article)).value: article.text for article in assembled.articles}
    store = ox.Store()
    store.extend(rdf.dataset(assembled, extractions))
    selected = store.query(
        f"""SELECT ?source ?exact ?start ?end WHERE {{
        ?target <{iris.HAS_SOURCE}> ?source ; <{iris.HAS_SELECTOR}> ?selector .
        ?selector <{iris.EXACT}> ?exact ; <{iris.START}> ?start ; <{iris.END}> ?end }}""",
        use_default_graph_as_union=True,
    )
    assert isinstance(selected, ox.QuerySolutions)
    rows = [[term.value for term in row] for row in selected]
    assert len(rows) > 15
    for source, exact, start, end in rows:
        assert texts[source][int(start) : int(end)] == exact


def test_evidence_is_described_once_for_what_one_article_tells_and_what_all_tell(extractions: Extractions) -> None:
    for extraction in extractions:
        quads = rdf.article_quads(extraction)
        own = [quad for quad in quads if quad.graph_name != rdf.ASSEMBLED]
        rests = {quad.object for quad in own if quad.predicate.value == iris.HAS_EVIDENCE}
        aimed = {quad.subject for quad in quads if quad.predicate.value == iris.HAS_TARGET}
        assert rests == aimed
        assert not aimed & {quad.subject for quad in own}
        assert bool(rests) is bool(extraction.links)


def test_one_witness_may_stand_behind_two_claims(assembled: Assembled) -> None:
    first, second = assembled.claims[:2]
    shared = replace(second, witnesses=first.witnesses)
    quads = set(rdf.assembled_quads(replace(assembled, claims=(first, shared))))
    assert objects(list(quads), first.id, iris.HAS_EVIDENCE) == objects(list(quads), second.id, iris.HAS_EVIDENCE)
    assert validate(quads) == []


def test_direct_triples_are_there_for_what_is_told_and_not_for_what_is_denied(assembled: Assembled) -> None:
    quads = rdf.assembled_quads(assembled)
    assert objects(quads, "event-breach", iris.CAUSES) == {terms.ID + "event-orders"}
    assert objects(quads, "event-orders", iris.CAUSES) == {terms.ID + "event-pay", terms.ID + "event-stock"}
    assert objects(quads, "claim-4", iris.NEGATED) == {"true"}


def test_each_relation_has_its_property(assembled: Assembled) -> None:
    for relation, predicate in iris.RELATION_PROPERTIES.items():
        graph = replace(assembled, claims=(replace(assembled.claims[1], relation=relation),))
        quads = rdf.assembled_quads(graph)
        assert objects(quads, "event-orders", predicate) == {terms.ID + "event-pay"}
        assert objects(quads, "claim-2", iris.RELATION) == {predicate}


def test_only_livelihoods_are_livelihood_impacts(assembled: Assembled) -> None:
    pay = next(event for event in assembled.events if event.id == "event-pay")
    for group, expected in (("delivery_worker", True), ("consumer", False), (None, False)):
        quads = rdf.assembled_quads(replace(assembled, events=(replace(pay, group=group),), claims=(), figures=()))
        assert (ox.Quad(node("event-pay"), A, ox.NamedNode(iris.LIVELIHOOD_IMPACT), rdf.ASSEMBLED) in quads) is expected
        assert ox.Quad(node("event-pay"), A, ox.NamedNode(iris.IMPACT_EVENT), rdf.ASSEMBLED) in quads


def test_an_interval_keeps_its_open_ends(assembled: Assembled) -> None:
    figure = assembled.figures[0]
    for low, high, told in (
        (5.0, 5.0, {iris.VALUE: "5"}),
        (5.0, None, {iris.MIN_VALUE: "5"}),
        (None, 9.5, {iris.MAX_VALUE: "9.5"}),
        (30.0, 40.0, {iris.MIN_VALUE: "30", iris.MAX_VALUE: "40"}),
    ):
        graph = replace(assembled, figures=(replace(figure, low=low, high=high),))
        quads = rdf.assembled_quads(graph)
        found = {name: objects(quads, "figure-1-value", name) for name in (iris.VALUE, iris.MIN_VALUE, iris.MAX_VALUE)}
        assert {name: values for name, values in found.items() if values} == {n: {v} for n, v in told.items()}


def test_a_nameless_speaker_is_somebody_of_one_article(assembled: Assembled) -> None:
    def speakers(words: str) -> int:
        witnesses = tuple(replace(each, speaker=words) for each in assembled.claims[0].witnesses)
        quads = rdf.assembled_quads(replace(assembled, claims=(replace(assembled.claims[0], witnesses=witnesses),)))
        return len({q.subject for q in quads if q.predicate.value == iris.LABEL and q.object == ox.Literal(words)})

    assert speakers("a spokesperson") == 2
    assert speakers("Kim Min-ji") == 1


def test_only_declared_terms_are_used(assembled: Assembled, extractions: Extractions) -> None:
    declared = {
        quad.subject.value
        for name in (files.CORE, files.BORROWED)
        for quad in ox.parse(files.text(name), format=ox.RdfFormat.TURTLE)
        if isinstance(quad.subject, ox.NamedNode)
    }
    quads = [quad for each in extractions for quad in rdf.article_quads(each)] + rdf.assembled_quads(assembled)
    classes = {quad.object.value for quad in quads if quad.predicate == A and isinstance(quad.object, ox.NamedNode)}
    properties = {quad.predicate.value for quad in quads if quad.predicate != A}
    assert (classes | properties) - declared == set()

"""The forms of a trace, read back by the tools that they are written for."""

import csv
import io
import json
import re
from datetime import date

import networkx as nx
import pytest
import rdflib
from rdflib.namespace import RDF

from api.tracing_forms import MEDIA, written
from breachtrace import Assembled, Trace
from graph.assembly import assemble
from graph.trace import trace
from ontology.terms import ONTOLOGY
from tests.graph.telling import figure, link, tell

BT = rdflib.Namespace(ONTOLOGY)
SCHEMA = rdflib.Namespace("https://schema.org/")
ODD = 'other:the "queue" [of] <orders> & | grew'


@pytest.fixture(scope="module")
def graph() -> Assembled:
    told = tell(
        "a1",
        link("breach", ODD, speaker="Kim Min-ji"),
        link(ODD, "income_falls@driver", hedge="possible"),
        link("breach", "jobs_lost@farmer"),
        figure(3, 4, "orders", ODD),
        published=date(2025, 5, 1),
        publisher="The Post",
    )
    return assemble([told, tell("a2", link("breach", ODD))], 9)


@pytest.fixture(scope="module")
def found(graph: Assembled) -> Trace:
    return trace(graph, graph.incidents[0], "driver")


def test_json_has_every_hop_with_its_evidence(found: Trace, graph: Assembled) -> None:
    data = json.loads(written(found, graph, "json"))
    assert (data["seq"], data["complete"], data["direction"]) == (9, True, "forward")
    (goal,) = data["livelihoods"]
    assert (goal["goal"], goal["group"], goal["proven"]) == ("driver", "driver", True)
    (path,) = goal["paths"]
    assert path["sentence"] == found.paths[0].sentence
    texts = {article.id: article.text for article in graph.articles}
    first = path["hops"][0]
    assert [one["article"] for one in first["evidence"]] == ["a1", "a2"]
    for one in first["evidence"]:
        assert texts[one["article"]][one["start"] : one["end"]] == one["quote"]
    told = first["evidence"][0]
    assert (told["speaker"], told["publisher"], told["published"]) == ("Kim Min-ji", "The Post", "2025-05-01")
    assert [one["high"] for one in first["effect"]["figures"]] == [4]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize(("form", "reader"), [("turtle", "turtle"), ("jsonld", "json-ld")])
def test_rdf_has_the_path_as_a_list_of_its_claims(found: Trace, graph: Assembled, form: str, reader: str) -> None:
    read = rdflib.Graph().parse(data=written(found, graph, form), format=reader)
    (path,) = read.subjects(RDF.type, SCHEMA.ItemList)
    assert str(read.value(path, SCHEMA.description)) == found.paths[0].sentence
    assert float(str(read.value(path, BT.belief))) == pytest.approx(found.paths[0].belief)
    items = {int(str(read.value(item, SCHEMA.position))): item for item in read.objects(path, SCHEMA.itemListElement)}
    claims = [read.value(items[place], SCHEMA.item) for place in (1, 2)]
    assert [str(claim).rpartition("/")[2] for claim in claims] == [hop.id for hop in found.paths[0].hops]
    assert all((claim, RDF.type, BT.CausalClaim) in read for claim in claims)
    assert len(set(read.subjects(RDF.type, BT.CausalClaim))) == 2


def test_csv_has_a_row_for_each_witness_of_each_hop(found: Trace, graph: Assembled) -> None:
    rows = list(csv.DictReader(io.StringIO(written(found, graph, "csv"))))
    assert [(row["path"], row["hop"], row["article"]) for row in rows] == [
        ("1", "1", "a1"),
        ("1", "1", "a2"),
        ("1", "2", "a1"),
    ]
    assert [row["hedge"] for row in rows] == ["asserted", "asserted", "possible"]
    assert rows[0]["effect_label"] == ODD.removeprefix("other:")


def test_graphml_and_mermaid_have_the_events_and_links_of_the_paths(found: Trace, graph: Assembled) -> None:
    network = nx.parse_graphml(written(found, graph, "graphml"), force_multigraph=True)
    (path,) = found.paths
    assert set(network.nodes) == {event.id for event in path.events}
    assert {key for *_, key in network.edges} == {hop.id for hop in path.hops}
    drawn = written(found, graph, "mermaid")
    assert drawn.startswith("flowchart LR\n")
    assert len(re.findall(r"^  e\d \S+\|", drawn, re.MULTILINE)) == 2
    labels = re.findall(r'"(.*?)"', drawn)
    assert len(labels) == 5
    assert not any(sign in label.replace("<br/>", "") for label in labels for sign in '<>"|')


def test_every_form_has_a_media_type_and_is_the_same_again(found: Trace, graph: Assembled) -> None:
    assert set(MEDIA) == {"json", "jsonld", "turtle", "csv", "graphml", "mermaid"}
    for form in MEDIA:
        assert written(found, graph, form) == written(found, graph, form)

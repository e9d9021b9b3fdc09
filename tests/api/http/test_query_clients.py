"""SPARQLWrapper, rdflib's SPARQLStore and curl against a service that listens on a port of this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from api.http.keyring import Keyring
from graph import rdf
from ontology import iris
from tests.api.http.queried import fill, listening

CLAIMS = f"SELECT ?claim WHERE {{ ?claim a <{iris.CAUSAL_CLAIM}> }}"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with listening(fill(tmp_path_factory.mktemp("clients")), query_seconds=5) as made:
        httpx.get(made + "/sparql", params={"query": "ASK {}"}, timeout=60)
        yield made


@pytest.mark.parametrize(("method", "way"), [("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_sparqlwrapper_selects(url: str, method: str, way: str, form: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(url + "/sparql")
    client.setQuery(CLAIMS)
    client.setMethod(method)
    client.setRequestMethod(way)
    client.setReturnFormat(form)
    found: Any = client.query().convert()
    if form == "json":
        assert len(found["results"]["bindings"]) == 3
    elif form == "xml":
        assert len(found.getElementsByTagName("result")) == 3
    else:
        assert len(found.decode().splitlines()) == 4


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", ["turtle", "xml", "json-ld"])
def test_sparqlwrapper_constructs_and_describes(url: str, form: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    for query in (f"CONSTRUCT WHERE {{ ?c a <{iris.CAUSAL_CLAIM}> }}", f"DESCRIBE ?c {{ ?c a <{iris.CAUSAL_CLAIM}> }}"):
        client = wrapper.SPARQLWrapper(url + "/sparql")
        client.setQuery(query)
        client.setReturnFormat(form)
        found = client.query().convert()
        graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found, format=form)
        assert len(graph) >= 3


def test_sparqlwrapper_names_graphs_and_learns_what_is_wrong(url: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(url + "/sparql", defaultGraph=rdf.VOCABULARIES.value)
    client.setQuery(CLAIMS)
    client.setReturnFormat("json")
    assert client.query().convert()["results"]["bindings"] == []
    client.setQuery("SELECT nonsense")
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed):
        client.query()


def test_a_key_opens_what_is_closed_to_clients_too(tmp_path: Path) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    key = Keyring(fill(tmp_path)).create(["read"], "kim")[0]
    with listening(tmp_path, reading="key") as url:
        client = wrapper.SPARQLWrapper(url + "/sparql")
        client.setQuery(CLAIMS)
        client.setReturnFormat("json")
        with pytest.raises(wrapper.SPARQLExceptions.Unauthorized):
            client.query()
        client.addCustomHttpHeader("Authorization", f"Bearer {key}")
        assert len(client.query().convert()["results"]["bindings"]) == 3
        store = SPARQLStore(url + "/sparql", headers={"Authorization": f"Bearer {key}"})
        assert len(list(rdflib.Graph(store).query(CLAIMS))) == 3


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks_it_as_a_store(url: str, method: Any) -> None:
    store = SPARQLStore(url + "/sparql", method=method)
    graph = rdflib.Graph(store)
    assert len(list(graph.query(CLAIMS))) == 3
    assert bool(graph.query("ASK { ?s ?p ?o }"))
    kind, causal = rdflib.URIRef(iris.RDF + "type"), rdflib.URIRef(iris.CAUSAL_CLAIM)
    assert len(list(graph.triples((None, kind, causal)))) == 3
    made = graph.query(f"CONSTRUCT WHERE {{ ?c a <{iris.CAUSAL_CLAIM}> }}").graph
    assert made is not None
    assert len(made) == 3


def curl(*arguments: str) -> tuple[int, str]:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    done = subprocess.run(
        ["curl", "--silent", "--write-out", "\n%{http_code}", *arguments], capture_output=True, text=True, check=True
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


def test_curl_asks_in_each_of_three_ways(url: str) -> None:
    there, query = url + "/sparql", "ASK { ?s ?p ?o }"
    ways = (
        ("--get", "--data-urlencode", f"query={query}"),
        ("--data-urlencode", f"query={query}"),
        ("--header", "Content-Type: application/sparql-query", "--data-binary", query),
    )
    for way in ways:
        status, body = curl(there, *way)
        assert (status, json.loads(body)["boolean"]) == (200, True)
    status, body = curl(there, "--data-urlencode", f"query={CLAIMS}", "--header", "Accept: text/csv")
    assert (status, len(body.split())) == (200, 4)
    assert curl(there, "--get", "--data-urlencode", f"query={query}", "--header", "Accept: image/png")[0] == 406
    assert curl(there, "--data", "query=nonsense")[0] == 400
    assert curl("--head", url + "/graphs?default")[0] == 200
    assert curl("--request", "PUT", "--data", "x", url + "/graphs?default")[0] == 405


def test_a_runaway_query_keeps_nobody_waiting(url: str) -> None:
    failed: list[int] = []

    def run() -> None:
        failed.append(httpx.get(url + "/sparql", params={"query": RUNAWAY}, timeout=60).status_code)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.5)
    asked = 0
    with httpx.Client(timeout=60) as client:
        while thread.is_alive():
            assert client.get(url + "/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"]
            assert client.get(url + "/health").status_code == 200
            asked += 1
    thread.join()
    assert asked > 10
    assert failed == [504]


def test_many_at_once_are_answered_or_told_to_come_back(url: str) -> None:
    answers: list[httpx.Response] = []

    def run() -> None:
        answers.append(httpx.get(url + "/sparql", params={"query": RUNAWAY}, timeout=120))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {503, 504}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status_code == 503)
    assert httpx.get(url + "/sparql", params={"query": "ASK {}"}, timeout=60).status_code == 200

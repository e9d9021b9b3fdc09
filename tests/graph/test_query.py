from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from graph.assembled import Assembled
from graph.stores import guard, manifest
from graph.stores.errors import (
    ExtraMissingError,
    QueryInvalidError,
    QueryRefusedError,
    QueryTimeoutError,
    StoreMissingError,
)
from graph.stores.query import Iri, Language, Limits, query
from ontology import iris, terms


class Projected(Protocol):
    path: Path
    assembled: Assembled


TRIPLES = "SELECT ?s WHERE { ?s a ?class }"


def test_select_gives_plain_values_with_the_seq(projected: Projected) -> None:
    told = f"<{terms.ID}claim-1> <{iris.BELIEF}> ?belief ; <{iris.ORIGIN_COUNT}> ?origins"
    text = f"SELECT ?belief ?origins ?none WHERE {{ {told} }}"
    answer = query(projected.path, text)
    assert answer.columns == ("belief", "origins", "none")
    assert answer.rows == ((0.1 + 0.2, 2, None),)
    assert answer.seq == projected.assembled.seq


def test_ask_and_construct(projected: Projected) -> None:
    assert query(projected.path, "ASK { ?s ?p ?o }").rows == ((True,),)
    causes = query(projected.path, f"CONSTRUCT WHERE {{ ?s <{iris.CAUSES}> ?o }}")
    assert causes.columns == ("subject", "predicate", "object")
    assert (f"<{terms.ID}event-orders>", f"<{iris.CAUSES}>", f"<{terms.ID}event-pay>") in causes.rows
    assert len(causes.rows) == 3


def test_a_query_sees_the_assembled_graph_and_reaches_the_articles_by_name(projected: Projected) -> None:
    claims = f"?claim a <{iris.CAUSAL_CLAIM}>"
    assert len(query(projected.path, f"SELECT ?claim WHERE {{ {claims} }}").rows) == len(projected.assembled.claims)
    graphs = query(projected.path, f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {claims} }} }}").rows
    assert len(graphs) == 2
    named = query(projected.path, f"SELECT ?claim FROM <{terms.ID}assembled> WHERE {{ {claims} }}").rows
    assert len(named) == len(projected.assembled.claims)


def test_rows_over_the_limit_are_cut_and_told(projected: Projected) -> None:
    answer = query(projected.path, TRIPLES, limits=Limits(rows=3))
    assert (len(answer.rows), answer.truncated) == (3, True)
    cypher = query(projected.path, "MATCH (e:Event) RETURN e.id", "cypher", limits=Limits(rows=2))
    assert (len(cypher.rows), cypher.truncated) == (2, True)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sparql", "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"),
        ("cypher", "UNWIND range(1, 100000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b)"),
    ],
)
def test_a_long_query_is_ended_at_its_limit(projected: Projected, language: Language, text: str) -> None:
    start = time.monotonic()
    with pytest.raises(QueryTimeoutError, match=r"limit \(0\.5 s\)"):
        query(projected.path, text, language, limits=Limits(seconds=0.5))
    assert time.monotonic() - start < 10


def test_a_query_that_takes_too_much_memory_is_ended(projected: Projected) -> None:
    text = "SELECT ?a ?d ?g WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
    with pytest.raises(QueryTimeoutError, match="memory"):
        query(projected.path, text, limits=Limits(seconds=60, memory=200 << 20))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "select * where { service silent <http://localhost:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { ?s ?p 5SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "PREFIX a: <b:> SELECT * WHERE { ?s ?p a:b.SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "PREFIX a: <b:> SELECT * WHERE { ?s ?p a:b~SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "PREFIX a: <b:> SELECT * WHERE { ?s ?p a:.SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "PREFIX a: <http://localhost:9/> SELECT * WHERE { ?s ?p ?o . SERVICEa:b { ?s ?p ?o } }",
        "PREFIX a: <http://localhost:9/> SELECT * WHERE { ?s ?p 1SERVICEa:b { ?s ?p ?o } }",
        "SELECT * WHERE { ?s ?p ?o . SERVICE?o { ?s ?p ?o } }",
        "SELECT * WHERE { ?s ?p trueSERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "SELECT * { OPTIONAL { <a:\\u0041#> ?p ?o } SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "SELECT * { OPTIONAL { ?s ?p 'x'^^<a:\\U00000041#> } SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "PREFIX a: <a:> SELECT * { OPTIONAL { ?s a:b\\# ?o } SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "PREFIX a: <a:> SELECT * { OPTIONAL { ?s a:b\\' ?o } SERVICE <http://localhost:9/> { ?s ?p '' } }",
        "# comment\rSELECT * { SERVICE <http://localhost:9/> { ?s ?p '#' } }",
        "SELECT * FROM <http://localhost:9/> WHERE { ?s ?p ?o }",
        "SELECT * FROM NAMED <file:///etc/passwd> WHERE { ?s ?p ?o }",
        "PREFIX a: <http://localhost:9/> SELECT * FROM a:b WHERE { ?s ?p ?o }",
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "PREFIX a: <a:> DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://localhost:9/>",
        "CLEAR ALL",
        "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_sparql_that_writes_or_reaches_out_is_refused(projected: Projected, text: str) -> None:
    with pytest.raises(QueryRefusedError, match="SPARQL query refused"):
        query(projected.path, text)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (:Event {id: 'x'})",
        "MATCH (e:Event) SET e.label = 'x'",
        "MATCH (e:Event) DETACH DELETE e",
        "MERGE (:Event {id: 'x'})",
        "LOAD FROM '/etc/passwd' RETURN *",
        "MATCH (e:Event) load /* x */ from '/etc/passwd' RETURN *",
        "MATCH (e:Event) WHERE e.n_mentions = 1LOAD FROM '/etc/passwd' RETURN *",
        "RETURN 1 // '\nUNION LOAD FROM '/etc/passwd' RETURN *",
        "COPY (MATCH (e:Event) RETURN e.id) TO 'out.csv'",
        "ATTACH 'other.lbug' AS other",
        "INSTALL httpfs",
        "EXPORT DATABASE 'out'",
        "IMPORT DATABASE 'in'",
        "CALL show_tables() RETURN *",
        "DROP TABLE Event",
        "RETURN 1; RETURN 2",
        "BEGIN TRANSACTION",
    ],
)
def test_cypher_that_writes_or_reaches_out_is_refused(projected: Projected, text: str) -> None:
    with pytest.raises(QueryRefusedError, match="Cypher query refused"):
        query(projected.path, text, "cypher")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sparql", "SELECT * WHERE { ?service ?load 'SERVICE' } # SERVICE"),
        ("sparql", 'SELECT * WHERE { ?s ?p """a "SERVICE" b""" }'),
        ("sparql", "PREFIX t: <a:> SELECT * WHERE { ?s ?p t:service_disrupted, t:a-service }"),
        ("sparql", "PREFIX insert: <a:> SELECT * WHERE { ?s insert:delete ?from }"),
        ("cypher", "MATCH (e:Event) WHERE e.label = 'CREATE' OR e.label = \"don't LOAD\" RETURN e.id // DROP"),
        ("cypher", "MATCH (e:Event) /* COPY ; */ RETURN e.id AS `set`;"),
        ("cypher", "MATCH (e:Event) WHERE e.label = $load RETURN e.created"),
    ],
)
def test_words_in_strings_comments_and_names_refuse_nothing(language: Language, text: str) -> None:
    (guard.check_sparql if language == "sparql" else guard.check_cypher)(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sparql", "SELECT * WHERE { ?s ?p }"),
        ("sparql", "nonsense"),
        ("sparql", ""),
        ("cypher", "MATCH (e:Nothing) RETURN e"),
        ("cypher", "MATCH (e:Event"),
        ("cypher", "nonsense"),
        ("cypher", " "),
    ],
)
def test_a_query_that_is_not_understood_is_told(projected: Projected, language: Language, text: str) -> None:
    with pytest.raises(QueryInvalidError, match="quer"):
        query(projected.path, text, language)


def test_cypher_that_is_asked_as_sparql_is_told_how_to_ask() -> None:
    with pytest.raises(QueryInvalidError, match="--cypher"):
        guard.check_sparql("MATCH (e:Event) RETURN e.id")


TYPED = [3, -1, 2.5, True, False]
INJECTIONS = ["plain", '"', "'", "\\", '" } # ', "' OR 1=1 //", "a\nb\r\tc", "é🙂", "$value", '""" ?x', "\\u0022"]


@pytest.mark.parametrize("language", ["sparql", "cypher"])
@pytest.mark.parametrize("values", [INJECTIONS, TYPED], ids=["texts", "others"])
def test_a_parameter_is_a_value_of_its_type_and_never_text_of_the_query(
    projected: Projected, language: Language, values: list[Any]
) -> None:
    parameters = {f"p{number}": value for number, value in enumerate(values)}
    if language == "sparql":
        bound = " ".join(f"BIND (${name} AS ?x{name})" for name in parameters)
        text = f"SELECT {' '.join(f'?x{name}' for name in parameters)} WHERE {{ {bound} }}"
    else:
        text = f"RETURN {', '.join(f'${name} AS x{name}' for name in parameters)}"
    (row,) = query(projected.path, text, language, parameters).rows
    assert [(type(value), value) for value in row] == [(type(value), value) for value in values]


def test_an_iri_parameter_names_a_resource(projected: Projected) -> None:
    text = "SELECT ?label WHERE { $this <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    this = terms.ID + "incident-1"
    assert query(projected.path, text, parameters={"this": Iri(this)}).rows == (("Acme Parcel data breach",),)
    assert query(projected.path, "ASK { FILTER ($this = 'x') }", parameters={"this": this}).rows == ((False,),)
    with pytest.raises(QueryInvalidError, match="not understood"):
        query(projected.path, text, parameters={"this": Iri("a> ?p ?o . ?s ?q <b")})


def test_a_worker_cannot_write(projected: Projected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "check_cypher", lambda text: None)
    with pytest.raises(QueryInvalidError, match=r"File too large|not permitted|Too many open files"):
        query(projected.path, f"COPY (MATCH (e:Event) RETURN e.id) TO '{tmp_path / 'out.csv'}'", "cypher")
    with pytest.raises(QueryInvalidError, match="read-only"):
        query(projected.path, "CREATE (:Event {id: 'x'})", "cypher")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process give up system calls")
@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "open('new', 'w')",
        "open('old', 'a')",
        "os.unlink('old')",
        "os.rename('old', 'new')",
        "os.truncate('old', 0)",
        "os.mkdir('new')",
        "os.symlink('old', 'new')",
        "os.execv('/bin/true', ['true'])",
    ],
)
def test_a_confined_process_changes_nothing(tmp_path: Path, attempt: str) -> None:
    (tmp_path / "old").write_text("old", "utf-8")
    program = f"import os; from graph.stores.confine import confine; assert confine(); open('old').read(); {attempt}"
    environment = {**os.environ, "PYTHONPATH": str(Path(guard.__file__).parents[2])}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "PermissionError: [Errno 1]" in done.stderr
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {"old": "old"}


def test_a_worker_cannot_reach_out(projected: Projected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "check_cypher", lambda text: None)
    monkeypatch.setattr(guard, "check_sparql", lambda text: None)
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    with pytest.raises(QueryInvalidError, match=r"not permitted|Too many open files"):
        query(projected.path, f"LOAD FROM '{tmp_path / 'secret.csv'}' RETURN *", "cypher")
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(QueryInvalidError, match=r"not permitted|Too many open files"):
            query(projected.path, f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}", limits=Limits(seconds=5))


@pytest.mark.parametrize("part", ["-", "a.", "a-", "<a", ".", "a", "?a", "a b"])
def test_a_hostile_query_is_looked_through_in_little_time(part: str) -> None:
    text = "ASK {} " + part * (guard.LONGEST // len(part) - 10)
    begun = time.process_time()
    guard.check_sparql(text)
    assert time.process_time() - begun < 3


def test_a_query_longer_than_any_is_not_looked_through() -> None:
    text = " " * guard.LONGEST + "RETURN 1"
    for look in (guard.check_sparql, guard.check_cypher, guard.form_of, guard.parameters):
        with pytest.raises(QueryInvalidError, match="characters"):
            look(text)


@pytest.mark.parametrize(
    "text", ["ASK { ?s ?p 1.SERVICE }", "ASK { a-b.SERVICE <http://a> {} }", "ASK {?s ?p -SERVICE}"]
)
def test_a_keyword_among_dots_and_hyphens_is_seen(text: str) -> None:
    with pytest.raises(QueryRefusedError, match="SERVICE"):
        guard.check_sparql(text)


@pytest.mark.parametrize("text", ["'''" + "\\'" * 20_000, "SELECT ?a { ?a ?b \\u0022 }", "/*" * 20_000 + "'"])
def test_what_is_open_to_the_end_is_not_understood_and_soon_told(text: str) -> None:
    start = time.monotonic()
    for check in (guard.check_sparql, guard.check_cypher):
        with pytest.raises(QueryInvalidError, match="not closed"):
            check(text)
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sparql", f"SELECT ('NaN'^^<{iris.XSD}double> AS ?x) (-1e0/0e0 AS ?y) {{}}"),
        ("cypher", "RETURN CAST('nan' AS DOUBLE) AS x, CAST('-inf' AS DOUBLE) AS y"),
    ],
)
def test_numbers_that_json_has_no_form_for_are_told_as_text(
    projected: Projected, language: Language, text: str
) -> None:
    assert query(projected.path, text, language).rows == (("nan", "-inf"),)


def test_an_empty_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreMissingError, match="nothing has been projected"):
        query(tmp_path, TRIPLES)


def test_a_missing_engine_names_the_extra(projected: Projected, tmp_path: Path) -> None:
    current = manifest.read(projected.path)
    (tmp_path / manifest.GENERATIONS).mkdir()
    for generation in current.generations:
        (tmp_path / generation).symlink_to(projected.path / generation)
    manifest.write(tmp_path, replace(current, cypher=None, cypher_seq=None))
    with pytest.raises(ExtraMissingError, match=r"pip install .*\[cypher\]"):
        query(tmp_path, "RETURN 1", "cypher")
    assert query(tmp_path, "ASK { ?s ?p ?o }").rows == ((True,),)


@pytest.mark.parametrize(("language", "text"), [("sparql", "ASK { ?s ?p ?o }"), ("cypher", "RETURN 1")])
def test_a_broken_projection_is_told(tmp_path: Path, language: Language, text: str) -> None:
    (tmp_path / "generations" / "g" / "rdf").mkdir(parents=True)
    (tmp_path / "generations" / "g" / "graph.lbug").write_bytes(b"nonsense")
    rdf, cypher = "generations/g/rdf", "generations/g/graph.lbug"
    manifest.write(tmp_path, manifest.Manifest(1, "", "", quads=1, rdf=rdf, cypher=cypher))
    with pytest.raises(StoreMissingError, match="ingest into it, or project its ledger anew"):
        query(tmp_path, text, language)

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, Protocol

import pytest

from graph import queries
from graph.assembled import Assembled
from graph.stores.errors import QueryInvalidError
from graph.stores.query import Answer, Iri, Language, query
from ontology import terms


class Projected(Protocol):
    path: Path
    assembled: Assembled


def ask(store: Projected, name: str, language: Language = "sparql", **values: str) -> list[dict[str, Any]]:
    named = queries.load(name, language)
    found: Answer = query(store.path, named.text, language, named.bind(values))
    assert found.seq == store.assembled.seq
    assert not found.truncated
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_incidents(projected: Projected) -> None:
    assert ask(projected, "incidents") == [
        {"incident": terms.ID + "incident-1", "label": "Acme Parcel data breach", "articles": 2, "groups": 3}
    ]


def test_livelihoods_are_reached_over_more_than_one_hop_and_not_by_a_denial(projected: Projected) -> None:
    rows = ask(projected, "livelihoods", incident="incident-1")
    assert [row["group"] for row in rows] == ["delivery_worker", "small_merchant"]


def test_evidence_is_quoted_exactly(projected: Projected) -> None:
    rows = ask(projected, "evidence", claim="claim-2")
    assert [(row["article"], row["speaker"], row["hedge"]) for row in rows] == [
        ("wire-1", 'the "Couriers\' Union"', "reported")
    ]
    texts = {article.id: article.text for article in projected.assembled.articles}
    for row in rows:
        assert texts[row["article"]][row["start"] : row["end"]] == row["quote"]


def test_figures_keep_their_interval_and_speaker(projected: Projected) -> None:
    rows = {row["text"]: row for row in ask(projected, "figures", incident="incident-1")}
    accounts, fall = rows["33.7 million accounts"], rows["by a third"]
    assert (accounts["low"], accounts["high"], accounts["unit"]) == (33_700_000.0, 33_700_000.0, "NUM")
    assert (accounts["thing"], accounts["measure"], accounts["speaker"]) == ("accounts", "data_breach", "the firm")
    assert (fall["low"], fall["high"], fall["unit"], fall["speaker"]) == (33.33, None, "PERCENT", None)


def test_speakers(projected: Projected) -> None:
    rows = ask(projected, "speakers", incident="incident-1")
    said = {(row["speaker"], row["claim"].removeprefix(terms.ID)) for row in rows}
    assert said == {("Acme", "claim-4"), ('the "Couriers\' Union"', "claim-2"), ("the firm", "figure-1")}


@pytest.mark.parametrize(("hedge", "claims"), [("possible", ["claim-3"]), ("predicted", [])])
def test_links_by_hedge(projected: Projected, hedge: str, claims: list[str]) -> None:
    rows = ask(projected, "links-by-hedge", hedge=hedge)
    assert [row["claim"].removeprefix(terms.ID) for row in rows] == claims


def test_both_languages_answer_alike(projected: Projected) -> None:
    assert queries.names("cypher") == queries.names("sparql")
    for name in queries.names():
        values = dict(pair.split("=") for pair in queries.load(name).example.split())
        rows = ask(projected, name, "sparql", **values)
        for row in rows:  # where SPARQL has a node's IRI, Cypher has its id
            row.update((key, value.removeprefix(terms.ID)) for key, value in row.items() if isinstance(value, str))
        assert rows
        assert rows == ask(projected, name, "cypher", **values)


def test_the_links_are_those_of_the_graph(projected: Projected) -> None:
    rows = {row["claim"]: row for row in ask(projected, "links", "cypher", incident="incident-1")}
    assert set(rows) == {claim.id for claim in projected.assembled.claims}
    for claim in projected.assembled.claims:
        assert math.isclose(rows[claim.id]["belief"], claim.belief)
        assert rows[claim.id]["polarity"] == ("negative" if claim.negated else "positive")
        assert rows[claim.id]["origins"] == claim.origins


@pytest.mark.parametrize(
    ("language", "name"), [(language, name) for language in queries._SUFFIXES for name in queries.names(language)]
)
def test_every_query_says_what_it_is_and_takes_what_it_declares(
    projected: Projected, language: Language, name: str
) -> None:
    named = queries.load(name, language)
    assert named.title
    body = "\n".join(line for line in named.text.splitlines() if not line.startswith(("#", "//")))
    assert set(re.findall(r"\$(\w+)", body)) == {parameter.name for parameter in named.parameters}
    assert all(parameter.meaning for parameter in named.parameters)
    values = dict(pair.split("=") for pair in named.example.split())
    assert ask(projected, name, language, **values)


def test_at_least_six_queries_are_shipped() -> None:
    assert len(queries.names()) >= 6


def test_a_parameter_is_a_resource_in_sparql_and_an_id_in_cypher() -> None:
    sparql, cypher = queries.load("links").bind, queries.load("links", "cypher").bind
    for given in ("incident-1", terms.ID + "incident-1"):
        assert sparql({"incident": given}) == {"incident": Iri(terms.ID + "incident-1")}
        assert cypher({"incident": given}) == {"incident": "incident-1"}


@pytest.mark.parametrize(
    ("name", "values", "problem"),
    [
        ("links", {}, "its parameters are incident"),
        ("links", {"incident": "a", "other": "b"}, "its parameters are incident"),
        ("links", {"incident": "a> } ; DROP"}, "is no id"),
        ("links-by-hedge", {"hedge": "perhaps"}, "'perhaps' is none of asserted"),
    ],
)
def test_wrong_parameters_are_told(name: str, values: dict[str, str], problem: str) -> None:
    with pytest.raises(QueryInvalidError, match=problem):
        queries.load(name).bind(values)


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(QueryInvalidError, match=r"no sparql query is named 'linkz'; there are evidence"):
        queries.load("linkz")

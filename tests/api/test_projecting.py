"""The command `project`: what it brings up to date, what it says, and how it fails."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from graph.ledger import Ledger
from graph.stores import ladybug, sparql
from graph.stores.neo4j import Address
from tests.conftest import ask_neo4j
from tests.graph.telling import link, tell

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.add(tell("a1", link("breach", "orders_fall"), link("orders_fall", "jobs_lost@driver")))

    def call(*arguments: str, **environment: str | None) -> Result:
        return CliRunner().invoke(app, ["project", *arguments, "--store", str(tmp_path)], env=environment)

    return call


def targets(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["targets"])


def test_without_a_target_the_store_itself_is_brought_up_to_date(run: Run, tmp_path: Path) -> None:
    (row,) = targets(run("--json"))
    assert (row["target"], row["seq"]) == ("store", 1)
    assert (tmp_path / row["rdf"]).is_dir()
    assert (tmp_path / row["cypher"]).is_file()
    assert run().stdout.startswith("store: seq 1, ")


def test_the_embedded_engine_is_asked_for_where_it_is_not(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert targets(run("--ladybug", "--json"))[0]["cypher"]
    monkeypatch.setattr(ladybug, "available", lambda: False)
    (tmp_path / "manifest.json").unlink()
    result = run("--ladybug")
    assert (result.exit_code, 'pip install ".[cypher]"' in result.stderr) == (2, True)


def test_a_server_is_brought_up_to_date_and_the_store_is_left(run: Run, tmp_path: Path, neo4j_url: str) -> None:
    (row,) = targets(run("--neo4j", neo4j_url, "--json"))
    assert (row["target"], row["seq"], row["removed"]) == ("neo4j", 1, 0)
    assert ask_neo4j(neo4j_url, "MATCH (e:Event) RETURN count(e) AS n") == [{"n": 3}]
    assert not (tmp_path / "manifest.json").exists()
    assert run("--neo4j", neo4j_url).stdout == "neo4j: seq 1, 0 nodes and 0 relationships written, 0 taken away\n"
    both = targets(run("--neo4j", neo4j_url, "--ladybug", "--json"))
    assert [row["target"] for row in both] == ["store", "neo4j"]


def test_the_password_comes_from_the_environment_and_a_wrong_one_is_told(run: Run, neo4j_url: str) -> None:
    address = Address.parse(neo4j_url)
    known = {"NEO4J_USERNAME": address.user, "NEO4J_PASSWORD": address.password}
    assert targets(run("--neo4j", address.url, "--json", **known))
    if not address.password:
        pytest.skip("the server that was named asks for no password")
    result = run("--neo4j", address.url, NEO4J_USERNAME="neo4j", NEO4J_PASSWORD="swordfish")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"breachtrace: {address.url}: the server does not accept user 'neo4j'")
    assert result.stderr.count("\n") == 1
    assert "swordfish" not in result.output


@pytest.mark.parametrize("url", ["bolt://me:swordfish@127.0.0.1:9", "http://me:swordfish@127.0.0.1"])
def test_where_no_server_is_one_line_says_so(run: Run, url: str) -> None:
    result = run("--neo4j", url)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "127.0.0.1" in result.stderr
    assert "swordfish" not in result.output


def test_without_the_driver_one_line_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neo4j", None)
    result = run("--neo4j", "bolt://127.0.0.1:9")
    assert result.exit_code == 2
    assert result.stderr == (
        'breachtrace: projecting into Neo4j needs an optional dependency; install it: pip install ".[neo4j]"\n'
    )


def test_a_sparql_server_is_brought_up_to_date(run: Run, sparql_url: str) -> None:
    (row,) = targets(run("--sparql", sparql_url, "--json"))
    assert (row["target"], row["seq"], row["removed"]) == ("sparql", 1, 0)
    assert run("--sparql", sparql_url).stdout == "sparql: seq 1, 0 statements written, 0 taken away\n"
    address = sparql.Address.parse(sparql_url)
    url = f"{address.query},{address.update},{address.graphs}"
    again = run("--sparql", url, SPARQL_USERNAME=address.user, SPARQL_PASSWORD=address.password)
    assert again.stdout == "sparql: seq 1, 0 statements written, 0 taken away\n"


@pytest.mark.parametrize("url", ["http://me:xylophone@127.0.0.1:9/news", "bolt://me:xylophone@127.0.0.1"])
def test_where_no_sparql_server_is_one_line_says_so(run: Run, url: str) -> None:
    result = run("--sparql", url)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "127.0.0.1" in result.stderr
    assert "xylophone" not in result.output


def test_the_ledger_may_be_on_a_server(run: Run, tmp_path: Path, postgres_url: str) -> None:
    (first,) = targets(run("--json"))
    with Ledger(postgres_url) as ledger:
        ledger.add(tell("b1", link("breach", "orders_fall"), organisation="Bolt"))
        ledger.add(tell("b2", link("breach", "orders_fall"), organisation="Bolt"))
    (row,) = targets(run("--ledger", postgres_url, "--json"))
    assert row["seq"] == 2
    assert targets(run("--json", BREACHTRACE_LEDGER=postgres_url)) == [row]
    assert targets(run("--json"))[0]["quads"] == first["quads"]
    result = run("--ledger", "postgresql://me:xylophone@127.0.0.1:9/news")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "xylophone" not in result.output

"""A ledger that grows and shrinks, followed by a real Neo4j server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph import following
from graph.current import assemble_ledger
from graph.following import follow_neo4j as follow
from graph.ledger import Ledger
from graph.stores import difference, neo4j, tables
from graph.stores.errors import RemoteError, StoreBusyError
from graph.stores.files import locked
from graph.stores.neo4j import Address
from graph.stores.stamp import Stamp
from ontology.records import Extraction
from tests.conftest import ask_neo4j
from tests.graph.telling import figure, link, tell


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        for name in ("a1", "a2"):
            opened.add(story(name))
        opened.add(story("b1", "Borealis"))
        yield opened


def story(article: str, organisation: str = "Acme") -> Extraction:
    told = (
        link("breach", "orders_fall", speaker="Kim Min-ji"),
        link("orders_fall", f"jobs_lost@{'driver' if article == 'a2' else 'farmer'}", hedge="possible"),
        figure(5, 5, "shops", speaker="Lee Su-jin"),
    )
    return tell(article, *told, organisation=organisation, when=date(2025, 5, 1), published=date(2025, 5, 2))


def content(url: str) -> tuple[Counter[str], Counter[str]]:
    """Give all nodes and relationships of the database but the stamp, each as text."""
    nodes = ask_neo4j(url, "MATCH (n) WHERE NOT n:Stamp RETURN labels(n) AS l, properties(n) AS p")
    ties = ask_neo4j(url, "MATCH (a)-[x]->(b) RETURN a.id AS a, b.id AS b, type(x) AS l, properties(x) AS p")
    return texts(nodes), texts(ties)


def texts(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True, default=str) for row in rows)


def shown(url: str) -> tuple[int, bool]:
    (row,) = ask_neo4j(url, "MATCH (s:Stamp) RETURN s.seq AS seq, s.complete AS complete")
    return row["seq"], row["complete"]


def afresh(url: str, ledger: Ledger, store: Path) -> tuple[Counter[str], Counter[str]]:
    """Give what the database holds when the ledger is projected into an empty one."""
    ask_neo4j(url, "MATCH (n) DETACH DELETE n")
    follow(ledger, Address.parse(url), store / "afresh")
    return content(url)


def test_the_whole_graph_is_there_once_and_stamped(neo4j_url: str, ledger: Ledger, tmp_path: Path) -> None:
    written = follow(ledger, Address.parse(neo4j_url), tmp_path)
    graph = assemble_ledger(ledger)
    counted = ask_neo4j(neo4j_url, "MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS n")
    assert {row["label"]: row["n"] for row in counted} == {
        "Incident": len(graph.incidents),
        "Event": len(graph.events),
        "LivelihoodGroup": 2,
        "Claim": len(graph.claims),
        "QuantityClaim": len(graph.figures),
        "Article": 3,
        "Agent": 4,  # two firms, two speakers who speak in all three
        "Stamp": 1,
    }
    assert shown(neo4j_url) == (ledger.seq, True)
    assert written.seq == ledger.seq
    assert written.bookmarks
    assert {table.name for table in tables.RELATIONSHIPS} - {"PUBLISHED_BY"} == {
        row["t"] for row in ask_neo4j(neo4j_url, "MATCH ()-[x]->() RETURN DISTINCT type(x) AS t")
    }


def test_projecting_again_writes_nothing(neo4j_url: str, ledger: Ledger, tmp_path: Path) -> None:
    address = Address.parse(neo4j_url)
    follow(ledger, address, tmp_path)
    before = content(neo4j_url)
    again = follow(ledger, address, tmp_path)
    compared = follow(ledger, address, tmp_path / "without the index")
    for written in (again, compared):
        assert (written.nodes, written.relationships, written.removed) == (0, 0, 0)
    assert content(neo4j_url) == before


def test_a_new_article_costs_what_it_touches(
    neo4j_url: str, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = Address.parse(neo4j_url)
    follow(ledger, address, tmp_path)
    monkeypatch.setattr(neo4j.Database, "_present", lambda *_: pytest.fail("the whole database is read"))
    ledger.add(story("b2", "Borealis"))
    written = follow(ledger, address, tmp_path)
    # the article; what a second witness makes of the incident, the two claims and the figure, by the rows alone
    assert 1 <= written.nodes <= 5
    assert shown(neo4j_url) == (ledger.seq, True)
    monkeypatch.undo()
    assert content(neo4j_url) == afresh(neo4j_url, ledger, tmp_path)


@pytest.mark.parametrize("article", ["a2", "b1"])
def test_a_retracted_article_takes_away_its_own_and_nothing_else(
    neo4j_url: str, ledger: Ledger, tmp_path: Path, article: str
) -> None:
    address = Address.parse(neo4j_url)
    follow(ledger, address, tmp_path)
    nodes, _ = content(neo4j_url)
    ledger.retract(article, "withdrawn")
    follow(ledger, address, tmp_path)
    after = content(neo4j_url)
    assert after == afresh(neo4j_url, ledger, tmp_path)
    kept = {json.loads(one)["p"]["id"] for one in after[0]}
    gone = {json.loads(one)["p"]["id"] for one in nodes} - kept
    assert article in gone
    assert ("driver" in gone) == (article == "a2")  # a group goes with the last who tells of it
    assert any(name.startswith("speaker-") for name in kept)  # whom others quote as well stays


def test_a_run_that_was_broken_off_anywhere_is_taken_up(
    neo4j_url: str, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = Address.parse(neo4j_url)
    monkeypatch.setattr(difference, "BATCH", 8)
    carry_out, left = neo4j.Database._carry_out, 0

    def breaking(database: neo4j.Database, transaction: Any, run: str, steps: Any) -> int:
        nonlocal left
        removed = carry_out(database, transaction, run, steps)
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return removed

    monkeypatch.setattr(neo4j.Database, "_carry_out", breaking)
    for steps, change in ((3, None), (5, "retract"), (1, "add"), (2, None)):
        if change == "retract":
            ledger.retract("a2", "withdrawn")
        if change == "add":
            ledger.add(story("c1", "Cormorant"))
        left = steps
        with pytest.raises(KeyboardInterrupt):
            follow(ledger, address, tmp_path)
        assert shown(neo4j_url) == (0, False)
    left = 10_000
    follow(ledger, address, tmp_path)
    assert shown(neo4j_url) == (ledger.seq, True)
    assert content(neo4j_url) == afresh(neo4j_url, ledger, tmp_path)


def test_a_change_that_was_broken_off_leaves_nothing_behind(
    neo4j_url: str, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = Address.parse(neo4j_url)
    follow(ledger, address, tmp_path)
    ledger.add(story("c1", "Cormorant"))
    with monkeypatch.context() as patch:
        patch.setattr(difference, "BATCH", 8)
        patch.setattr(neo4j, "_END", "RETURN 1 / 0")
        with pytest.raises(RemoteError, match="by zero"):
            follow(ledger, address, tmp_path)
    assert ask_neo4j(neo4j_url, "MATCH (a:Article {id: 'c1'}) RETURN a.id")
    assert not shown(neo4j_url)[1]
    ledger.retract("c1", "withdrawn")
    follow(ledger, address, tmp_path)
    assert content(neo4j_url) == afresh(neo4j_url, ledger, tmp_path)


def test_what_others_did_to_the_database_is_mended(neo4j_url: str, ledger: Ledger, tmp_path: Path) -> None:
    address = Address.parse(neo4j_url)
    follow(ledger, address, tmp_path)
    wanted = content(neo4j_url)
    with Ledger(tmp_path / "other.sqlite") as other:
        for name in ("x1", "x2", "x3"):  # as many entries, so that the seq tells nothing
            other.add(story(name, "Xenon"))
        follow(other, address, tmp_path / "other")
        assert ask_neo4j(neo4j_url, "MATCH (a:Article) RETURN count(a) AS n") == [{"n": 3}]
    follow(ledger, address, tmp_path)
    assert content(neo4j_url) == wanted


def test_rows_made_by_other_code_are_compared(
    neo4j_url: str, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = Address.parse(neo4j_url)
    follow(ledger, address, tmp_path)
    wanted = content(neo4j_url)
    ask_neo4j(neo4j_url, "MATCH (a:Article {id: 'a1'}) SET a.digest = 'old', a.title = 'old'")
    monkeypatch.setattr(following, "_made_by", lambda: "another")
    assert follow(ledger, address, tmp_path).nodes == 1
    assert content(neo4j_url) == wanted
    assert len(list((tmp_path / "targets").glob("*.index"))) == 1


def test_who_began_later_goes_on_and_the_other_is_told(neo4j_url: str, ledger: Ledger, tmp_path: Path) -> None:
    address = Address.parse(neo4j_url)
    with neo4j.connected(address) as database:
        since = database.stamp()
        follow(ledger, address, tmp_path)
        with pytest.raises(StoreBusyError):
            database.write(since, Stamp(1, "late"), [])
    assert shown(neo4j_url) == (ledger.seq, True)


def test_two_at_once_on_one_machine_are_told_so(ledger: Ledger, tmp_path: Path) -> None:
    address = Address.parse("bolt://127.0.0.1:9")
    with pytest.raises(RemoteError, match=r"bolt://127.0.0.1:9: no Neo4j server answers"):
        follow(ledger, address, tmp_path)
    (lock,) = (tmp_path / "targets").glob("*.lock")
    with locked(lock), pytest.raises(StoreBusyError):
        follow(ledger, address, tmp_path)


def test_a_cluster_s_url_is_routed(neo4j_url: str, ledger: Ledger, tmp_path: Path) -> None:
    routed = neo4j_url.replace("bolt://", "neo4j://") + "/neo4j"
    assert follow(ledger, Address.parse(routed), tmp_path).nodes
    assert shown(neo4j_url) == (ledger.seq, True)


def test_a_database_that_is_not_there_is_told_so(neo4j_url: str, ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match=r"/nowhere: it failed"):
        follow(ledger, Address.parse(f"{neo4j_url}/nowhere"), tmp_path)


@pytest.mark.parametrize(
    ("url", "environment", "read"),
    [
        ("bolt://h", {}, ("bolt://h", "neo4j", "", None)),
        ("neo4j://u:p%40q@h:77/db", {"NEO4J_PASSWORD": "x"}, ("neo4j://h:77", "u", "p@q", "db")),
        ("neo4j+s://[::1]:7", {"NEO4J_USERNAME": "me", "NEO4J_PASSWORD": "x"}, ("neo4j+s://[::1]:7", "me", "x", None)),
    ],
)
def test_an_address_is_read(url: str, environment: dict[str, str], read: tuple[str | None, ...]) -> None:
    address = Address.parse(url, environment)
    assert (address.url, address.user, address.password, address.database) == read
    assert "p@q" not in f"{address} {address!r}"


@pytest.mark.parametrize("url", ["http://me:secret@h", "bolt://", "bolt://me:secret@h:port", "", "me:secret@h"])
def test_what_is_no_address_is_told_without_its_password(url: str) -> None:
    with pytest.raises(RemoteError, match="is no URL of a Neo4j server") as caught:
        Address.parse(url, {})
    assert "secret" not in str(caught.value)

"""What every RDF store that follows the ledger has to do: embedded on disk, in memory, and on a SPARQL 1.1 server."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph import rdf
from graph.current import assemble_ledger
from graph.following import follow_rdf
from graph.ledger import Ledger
from graph.stores import oxigraph, sparql, updates
from graph.stores.errors import RemoteError
from graph.stores.oxigraph import Embedded, Target
from graph.stores.stamp import Stamp
from ontology.records import Extraction
from tests.graph.telling import figure, link, tell

FIRMS = ("Acme", "Bolt", "Carbo")
SPEAKERS = ("Mary Jones", "they", None)


class Held:
    """A target, how it is opened again, and what is in it."""

    def __init__(self, opened: Callable[[], Target], content: Callable[[Target], set[ox.Quad]]) -> None:
        self._opened, self._content = opened, content
        self.target = opened()

    def reopen(self) -> None:
        del self.target
        self.target = self._opened()

    def quads(self) -> set[ox.Quad]:
        return self._content(self.target)


def embedded(target: Target) -> set[ox.Quad]:
    assert isinstance(target, Embedded)
    return set(oxigraph.quads(target.store))


def remote(target: Target) -> set[ox.Quad]:
    assert isinstance(target, sparql.Remote)
    graphs = [row["g"] for row in target.ask("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")]
    found: set[ox.Quad] = set()
    for graph in graphs:
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        reply = target.construct(text)
        triples = ox.parse(reply, format=ox.RdfFormat.N_TRIPLES)
        found |= {ox.Quad(one.subject, one.predicate, one.object, ox.NamedNode(graph)) for one in triples}
    return {quad for quad in found if quad.graph_name != updates.PROJECTION}


@pytest.fixture(params=["disk", "memory", "server"])
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Held:
    if request.param == "server":
        address = sparql.Address.parse(request.getfixturevalue("sparql_url"))
        return Held(lambda: sparql.Remote(address), remote)
    if request.param == "disk":
        return Held(lambda: Embedded(tmp_path / "work"), embedded)
    kept = Embedded()
    return Held(lambda: kept, embedded)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def story(article: str, firm: str, speaker: str | None = None, *, text: str = "") -> Extraction:
    told = (
        link("breach", "orders_fall", speaker=speaker),
        link("orders_fall", "jobs_lost@driver", negated=bool(text)),
        figure(5, 5, "shops", speaker=speaker),
    )
    day = date(2025, 5, 1 + len(text))
    filler = f'{article} {text} "quoted" back\\slash é 🙂'
    return tell(article, *told, organisation=firm, publisher="Daily", when=day, published=day, filler=filler)


def wanted(ledger: Ledger) -> set[ox.Quad]:
    graph = assemble_ledger(ledger)
    return set(rdf.dataset(graph, ledger.current()))


def bring_up(ledger: Ledger, held: Held, folder: Path) -> oxigraph.Written:
    return follow_rdf(ledger, folder, "here", held.target)


def test_an_empty_target_is_filled_and_says_what_it_shows(ledger: Ledger, held: Held, tmp_path: Path) -> None:
    assert held.target.stamp() == Stamp()
    ledger.add(story("a1", "Acme", "Mary Jones"))
    written = bring_up(ledger, held, tmp_path)
    assert held.quads() == wanted(ledger)
    held.reopen()
    assert held.target.stamp() == written.stamp
    assert (written.stamp.seq, written.stamp.complete) == (1, True)


def test_what_is_up_to_date_is_not_written_to(ledger: Ledger, held: Held, tmp_path: Path) -> None:
    ledger.add(story("a1", "Acme"))
    first = bring_up(ledger, held, tmp_path)
    again = bring_up(ledger, held, tmp_path)
    assert (again.stamp, again.put, again.removed) == (first.stamp, 0, 0)


def test_random_changes_lead_to_what_a_full_rebuild_gives(ledger: Ledger, held: Held, tmp_path: Path) -> None:
    chance = random.Random(7)
    for step in range(14):
        article = f"a{chance.randrange(5)}"
        match chance.choice(["add", "add", "update", "retract", "decide"]):
            case "add":
                ledger.add(story(article, chance.choice(FIRMS), chance.choice(SPEAKERS)))
            case "update":
                ledger.add(story(article, chance.choice(FIRMS), chance.choice(SPEAKERS), text="x" * (step + 1)))
            case "retract":
                ledger.retract(article, "a hoax")
            case "decide":
                claims = assemble_ledger(ledger).claims
                if claims:
                    ledger.decide("reject", chance.choice(claims).id, "mk")
        bring_up(ledger, held, tmp_path)
        assert held.quads() == wanted(ledger), step


def test_a_change_costs_what_it_touches(ledger: Ledger, held: Held, tmp_path: Path) -> None:
    for number in range(6):
        ledger.add(story(f"a{number}", f"Firm{number}", "Mary Jones"))
    whole = bring_up(ledger, held, tmp_path)
    ledger.add(story("b", "Bolt", "Mary Jones"))
    one = bring_up(ledger, held, tmp_path)
    assert 0 < one.put < whole.put / 3
    ledger.retract("b", "a hoax")
    assert bring_up(ledger, held, tmp_path).stamp.token == whole.stamp.token
    assert held.quads() == wanted(ledger)


def test_an_interrupted_run_is_made_good(ledger: Ledger, held: Held, tmp_path: Path) -> None:
    ledger.add(story("a1", "Acme"))
    bring_up(ledger, held, tmp_path)
    # As a crash leaves it: some of the new is there, the stamp has no token.
    some = rdf.assembled_lines(assemble_ledger(ledger))[:9]
    held.target.amend(updates.RdfChange(frozenset((rdf.ASSEMBLED, line) for line in some)), Stamp(1))
    ledger.add(story("a2", "Bolt"))
    bring_up(ledger, held, tmp_path)
    assert held.quads() == wanted(ledger)


def test_another_ledger_at_the_same_seq_is_not_taken_for_this_one(ledger: Ledger, held: Held, tmp_path: Path) -> None:
    ledger.add(story("a1", "Acme"))
    bring_up(ledger, held, tmp_path)
    with Ledger(tmp_path / "other.sqlite") as other:
        other.add(story("b1", "Bolt"))
        bring_up(other, held, tmp_path)
        assert held.quads() == wanted(other)


def test_a_server_keeps_graphs_that_are_not_ours(ledger: Ledger, sparql_url: str, tmp_path: Path) -> None:
    target = sparql.Remote(sparql.Address.parse(sparql_url))
    target.update("INSERT DATA { GRAPH <https://else.example/g> { <x:s> <x:p> 1 } }")
    ledger.add(story("a1", "Acme"))
    follow_rdf(ledger, tmp_path, "here", target)
    assert ox.NamedNode("https://else.example/g") in {quad.graph_name for quad in remote(target)}


def test_what_an_interrupted_first_run_has_sent_is_not_sent_again(
    ledger: Ledger, sparql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = sparql.Remote(sparql.Address.parse(sparql_url))
    for number in range(3):
        ledger.add(story(f"a{number}", "Acme"))
    first = follow_rdf(ledger, tmp_path, "here", target)
    target.update(updates.stamping(Stamp(first.stamp.seq)))
    again = follow_rdf(ledger, tmp_path, "here", target)
    assert (again.put, again.removed) == (0, 0)
    assert again.stamp.complete
    assert remote(target) == wanted(ledger)


def test_a_large_change_goes_in_many_requests(
    ledger: Ledger, sparql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparql, "_REQUEST", 2_000)
    monkeypatch.setattr(sparql, "_CHUNK", 20)
    monkeypatch.setattr(updates, "BATCH", 10)
    target = sparql.Remote(sparql.Address.parse(sparql_url))
    for number in range(3):
        ledger.add(story(f"a{number}", "Acme", "Mary Jones"))
        follow_rdf(ledger, tmp_path, "here", target)
    assert remote(target) == wanted(ledger)


@pytest.mark.parametrize("url", ["bolt://me:xylophone@127.0.0.1", "http://me:xylo@phone@127.0.0.1:port/x", "news"])
def test_what_is_no_url_of_a_server_is_told_so_without_the_password(url: str) -> None:
    with pytest.raises(RemoteError, match="is no URL") as raised:
        sparql.Address.parse(url)
    assert "xylo" not in str(raised.value)


def test_a_wrong_password_and_a_missing_server_are_told(sparql_url: str) -> None:
    address = sparql.Address.parse(sparql_url, {})
    if address.password:
        wrong = sparql_url.replace(address.password, "xylophone")
        with pytest.raises(RemoteError, match="does not let us in") as raised:
            sparql.Remote(sparql.Address.parse(wrong)).stamp()
        assert "xylophone" not in str(raised.value)
    with pytest.raises(RemoteError, match="no server answers"):
        sparql.Remote(sparql.Address.parse("http://me:xylophone@127.0.0.1:9/x")).stamp()


def test_endpoints_that_lie_elsewhere_are_named_one_by_one() -> None:
    url = "http://me:secret@h/q,http://h/u,http://h/g"
    address = sparql.Address.parse(url, {})
    assert (address.query, address.update, address.graphs) == ("http://h/q", "http://h/u", "http://h/g")
    assert (address.user, address.password) == ("me", "secret")
    assert "secret" not in f"{address} {address!r}"

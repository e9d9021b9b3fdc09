from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph.current import assemble_ledger
from graph.ledger import Ledger, content_hash
from graph.rdf import CURATION, dataset
from graph.trace import trace
from graph.validate import validate
from ontology import iris
from tests.graph.telling import figure, link, tell

ORDERS, JOBS, PAY = "orders_fall", "jobs_lost@driver", "income_falls@farmer"
SHARED = link("breach", ORDERS)
KEPT = tell("a1", SHARED, link(ORDERS, JOBS), figure(5, 5, "shops"))
GONE = tell("a2", SHARED, link(ORDERS, PAY), figure(9, 9, "accounts"))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        opened.add(KEPT)
        opened.add(GONE)
        yield opened


def test_a_withdrawn_article_leaves_bare_claims_and_nothing_else(ledger: Ledger, tmp_path: Path) -> None:
    both = assemble_ledger(ledger)
    ledger.retract("a2", "a hoax")
    graph = assemble_ledger(ledger)
    with Ledger(tmp_path / "other.sqlite") as other:
        other.add(KEPT)
        alone = assemble_ledger(other)
    assert replace(graph.supported(), seq=1) == alone
    assert {claim.id for claim in graph.claims} == {claim.id for claim in both.claims}
    (bare,) = (claim for claim in graph.claims if claim.unsupported)
    assert (bare.witnesses, bare.belief, bare.origins) == ((), 0.0, 0)
    assert [one.low for one in graph.figures if one.unsupported] == [9]
    found = trace(graph, graph.incidents[0])
    assert {path.group for path in found.paths} == {"driver"}
    assert found.unreached == ()


def test_an_incident_whose_only_article_is_withdrawn_stays_without_articles(ledger: Ledger) -> None:
    ledger.add(tell("b1", link("breach", JOBS), organisation="Bolt"))
    ledger.retract("b1", "a hoax")
    (bolt,) = (one for one in assemble_ledger(ledger).incidents if one.organisation == "Bolt")
    assert bolt.articles == ()


def test_a_new_text_of_a_withdrawn_article_supports_again(ledger: Ledger) -> None:
    ledger.retract("a2", "an error")
    ledger.add(replace(GONE, article=replace(GONE.article, text=GONE.article.text + " Mended.")))
    assert not any(claim.unsupported for claim in assemble_ledger(ledger).claims)


def test_versions_and_decisions_are_told_and_conform(ledger: Ledger) -> None:
    newer = replace(KEPT, article=replace(KEPT.article, text=KEPT.article.text + " Mended."))
    ledger.add(newer)
    ledger.retract("a2", "a hoax")
    graph = assemble_ledger(ledger)
    (history,) = graph.histories
    assert history.versions == (content_hash(KEPT.article), content_hash(newer.article))
    made = ledger.decide("reject", graph.claims[0].id, "kim", {"why": "misread"})
    ledger.decide("undo", str(made), "lee", {"seq": made})
    ledger.decide("same", "Acme", "kim", {"as": "Acme Inc."})
    graph = assemble_ledger(ledger)
    quads = set(dataset(graph, ledger.current()))
    assert validate(quads) == []
    assert sum(quad.predicate.value == iris.WAS_REVISION_OF for quad in quads) == 1
    told = [quad for quad in quads if quad.predicate.value == iris.UNDONE_BY]
    assert [quad.graph_name for quad in told] == [CURATION]

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest

from graph import rdf
from graph.assembled import Assembled
from graph.export import FORMATS, export, to_networkx
from graph.stores.errors import ExportError
from ontology.records import Extraction

Extractions = tuple[Extraction, ...]


def exported(assembled: Assembled, extractions: Extractions, format_: str) -> bytes:
    stream = io.BytesIO()
    export(assembled, extractions, format_, stream)
    assert not stream.closed
    return stream.getvalue()


@pytest.mark.parametrize(("format_", "kind"), [("turtle", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD)])
def test_triples_of_the_assembled_graph_come_back(
    assembled: Assembled, extractions: Extractions, format_: str, kind: ox.RdfFormat
) -> None:
    read = {quad.triple for quad in ox.parse(exported(assembled, extractions, format_), format=kind)}
    assert read == {quad.triple for quad in rdf.assembled_quads(assembled)}


@pytest.mark.parametrize(("format_", "kind"), [("trig", ox.RdfFormat.TRIG), ("nquads", ox.RdfFormat.N_QUADS)])
def test_quads_of_all_graphs_come_back(
    assembled: Assembled, extractions: Extractions, format_: str, kind: ox.RdfFormat
) -> None:
    read = set(ox.parse(exported(assembled, extractions, format_), format=kind))
    assert read == set(rdf.dataset(assembled, extractions))


def test_turtle_uses_prefixes(assembled: Assembled, extractions: Extractions) -> None:
    assert b"faro:causes" in exported(assembled, extractions, "turtle")


def test_graphml_has_every_event_and_claim(assembled: Assembled, extractions: Extractions) -> None:
    graph = nx.read_graphml(io.BytesIO(exported(assembled, extractions, "graphml")), force_multigraph=True)
    assert set(graph.nodes) == {event.id for event in assembled.events}
    edges = {
        key: (a, b, data) for a, ends in graph.adjacency() for b, pairs in ends.items() for key, data in pairs.items()
    }
    assert set(edges) == {claim.id for claim in assembled.claims}
    cause, effect, data = edges["claim-2"]
    assert (cause, effect, data["belief"], data["negated"]) == ("event-orders", "event-pay", 0.7, False)
    assert data["quotes"] == assembled.claims[1].witnesses[0].quote.text
    assert "group" not in graph.nodes["event-orders"]


def test_csv_has_a_row_for_each_witness_and_each_loose_event(assembled: Assembled, extractions: Extractions) -> None:
    loose = replace(assembled, claims=assembled.claims[:1])
    rows = list(csv.DictReader(io.StringIO(exported(loose, extractions, "csv").decode("utf-8"), newline="")))
    witnesses = assembled.claims[0].witnesses
    assert [row["quote"] for row in rows[:2]] == [witness.quote.text for witness in witnesses]
    assert float(rows[0]["claim_belief"]) == assembled.claims[0].belief
    assert [row["cause_id"] for row in rows[2:]] == ["event-jobs", "event-pay", "event-stock"]
    assert {row["claim_id"] for row in rows[2:]} == {""}


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_graph_gives_the_same_bytes_also_when_empty(
    assembled: Assembled, extractions: Extractions, format_: str
) -> None:
    assert exported(assembled, extractions, format_) == exported(assembled, extractions, format_)
    exported(Assembled(seq=0), (), format_)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, assembled: Assembled, extractions: Extractions) -> None:
    target = tmp_path / "graph.csv"
    target.write_text("old", "utf-8")
    broken = replace(assembled, events=())
    with pytest.raises(KeyError):
        export(broken, extractions, "csv", target)
    assert target.read_text("utf-8") == "old"
    export(assembled, extractions, "csv", target)
    assert target.read_bytes() == exported(assembled, extractions, "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["graph.csv"]
    fresh = tmp_path / "fresh"
    fresh.touch()
    assert target.stat().st_mode == fresh.stat().st_mode


def test_a_device_is_written_into(assembled: Assembled, extractions: Extractions) -> None:
    export(assembled, extractions, "nquads", Path(os.devnull))
    assert not Path(os.devnull).is_file()


def test_what_cannot_be_written_is_told(tmp_path: Path, assembled: Assembled, extractions: Extractions) -> None:
    for target in (tmp_path / "no" / "graph.ttl", tmp_path):
        with pytest.raises(ExportError, match="cannot be written"):
            export(assembled, extractions, "turtle", target)
    with pytest.raises(ExportError, match="no format is named 'xml'; there are turtle"):
        export(assembled, extractions, "xml", tmp_path / "graph.xml")
    assert list(tmp_path.iterdir()) == []


def test_networkx_keeps_both_of_two_claims_on_one_pair(assembled: Assembled) -> None:
    again = replace(assembled.claims[0], id="claim-9", relation="enables")
    graph = to_networkx(replace(assembled, claims=(*assembled.claims, again)))
    assert set(graph["event-breach"]["event-orders"]) == {"claim-1", "claim-9"}

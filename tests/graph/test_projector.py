from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph import rdf
from graph.assembled import Assembled
from graph.projector import project
from graph.stores import ladybug, manifest, oxigraph
from graph.stores.errors import StoreBusyError, StoreMissingError
from graph.stores.files import locked
from ontology.records import Extraction

Extractions = tuple[Extraction, ...]


def quads(store: Path) -> set[ox.Quad]:
    with manifest.snapshot(store) as snapshot:
        return set(oxigraph.open_snapshot(snapshot.rdf))


def files(store: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in store.rglob("*") if path.is_file()}


def test_what_is_stored_is_what_was_projected(tmp_path: Path, assembled: Assembled, extractions: Extractions) -> None:
    current = project(assembled, extractions, tmp_path)
    wanted = set(rdf.dataset(assembled, extractions))
    assert quads(tmp_path) == wanted
    assert current.quads == len(wanted)
    assert manifest.read(tmp_path) == current


def test_projecting_twice_writes_nothing(tmp_path: Path, assembled: Assembled, extractions: Extractions) -> None:
    first = project(assembled, extractions, tmp_path)
    before = files(tmp_path)
    assert project(assembled, extractions, tmp_path) == first
    after = files(tmp_path)
    lock = str(tmp_path / "projector.lock")
    assert {name: time for name, time in after.items() if name != lock} == {
        name: time for name, time in before.items() if name != lock
    }


def test_a_new_seq_with_the_same_content_keeps_the_generation(
    tmp_path: Path, assembled: Assembled, extractions: Extractions
) -> None:
    first = project(assembled, extractions, tmp_path)
    second = project(replace(assembled, seq=8), extractions, tmp_path)
    assert second == replace(first, seq=8)
    assert manifest.read(tmp_path).seq == 8


def test_new_content_replaces_the_old(tmp_path: Path, assembled: Assembled, extractions: Extractions) -> None:
    first = project(assembled, extractions, tmp_path)
    smaller = replace(assembled, claims=assembled.claims[:2])
    project(smaller, extractions[:1], tmp_path)
    assert quads(tmp_path) == set(rdf.dataset(smaller, extractions[:1]))
    assert not (tmp_path / first.generation).exists()


def test_the_order_of_arrival_does_not_matter(tmp_path: Path, assembled: Assembled, extractions: Extractions) -> None:
    first = project(assembled, extractions, tmp_path / "a")
    second = project(assembled, extractions[::-1], tmp_path / "b")
    assert (first.digest, first.quads) == (second.digest, second.quads)


def test_a_generation_that_is_being_read_stays(tmp_path: Path, assembled: Assembled, extractions: Extractions) -> None:
    project(assembled, extractions, tmp_path)
    smaller = replace(assembled, claims=())
    with manifest.snapshot(tmp_path) as snapshot:
        project(smaller, extractions, tmp_path)
        assert set(oxigraph.open_snapshot(snapshot.rdf)) == set(rdf.dataset(assembled, extractions))
    project(smaller, extractions, tmp_path)
    assert not snapshot.rdf.exists()


def test_a_second_writer_is_told_so(tmp_path: Path, assembled: Assembled, extractions: Extractions) -> None:
    project(assembled, extractions, tmp_path)
    with locked(tmp_path / "projector.lock"), pytest.raises(StoreBusyError, match="another process is writing"):
        project(assembled, extractions, tmp_path)


@pytest.mark.parametrize("damage", ["manifest", "snapshot", "truncated", "work", "cypher", "everything"])
def test_what_is_broken_is_built_anew(
    tmp_path: Path, assembled: Assembled, extractions: Extractions, damage: str
) -> None:
    first = project(assembled, extractions, tmp_path)
    match damage:
        case "manifest":
            (tmp_path / manifest.NAME).write_text("{", "utf-8")
        case "snapshot":
            shutil.rmtree(tmp_path / first.rdf)
        case "truncated":
            for part in (tmp_path / first.rdf).glob("*.sst"):
                part.unlink()
        case "work":
            (tmp_path / "work" / "CURRENT").write_text("nonsense", "utf-8")
            (tmp_path / manifest.NAME).unlink()
        case "cypher":
            (tmp_path / str(first.cypher)).write_bytes(b"nonsense")
        case "everything":
            shutil.rmtree(tmp_path)
    second = project(assembled, extractions, tmp_path)
    assert second.digest == first.digest
    assert quads(tmp_path) == set(rdf.dataset(assembled, extractions))
    assert ladybug.count_events(tmp_path / str(second.cypher)) == len(assembled.events)


def test_without_the_cypher_engine_the_rdf_is_there(
    tmp_path: Path, assembled: Assembled, extractions: Extractions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladybug, "available", lambda: False)
    assert project(assembled, extractions, tmp_path).cypher is None
    monkeypatch.undo()
    assert project(assembled, extractions, tmp_path).cypher is not None


def test_an_empty_graph_can_be_projected(tmp_path: Path) -> None:
    current = project(Assembled(seq=0), (), tmp_path)
    assert current.quads == len(set(rdf.vocabulary_quads()))


def test_nothing_projected_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(StoreMissingError, match="nothing has been projected"):
        manifest.read(tmp_path)


def test_a_manifest_that_names_missing_files_is_told_so(
    tmp_path: Path, assembled: Assembled, extractions: Extractions
) -> None:
    project(assembled, extractions, tmp_path)
    stored = json.loads((tmp_path / manifest.NAME).read_text("utf-8"))
    (tmp_path / manifest.NAME).write_text(json.dumps({**stored, "rdf": "generations/gone/rdf"}), "utf-8")
    with pytest.raises(StoreMissingError, match="are not there"), manifest.snapshot(tmp_path):
        pass

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph import rdf
from graph.assembled import Assembled
from graph.current import assemble_ledger
from graph.incremental import Index
from graph.ledger import Ledger
from graph.projector import bring_up, current, discard, project, sound
from graph.stores import ladybug, manifest, oxigraph
from graph.stores.errors import StoreBusyError, StoreMissingError
from graph.stores.files import locked
from graph.stores.manifest import Manifest
from graph.stores.snapshots import open_snapshot
from ontology.records import Extraction
from tests.graph.telling import link, tell

Extractions = tuple[Extraction, ...]
STORY = tell("later", link("breach", "orders_fall"), link("orders_fall", "jobs_lost@driver"), organisation="Bolt")


@pytest.fixture
def ledger(tmp_path: Path, extractions: Extractions) -> Iterator[Ledger]:
    """A ledger of two articles."""
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        for extraction in extractions:
            opened.add(extraction)
        yield opened


@pytest.fixture
def bring(ledger: Ledger, tmp_path: Path) -> Callable[..., Manifest]:
    def call(*, cypher: bool = True) -> Manifest:
        return bring_up(ledger, tmp_path, cypher=cypher)

    return call


def whole(ledger: Ledger) -> Assembled:
    return assemble_ledger(ledger)


def wanted(ledger: Ledger) -> set[ox.Quad]:
    return set(rdf.dataset(whole(ledger), ledger.current()))


def quads(store: Path) -> set[ox.Quad]:
    with manifest.snapshot(store) as snapshot:
        return set(oxigraph.quads(open_snapshot(snapshot.rdf)))


def test_what_is_stored_is_what_was_projected(tmp_path: Path, ledger: Ledger, bring: Callable[..., Manifest]) -> None:
    shown = bring()
    assert quads(tmp_path) == wanted(ledger)
    assert (shown.quads, shown.seq, shown.cypher_seq) == (len(wanted(ledger)), 2, 2)
    assert manifest.read(tmp_path) == current(ledger, tmp_path, cypher=True) == shown


def test_projecting_twice_writes_nothing(tmp_path: Path, bring: Callable[..., Manifest]) -> None:
    first = bring()
    assert bring() == first
    assert len(list((tmp_path / manifest.GENERATIONS).iterdir())) == 2


def test_a_new_seq_with_the_same_content_keeps_the_generation(ledger: Ledger, bring: Callable[..., Manifest]) -> None:
    first = bring()
    ledger.fail("notes.bin", "not UTF-8")
    second = bring()
    assert second == replace(first, seq=3, mark=ledger.mark(3), cypher_seq=3)


def test_new_content_replaces_the_old(tmp_path: Path, ledger: Ledger, bring: Callable[..., Manifest]) -> None:
    first = bring()
    ledger.add(STORY)
    second = bring()
    assert (second.token, second.quads) == (first.token, len(wanted(ledger)))
    assert quads(tmp_path) == wanted(ledger)
    ledger.retract(STORY.article.id, "a hoax")
    third = bring()
    assert (third.token, third.quads) == (first.token, len(wanted(ledger)))
    assert quads(tmp_path) == wanted(ledger)
    assert first.quads < third.quads < second.quads  # what only the story told stays, without its evidence
    ledger.decide("same", "Acme", "kim", {"as": "Acme Inc."})
    assert bring().token == first.token
    assert quads(tmp_path) == wanted(ledger)
    for generation in (*first.generations, *second.generations):
        assert not (tmp_path / generation).exists()


def test_the_cypher_file_waits_until_it_is_asked_for(ledger: Ledger, tmp_path: Path) -> None:
    assert bring_up(ledger, tmp_path, cypher=False).cypher is None
    first = bring_up(ledger, tmp_path, cypher=True)
    ledger.add(STORY)
    second = bring_up(ledger, tmp_path, cypher=False)
    assert (second.cypher, second.cypher_seq, second.seq) == (first.cypher, 2, 3)
    assert current(ledger, tmp_path, cypher=False) == second
    assert current(ledger, tmp_path, cypher=True) is None


@pytest.mark.parametrize("where", ["graph.incremental.Index.accept", "graph.stores.manifest.write"])
def test_what_a_crash_leaves_half_done_is_made_good(
    tmp_path: Path, ledger: Ledger, bring: Callable[..., Manifest], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    bring()
    before = quads(tmp_path)
    ledger.add(STORY)
    with monkeypatch.context() as patched:
        patched.setattr(where, crash)
        with pytest.raises(KeyboardInterrupt):
            bring()
    assert quads(tmp_path) == before
    shown = bring()
    assert quads(tmp_path) == wanted(ledger)
    assert (shown.seq, shown.quads) == (3, len(wanted(ledger)))


def test_another_ledger_at_the_same_seq_shows_nothing_of_the_first(
    tmp_path: Path, bring: Callable[..., Manifest]
) -> None:
    bring()
    with Ledger(tmp_path / "other.sqlite") as other:
        other.add(STORY)
        other.add(replace(STORY, article=replace(STORY.article, id="second")))
        assert current(other, tmp_path, cypher=False) is None
        shown = bring_up(other, tmp_path, cypher=False)
        assert quads(tmp_path) == wanted(other)
        assert shown.quads == len(wanted(other))


def test_a_generation_that_is_being_read_stays(tmp_path: Path, ledger: Ledger, bring: Callable[..., Manifest]) -> None:
    bring()
    before = wanted(ledger)
    with manifest.snapshot(tmp_path) as snapshot:
        ledger.add(STORY)
        bring()
        assert set(oxigraph.quads(open_snapshot(snapshot.rdf))) == before
    bring()
    assert not snapshot.rdf.exists()


def test_a_second_writer_is_told_so(tmp_path: Path, bring: Callable[..., Manifest]) -> None:
    bring()
    with locked(tmp_path / "projector.lock"), pytest.raises(StoreBusyError, match="another process is writing"):
        bring()


@pytest.mark.parametrize(
    "damage", ["manifest", "snapshot", "truncated", "work", "parts", "index", "cypher", "discarded", "everything"]
)
def test_what_is_broken_is_built_anew(
    tmp_path: Path, ledger: Ledger, bring: Callable[..., Manifest], damage: str
) -> None:
    first = bring()
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
        case "parts":
            for part in (tmp_path / "work").glob("*.sst"):
                part.unlink()
        case "index":
            for part in (tmp_path / "targets").glob("*.index"):
                part.write_bytes(b"nonsense" * 999)
        case "cypher":
            (tmp_path / str(first.cypher)).write_bytes(b"nonsense")
        case "discarded":
            discard(tmp_path)
        case "everything":
            for name in ("work", "targets", manifest.GENERATIONS):
                shutil.rmtree(tmp_path / name)
    ledger.add(STORY)
    second = bring()
    assert quads(tmp_path) == wanted(ledger)
    assert second.quads == len(wanted(ledger))
    assert ladybug.count_events(tmp_path / str(second.cypher)) == len(whole(ledger).events)


def test_without_the_cypher_engine_the_rdf_is_there(
    bring: Callable[..., Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladybug, "available", lambda: False)
    assert bring().cypher is None
    monkeypatch.undo()
    assert bring().cypher is not None


def test_an_empty_ledger_can_be_projected(tmp_path: Path) -> None:
    with Ledger(tmp_path / "empty.sqlite") as ledger:
        shown = bring_up(ledger, tmp_path, cypher=True)
        assert shown.quads == len(set(rdf.vocabulary_quads()))
        ledger.add(STORY)
        bring_up(ledger, tmp_path, cypher=True)
        assert quads(tmp_path) == wanted(ledger)


def test_a_graph_of_no_ledger_is_projected_whole(
    tmp_path: Path, assembled: Assembled, extractions: Extractions
) -> None:
    project(assembled, extractions, tmp_path)
    smaller = replace(assembled, claims=assembled.claims[:2])
    shown = project(smaller, extractions[:1], tmp_path)
    assert quads(tmp_path) == set(rdf.dataset(smaller, extractions[:1]))
    assert sound(tmp_path) == shown


def test_nothing_projected_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(StoreMissingError, match="nothing has been projected"):
        manifest.read(tmp_path)


def test_a_manifest_that_names_missing_files_is_told_so(tmp_path: Path, bring: Callable[..., Manifest]) -> None:
    bring()
    stored = json.loads((tmp_path / manifest.NAME).read_text("utf-8"))
    (tmp_path / manifest.NAME).write_text(json.dumps({**stored, "rdf": "generations/gone/rdf"}), "utf-8")
    with pytest.raises(StoreMissingError, match="are not there"), manifest.snapshot(tmp_path):
        pass


def test_an_index_of_an_older_release_starts_anew(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "old.index"
    with Index(path) as index:
        index._db.execute("DROP TABLE stamp")
        index._db.execute("CREATE TABLE stamp (rules TEXT, seq INTEGER)")
    with Index(path) as index:
        assert index.change(ledger).whole

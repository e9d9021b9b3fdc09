"""In: the ledger. Out: current projections of it in a store's directory, named by a manifest.

The RDF is kept in a work store that is changed where the ledger has changed, and published as a snapshot; the embedded
Cypher engine's file is built whole, and only when it is asked for. Everything here can be deleted at any time: the
ledger is the truth, and projecting it again gives the same statements.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from graph import following, property_graph, rdf
from graph.assembled import Assembled
from graph.current import assemble_told
from graph.ledger import Ledger
from graph.stores import ladybug, manifest, oxigraph
from graph.stores.errors import StoreBusyError, StoreMissingError
from graph.stores.files import locked, remove
from graph.stores.manifest import Manifest
from graph.stores.stamp import Stamp
from ontology.records import Extraction

PATIENCE: Final = 60  # seconds to wait for another process that projects
_LOCK: Final = "projector.lock"
_WORK: Final = "work"
_NAME: Final = "rdf"  # what the index of the work store goes by


def bring_up(ledger: Ledger, store: Path, *, cypher: bool) -> Manifest:
    """Bring the projections in a store's directory up to the ledger; what is current already is not written again.

    Args:
        ledger: The ledger.
        store: The directory; it is made where it is missing.
        cypher: Whether that file is to be current as well, where the engine is installed.

    Raises:
        StoreBusyError: Another process is projecting into the same store.
    """
    with writing(store):
        last = sound(store)
        work = oxigraph.Embedded(store / _WORK)
        if cypher and ladybug.available():
            current = _with_cypher(ledger, store, last, work)
        else:
            current = _rdf(ledger, store, last, work, None)
        if current != last:
            manifest.write(store, current)
        manifest.prune(store, current)
        return current


def project(assembled: Assembled, extractions: Iterable[Extraction], store: Path) -> Manifest:
    """Project a graph that is not a ledger's, whole.

    Raises:
        StoreBusyError: Another process is projecting into the same store.
    """
    with writing(store):
        work = oxigraph.Embedded(store / _WORK)
        stamp = Stamp(assembled.seq, f"whole-{uuid4().hex}", complete=True)
        written = work.replace(rdf.graphs(assembled, extractions), stamp)
        current = _snapshot(store, work, Manifest(assembled.seq, "", stamp.token, written.put, ""))
        if ladybug.available():
            with _rows(store, current.seq) as (target, rows):
                rows.add(property_graph.parts(assembled))
                rows.build()
            current = replace(current, cypher=target, cypher_seq=current.seq)
        manifest.write(store, current)
        manifest.prune(store, current)
        return current


def discard(store: Path) -> None:
    """Throw away all projections in a store's directory, so that the next time they are made anew.

    Raises:
        StoreBusyError: Another process is projecting into the same store.
    """
    with writing(store):
        for name in (manifest.NAME, _WORK):  # generations that somebody reads go with the next projection
            remove(store / name)


@contextmanager
def writing(store: Path) -> Iterator[None]:
    """Be the one projector of a store until the block ends.

    Raises:
        StoreBusyError: Another process is.
    """
    store.mkdir(parents=True, exist_ok=True)
    lock = store / _LOCK
    lock.touch()
    try:
        with locked(lock):
            yield
    except BlockingIOError:
        raise StoreBusyError(store) from None


def brought_up(ledger: Ledger, store: Path, *, cypher: bool) -> Manifest:
    """Do as `bring_up`, or wait for another process that does.

    Raises:
        StoreBusyError: It has been at it for a minute.
    """
    for _ in range(PATIENCE):
        last = current(ledger, store, cypher=cypher)
        if last is not None:
            return last
        with suppress(StoreBusyError):  # another process is at it: what it makes may be all that is needed
            return bring_up(ledger, store, cypher=cypher)
        time.sleep(1)
    raise StoreBusyError(store)


def current(ledger: Ledger, store: Path, *, cypher: bool) -> Manifest | None:
    """Read the manifest where it shows the ledger as it is, made by this very code; else None."""
    last = sound(store)
    if last is None or not following.made_by_us(last.token) or (last.seq, last.mark) != _place(ledger):
        return None
    wanting = cypher and ladybug.available() and last.cypher_seq != last.seq
    return None if wanting else last


def sound(store: Path) -> Manifest | None:
    """Read the manifest; None where it, or a projection that it names, is missing or broken."""
    try:
        last = manifest.read(store)
        if oxigraph.stamp_of(store / last.rdf).token != last.token:
            return None
        if last.cypher is not None and ladybug.available():
            ladybug.count_events(store / last.cypher)
    except StoreMissingError:
        return None
    return last


def _with_cypher(ledger: Ledger, store: Path, last: Manifest | None, work: oxigraph.Embedded) -> Manifest:
    """Bring the RDF up to the ledger, and make the Cypher engine's file anew where it is not current.

    Where all RDF is made anew as well, both are made of the same parts as they come.
    """
    with _rows(store, ledger.seq) as (target, rows):
        current = _rdf(ledger, store, last, work, rows)
        if current.cypher is not None and current.cypher_seq == current.seq:
            return current
        if rows.empty:
            for told in following.told(ledger, store, _NAME, work.stamp()):
                rows.add(property_graph.parts(assemble_told(told)))
        rows.build()
        return replace(current, cypher=target, cypher_seq=current.seq)


@contextmanager
def _rows(store: Path, seq: int) -> Iterator[tuple[str, ladybug.Builder]]:
    """Take rows for the Cypher engine's file in a new generation, and give its path as the manifest has it."""
    target = manifest.new_generation(store, seq) / "graph.lbug"
    with ladybug.Builder(target) as rows:
        yield str(target.relative_to(store)), rows


def _rdf(
    ledger: Ledger, store: Path, last: Manifest | None, work: oxigraph.Embedded, rows: ladybug.Builder | None
) -> Manifest:
    """Bring the RDF up to the ledger; `rows` takes the property graph where all is made anew."""

    def seen(graph: Assembled | None) -> None:
        if rows is not None and graph is None:
            rows.start()  # while the RDF is still put in order
        elif rows is not None and graph is not None:
            rows.add(property_graph.parts(graph))

    try:
        return _followed(ledger, store, last, work, seen)
    except (OSError, RuntimeError):  # the work store's files are broken where nobody had looked yet
        work.clear()
        if rows is not None:
            rows.clear()
        return _followed(ledger, store, last, work, seen)


def _followed(
    ledger: Ledger,
    store: Path,
    last: Manifest | None,
    work: oxigraph.Embedded,
    seen: Callable[[Assembled | None], None],
) -> Manifest:
    """Bring the work store up to the ledger, and publish it, unless what is published holds the same."""
    stamp = work.stamp()
    written = following.follow_rdf(ledger, store, _NAME, work, seen)
    seq, token = written.stamp.seq, written.stamp.token
    mark = ledger.mark(seq)
    if last is None or (last.seq, last.token) != (stamp.seq, stamp.token) or token != stamp.token:
        quads = len(work) if token == stamp.token else written.put
        fresh = Manifest(seq, mark, token, quads, "")  # what is published is not what was gone on from
        return _snapshot(store, work, fresh)
    if written.put == written.removed == 0:
        cypher_seq = seq if last.cypher_seq == last.seq else last.cypher_seq
        return Manifest(seq, mark, token, last.quads, last.rdf, last.cypher, cypher_seq)
    quads = last.quads + written.put - written.removed
    return _snapshot(store, work, Manifest(seq, mark, token, quads, "", last.cypher, last.cypher_seq))


def _snapshot(store: Path, work: oxigraph.Embedded, current: Manifest) -> Manifest:
    """Copy the work store to a directory of its own, which nobody reads before a manifest names it."""
    directory = manifest.new_generation(store, current.seq)
    work.snapshot(directory / "rdf")
    return replace(current, rdf=str((directory / "rdf").relative_to(store)))


def _place(ledger: Ledger) -> tuple[int, str]:
    seq = ledger.seq
    return seq, ledger.mark(seq)

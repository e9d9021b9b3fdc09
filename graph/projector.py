"""In: the assembled graph and the extractions behind it. Out: current projections of both, named by a manifest.

Everything here can be deleted at any time: the ledger is the truth, and projecting it again gives the same quads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from graph import property_graph, rdf
from graph.assembled import Assembled
from graph.stores import ladybug, manifest, oxigraph
from graph.stores.errors import StoreBusyError, StoreMissingError
from graph.stores.files import locked
from graph.stores.manifest import Manifest
from ontology.records import Extraction

_LOCK: Final = "projector.lock"
_WORK: Final = "work"


def project(assembled: Assembled, extractions: Iterable[Extraction], store: Path) -> Manifest:
    """Bring the projections in a store's directory up to date; what is current already is not written again.

    Args:
        assembled: The graph at one `seq` of the ledger.
        extractions: The current extraction of every article, from the same `seq`.
        store: The directory; it is made where it is missing.

    Raises:
        StoreBusyError: Another process is projecting into the same store.
    """
    store.mkdir(parents=True, exist_ok=True)
    lock = store / _LOCK
    lock.touch()
    try:
        with locked(lock):
            return _project(assembled, set(rdf.dataset(assembled, extractions)), store)
    except BlockingIOError:
        raise StoreBusyError(store) from None


def _project(assembled: Assembled, quads: Collection[ox.Quad], store: Path) -> Manifest:
    digest = _digest(quads)
    last = sound(store)
    if last is None or last.digest != digest or (last.cypher is None and ladybug.available()):
        current = _generate(assembled, quads, digest, store)
    else:
        current = Manifest(assembled.seq, digest, last.quads, last.rdf, last.cypher)
    if current != last:
        manifest.write(store, current)
    manifest.prune(store, current)
    return current


def _digest(quads: Iterable[ox.Quad]) -> str:
    """Hash what the projections are made of: all quads in one order, and the property graph's schema."""
    digest = hashlib.sha256("\n".join(ladybug.SCHEMA).encode())
    for line in sorted(map(str, quads)):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def sound(store: Path) -> Manifest | None:
    """Read the manifest; None where it, or a projection that it names, is missing or broken."""
    try:
        last = manifest.read(store)
        if oxigraph.count(store / last.rdf) != last.quads:
            return None
        if last.cypher is not None and ladybug.available():
            ladybug.count_events(store / last.cypher)
    except StoreMissingError:
        return None
    return last


def _generate(assembled: Assembled, quads: Collection[ox.Quad], digest: str, store: Path) -> Manifest:
    """Make both projections in a directory of their own, which nobody reads before a manifest names it."""
    directory = manifest.new_generation(store, digest)
    oxigraph.write(store / _WORK, quads, directory / "rdf")
    cypher = None
    if ladybug.available():
        ladybug.build(property_graph.parts(assembled), directory / "graph.lbug")
        cypher = str((directory / "graph.lbug").relative_to(store))
    return Manifest(assembled.seq, digest, len(quads), str((directory / "rdf").relative_to(store)), cypher)

"""In: quads. Out: an RDF store on disk that only one projector writes, and snapshots of it that only readers open."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from graph.stores.errors import StoreMissingError
from graph.stores.files import remove

# What an open store may reserve without using it: stacks and heaps of the engine's threads.
ADDRESS_SPACE: Final = 1 << 30


def write(work: Path, quads: Collection[ox.Quad], snapshot: Path) -> None:
    """Make the store hold exactly these quads, and copy it to `snapshot`, a directory that does not exist yet.

    Only what differs is written. The comparison is over what is really there, so that nothing which a crash left
    half-written stays; a store that cannot be read is built anew. The copy is made of hard links where it can be.
    """
    try:
        _write(work, quads, snapshot)
    except (OSError, RuntimeError, ValueError):  # broken files, or terms in them that do not parse
        remove(work)
        remove(snapshot)
        _write(work, quads, snapshot)


def open_snapshot(path: Path) -> ox.Store:
    """Open a snapshot read-only; any number of readers may.

    Raises:
        StoreMissingError: It is not there or is broken.
    """
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:  # RuntimeError is how corruption is told
        raise StoreMissingError(path, f"its RDF cannot be opened ({error})") from error


def count(path: Path) -> int:
    """Count the quads of a snapshot, by which the projector tells whether it can be read at all.

    Raises:
        StoreMissingError: It is not there or is broken.
    """
    try:
        return len(open_snapshot(path))
    except (OSError, RuntimeError) as error:
        raise StoreMissingError(path, f"its RDF cannot be read ({error})") from error


def _write(work: Path, quads: Collection[ox.Quad], snapshot: Path) -> None:
    store = ox.Store(str(work))
    wanted, present = set(quads), set(store)
    for quad in present - wanted:
        store.remove(quad)
    store.bulk_extend(wanted - present)
    for graph in set(store.named_graphs()) - {quad.graph_name for quad in wanted}:
        store.remove_graph(graph)
    store.flush()
    store.backup(str(snapshot))

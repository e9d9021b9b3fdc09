"""In: quads, whole or as a change. Out: an RDF store on disk or in memory, and snapshots of it that only readers open.

`Target` is what any RDF store that follows the ledger can do; here is the embedded one, `graph.stores.sparql` has the
one on a server.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final, Protocol

import pyoxigraph as ox

from graph import rdf
from graph.quads import parsed
from graph.stores.errors import StoreMissingError
from graph.stores.files import remove
from graph.stores.snapshots import open_snapshot
from graph.stores.stamp import Stamp
from graph.stores.updates import PROJECTION, STAMPED, RdfChange, by_graph, stamping, updates

# Statements that are loaded at once: as text 130 megabytes, in the engine 400. In smaller lots the engine has more
# files to put in order: 200,000 take it a third more of processor time, and 2,000,000 no less.
_LOADED: Final = 600_000
_LOADERS: Final = 2  # threads that load while the next statements are made

Graphs = Iterable[rdf.Graph]  # a graph may come in several parts


@dataclass(frozen=True, slots=True)
class Written:
    """What one projection changed: how many statements came and went, and the stamp that the store has now."""

    stamp: Stamp
    put: int
    removed: int


class Target(Protocol):
    """An RDF store that follows the ledger."""

    def stamp(self) -> Stamp:
        """Read which `seq` the store shows."""

    def replace(self, graphs: Graphs, stamp: Stamp) -> Written:
        """Let these graphs be all that the store holds of ours."""

    def amend(self, change: RdfChange, stamp: Stamp) -> Written:
        """Carry out a change."""


class Embedded:
    """A store of this process: on disk, or in memory where no path is given. A change is carried out whole or not.

    A store on disk that cannot be read is started anew.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.store = ox.Store()
        try:
            self.store = self._open()
            self.stamp()
        except (OSError, RuntimeError, ValueError):  # broken files, or terms in them that do not parse
            self.clear()

    def _open(self) -> ox.Store:
        return ox.Store() if self._path is None else ox.Store(str(self._path))

    def clear(self) -> None:
        """Take everything away, the stamp as well."""
        self.store = ox.Store()  # the files are let go of
        if self._path is not None:
            remove(self._path)
        self.store = self._open()

    def __len__(self) -> int:
        """Count all statements but the stamp, one by one."""
        return len(self.store) - sum(1 for _ in self.store.quads_for_pattern(None, None, None, PROJECTION))

    def stamp(self) -> Stamp:
        """Read which `seq` the store shows."""
        return read_stamp(self.store)

    def replace(self, graphs: Graphs, stamp: Stamp) -> Written:
        """Let these graphs be all that the store holds, written into an empty one; what it held is not counted."""
        self.clear()
        self._load(graphs)
        self.store.update(stamping(stamp))
        return Written(stamp, len(self), 0)

    def amend(self, change: RdfChange, stamp: Stamp) -> Written:
        """Carry out a change, in one transaction."""
        before = self._count(change)
        fresh = chain.from_iterable(parsed(lines, graph) for graph, lines in by_graph(change.fresh).items())
        put = sum(1 for quad in fresh if quad not in self.store)
        self.store.update(" ;\n".join((*updates(change), stamping(stamp))))
        return Written(stamp, put, before + put - self._count(change))

    def _load(self, graphs: Graphs) -> None:
        """Load on threads, which the engine does without holding up the one that makes the statements."""
        with ThreadPoolExecutor(_LOADERS) as pool:
            running: deque[Future[None]] = deque()
            for text in _texts(graphs):
                if len(running) == _LOADERS:
                    running.popleft().result()
                running.append(pool.submit(self.store.bulk_load, text, ox.RdfFormat.N_QUADS, lenient=True))
            for one in running:
                one.result()
        self.store.optimize()  # else the first change waits until the engine has put the loaded files in order

    def snapshot(self, target: Path) -> None:
        """Copy the store to a directory that is not there yet; by hard links where it can be."""
        self.store.flush()
        self.store.backup(str(target))

    def _count(self, change: RdfChange) -> int:
        told: Iterator[Any] = chain.from_iterable(
            (
                *(self.store.quads_for_pattern(None, None, None, graph) for graph in change.graphs()),
                *(
                    self.store.quads_for_pattern(ox.NamedNode(node[1:-1]), None, None, rdf.ASSEMBLED)
                    for node in change.touched()
                ),
            )
        )
        return sum(1 for _ in told)


def _texts(graphs: Graphs) -> Iterator[bytes]:
    """Write graphs as N-Quads, so many statements at a time."""
    gathered: list[bytes] = []
    size = 0
    for graph, lines in graphs:
        ending = f" {graph} .\n"
        gathered.append(ending.join((*lines, "")).encode())
        size += len(lines)
        if size >= _LOADED:
            yield b"".join(gathered)
            gathered, size = [], 0
    yield b"".join(gathered)


def quads(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield all quads but the stamp."""
    return (quad for quad in store if quad.graph_name != PROJECTION)


def stamp_of(path: Path) -> Stamp:
    """Read the stamp of a snapshot.

    Raises:
        StoreMissingError: It is not there or is broken.
    """
    try:
        return read_stamp(open_snapshot(path))
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreMissingError(path, f"its RDF cannot be read ({error})") from error


def count(path: Path) -> int:
    """Count the quads of a snapshot, all of them, without the stamp.

    Raises:
        StoreMissingError: It is not there or is broken.
    """
    store = open_snapshot(path)
    try:
        return sum(1 for _ in quads(store))
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreMissingError(path, f"its RDF cannot be read ({error})") from error


def read_stamp(store: ox.Store) -> Stamp:
    """Read the stamp of an open store."""
    for seq, token in store.query(STAMPED):  # type: ignore[union-attr]
        return Stamp(int(seq.value), token.value if token else "", complete=token is not None)
    return Stamp()

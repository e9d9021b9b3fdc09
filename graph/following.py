"""In: a ledger and a store that shows some `seq` of it, or nothing. Out: the store brought up to the ledger.

What has changed since is known from an index beside the ledger, one for each store, so that it costs in proportion to
the change. Where store and index do not belong together, or the last run did not end, or the code that makes the rows
is another, or the ledger is not the one that it was, all is compared or written anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

from graph import rdf
from graph.assembled import Assembled
from graph.current import Told, assemble_told
from graph.incremental import Change, Index, Parts
from graph.ledger import Ledger
from graph.property_graph import parts
from graph.rdf_change import rdf_change
from graph.stores import neo4j, oxigraph, sparql
from graph.stores.errors import StoreBusyError
from graph.stores.files import locked
from graph.stores.stamp import Stamp

W = TypeVar("W")
_FOLDER: Final = "targets"
_PACKAGE: Final = Path(__file__).parent


def follow_neo4j(ledger: Ledger, address: neo4j.Address, store: Path) -> neo4j.Written:
    """Bring a Neo4j database up to a ledger; one that shows it already is not written to.

    Args:
        ledger: The ledger.
        address: The database; it is this store's alone, and what else stands there under our labels is taken away.
        store: The store's directory, where the index of each database is kept.

    Raises:
        RemoteError: The server cannot be reached, does not let us in, or fails.
        StoreBusyError: Another process is writing to the same database.
        ExtraMissingError: The driver is not installed.
    """
    with _alone(store, address) as name, neo4j.connected(address) as database:
        stamp = database.stamp()

        def write(until: Stamp, change: Change) -> neo4j.Written:
            before = None if change.whole else parts(change.before)
            return database.write(stamp, until, parts(change.after), before)

        return follow(ledger, store, name, stamp, write) or neo4j.Written(stamp.seq)


def follow_sparql(ledger: Ledger, address: sparql.Address, store: Path) -> oxigraph.Written:
    """Bring a SPARQL 1.1 server up to a ledger; graphs that are not ours are left alone.

    Args:
        ledger: The ledger.
        address: The server's query, update and graph store endpoints.
        store: The store's directory, where the index of each server is kept.

    Raises:
        RemoteError: The server cannot be reached, does not let us in, or fails.
        StoreBusyError: Another process is writing to the same server.
    """
    with _alone(store, address) as name:
        return follow_rdf(ledger, store, name, sparql.Remote(address))


def follow_rdf(
    ledger: Ledger,
    store: Path,
    name: str,
    target: oxigraph.Target,
    seen: Callable[[Assembled | None], None] = lambda _: None,
) -> oxigraph.Written:
    """Bring any RDF store up to a ledger; where all is written anew, `seen` gets each part of the graph, then None."""
    stamp = target.stamp()

    def write(until: Stamp, change: Change) -> oxigraph.Written:
        if change.whole:
            return target.replace(_graphs(change, seen), until)
        return target.amend(rdf_change(change, ledger, stamp.seq), until)

    return follow(ledger, store, name, stamp, write) or oxigraph.Written(stamp, 0, 0)


def told(ledger: Ledger, store: Path, name: str, stamp: Stamp) -> Iterator[Told]:
    """Yield what a ledger tells at a stamp, part by part, as the index of the target with that stamp has it."""
    with Index(_index(store, name, stamp.token)) as index:
        yield from Parts(index, ledger, stamp.seq)


def _graphs(change: Change, seen: Callable[[Assembled | None], None]) -> Iterator[rdf.Graph]:
    """Yield the graph of each article, and the assembled graph in parts, so that not all is in memory at once."""
    for one in change.told:
        yield from chain.from_iterable(map(rdf.article_graphs, one.current))
        graph = assemble_told(one)
        seen(graph)
        yield rdf.ASSEMBLED, rdf.assembled_lines(graph, evidence=False)
    seen(None)
    yield from rdf.common_graphs(change.decisions)


def follow(ledger: Ledger, store: Path, name: str, stamp: Stamp, write: Callable[[Stamp, Change], W]) -> W | None:
    """Let `write` carry out what has changed in a ledger since a stamp, and give the new one; None where nothing has.

    Args:
        ledger: The ledger.
        store: The store's directory, where the index is kept.
        name: What the index of this target goes by.
        stamp: What the target says of itself.
        write: Carries out a change, and says so in the stamp that it is given.
    """
    path = _index(store, name, stamp.token)
    path.parent.mkdir(parents=True, exist_ok=True)
    if stamp.complete and made_by_us(stamp.token) and path.exists():
        with Index(path) as index:
            if index.seq == stamp.seq and index.knows(ledger):
                return None if index.seq == ledger.seq else _carry_out(ledger, index, stamp.token, write)
    for old in path.parent.glob(f"{name}-*.index*"):
        old.unlink()
    token = f"{_made_by()}-{uuid4().hex[:12]}"
    with Index(_index(store, name, token)) as index:
        return _carry_out(ledger, index, token, write)


def made_by_us(token: str) -> bool:
    """Tell whether a stamp's token was drawn by this very code."""
    return token.startswith(f"{_made_by()}-")


def _index(store: Path, name: str, token: str) -> Path:
    return store / _FOLDER / f"{name}-{token}.index"


def _carry_out(ledger: Ledger, index: Index, token: str, write: Callable[[Stamp, Change], W]) -> W:
    change = index.change(ledger)
    written = write(Stamp(change.seq, token, complete=True), change)
    index.accept(ledger, change)
    return written


@contextmanager
def _alone(store: Path, address: object) -> Iterator[str]:
    """Lock out other processes of this machine, and give the name of an address."""
    name = hashlib.sha256(str(address).encode()).hexdigest()[:12]
    (store / _FOLDER).mkdir(parents=True, exist_ok=True)
    lock = store / _FOLDER / f"{name}.lock"
    lock.touch()
    try:
        with locked(lock):
            yield name
    except BlockingIOError:
        raise StoreBusyError(address) from None


@cache
def _made_by() -> str:
    """Hash all that the rows depend on beside the ledger."""
    digest = hashlib.sha256()
    for path in sorted((*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.yaml"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

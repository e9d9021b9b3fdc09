"""In: a ledger and a database that shows some `seq` of it, or nothing. Out: the database brought up to the ledger.

What has changed since is known from an index beside the ledger, one for each database, so that it costs in proportion
to the change. Where database and index do not belong together, or the last run did not end, or the code that makes the
rows is another, all rows are compared with what is there; written is only what differs, here as there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final
from uuid import uuid4

from graph.incremental import Index
from graph.ledger import Ledger
from graph.property_graph import parts
from graph.stores.errors import StoreBusyError
from graph.stores.files import locked
from graph.stores.neo4j import Address, Database, Stamp, Written, connected

_FOLDER: Final = "targets"
_PACKAGE: Final = Path(__file__).parent


def follow(ledger: Ledger, address: Address, store: Path) -> Written:
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
    name = hashlib.sha256(str(address).encode()).hexdigest()[:12]
    folder = store / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / f"{name}.lock", address), connected(address) as database:
        stamp = database.stamp()
        path = folder / f"{name}-{stamp.token}.index"
        if stamp.complete and stamp.token.startswith(_made_by()) and path.exists():
            with Index(path) as index:
                if index.seq == stamp.seq:
                    return _go_on(ledger, index, database, stamp)
        for old in folder.glob(f"{name}-*.index"):
            old.unlink()
        token = f"{_made_by()}-{uuid4().hex[:12]}"
        with Index(folder / f"{name}-{token}.index") as index:
            change = index.change(ledger)
            written = database.write(stamp, Stamp(change.after.seq, token), parts(change.after))
            index.accept(ledger, change)
        return written


def _go_on(ledger: Ledger, index: Index, database: Database, stamp: Stamp) -> Written:
    """Write what has changed since the stamp."""
    if ledger.seq == stamp.seq:
        return Written(stamp.seq)
    change = index.change(ledger)
    before = None if change.whole else parts(change.before)
    written = database.write(stamp, Stamp(change.after.seq, stamp.token), parts(change.after), before)
    index.accept(ledger, change)
    return written


@contextmanager
def _alone(path: Path, address: Address) -> Iterator[None]:
    path.touch()
    try:
        with locked(path):
            yield
    except BlockingIOError:
        raise StoreBusyError(address) from None


@cache
def _made_by() -> str:
    """Hash all that the rows depend on beside the ledger."""
    digest = hashlib.sha256()
    for path in sorted((*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.yaml"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

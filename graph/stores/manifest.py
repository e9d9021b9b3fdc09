"""In: a store's directory. Out: the manifest that names what is current, and the generations of projections in it.

A store is laid out as::

    manifest.json               which generations are current, and the `seq` of the ledger that each shows
    work/                       the RDF store that the one projector writes
    targets/                    what is known of the graph at the `seq` of the work store, and of servers
    generations/<seq>-<n>/rdf   a snapshot of the work store, only ever read
    generations/<seq>-<n>/graph.lbug   the graph for Cypher, where that engine is installed

A generation appears whole, by one rename of the manifest. Readers hold a shared lock on its directory while they look
at it, and the projector removes an older one only when nobody does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from graph.stores.errors import StoreMissingError
from graph.stores.files import locked, remove, replacing

NAME = "manifest.json"
GENERATIONS = "generations"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is current: paths relative to the store's directory, `cypher` None where that file was never asked for.

    `seq` and `mark` tell which entry of which ledger the RDF shows, `cypher_seq` what the Cypher engine's file does;
    `token` is the one in the RDF's own stamp, and stays as long as it is changed and not made anew.
    """

    seq: int
    mark: str
    token: str
    quads: int
    rdf: str
    cypher: str | None = None
    cypher_seq: int | None = None

    @property
    def generations(self) -> tuple[str, ...]:
        """The directories, relative to the store's, that hold the projections."""
        return tuple(str(Path(path).parent) for path in (self.rdf, self.cypher) if path is not None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The current generations held open: absolute paths, and the `seq` that each shows."""

    seq: int
    rdf: Path
    cypher: Path | None
    cypher_seq: int | None


def read(store: Path) -> Manifest:
    """Read which projections are current.

    Raises:
        StoreMissingError: Nothing has been projected, or the manifest cannot be read.
    """
    try:
        return Manifest(**json.loads((store / NAME).read_text("utf-8")))
    except FileNotFoundError:
        raise StoreMissingError(store, "nothing has been projected into it yet") from None
    except (OSError, ValueError, TypeError) as error:
        raise StoreMissingError(store, f"its {NAME} cannot be read ({error})") from error


def write(store: Path, manifest: Manifest) -> None:
    """Make a manifest the current one, by rename."""
    with replacing(store / NAME) as file:
        file.write(json.dumps(asdict(manifest), indent=1).encode("utf-8") + b"\n")


@contextmanager
def snapshot(store: Path) -> Iterator[Snapshot]:
    """Hold the current generation, so that no projector removes it before the block ends.

    Raises:
        StoreMissingError: Nothing has been projected, or the files that the manifest names are not there.
    """
    with ExitStack() as stack:
        current = _hold(store, stack)
        cypher = store / current.cypher if current.cypher is not None else None
        yield Snapshot(current.seq, store / current.rdf, cypher, current.cypher_seq)


def _hold(store: Path, stack: ExitStack) -> Manifest:
    for _ in range(3):  # between reading the manifest and taking the lock a newer generation may have come
        current = read(store)
        try:
            with ExitStack() as held:
                for generation in current.generations:
                    held.enter_context(locked(store / generation, shared=True))
                stack.enter_context(held.pop_all())
        except (FileNotFoundError, BlockingIOError):
            continue
        return current
    raise StoreMissingError(store, f"the files that its {NAME} names are not there")


def new_generation(store: Path, seq: int) -> Path:
    """Make an empty directory for a generation that shows this `seq`."""
    directory = store / GENERATIONS / f"{seq}-{uuid4().hex[:8]}"
    directory.mkdir(parents=True)
    return directory


def prune(store: Path, current: Manifest) -> None:
    """Remove the generations that are not current and that nobody is reading; others wait for the next time.

    For the one projector alone: what another left half-written when it was killed goes as well.
    """
    for half in store.glob(f".{NAME}.*"):
        remove(half)
    for directory in (store / GENERATIONS).iterdir():
        if str(directory.relative_to(store)) in current.generations:
            continue
        try:
            with locked(directory):
                remove(directory)
        except BlockingIOError:
            continue

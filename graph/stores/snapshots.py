"""In: a snapshot of an RDF store. Out: the store, opened read-only. Imports little, for the workers start with it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyoxigraph as ox

from graph.stores.errors import StoreMissingError

# What an open store may reserve without using it: stacks and heaps of the engine's threads.
ADDRESS_SPACE: Final = 1 << 30


def open_snapshot(path: Path) -> ox.Store:
    """Open a snapshot read-only; any number of readers may.

    Raises:
        StoreMissingError: It is not there or is broken.
    """
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:  # RuntimeError is how corruption is told
        raise StoreMissingError(path, f"its RDF cannot be opened ({error})") from error

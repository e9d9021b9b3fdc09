"""In: a ledger and the folder of its projections. Out: what is wrong with either, and whether it can be rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.ledger import Ledger
from graph.projector import sound
from graph.stores import manifest, oxigraph
from graph.stores.errors import StoreMissingError


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong. `mendable` is what the ledger can make again; nothing can make the ledger again."""

    where: str
    problem: str
    mendable: bool


def examine(ledger: Ledger, store: Path) -> list[Finding]:
    """Check the ledger and what was made from it; empty where all is sound.

    Projections that are not made yet, or are behind the ledger, are sound: the next question brings them up to date.
    """
    found = [Finding("ledger", problem, mendable=False) for problem in ledger.problems()]
    found += (Finding("projections", problem, mendable=True) for problem in _projections(ledger, store))
    return found


def _projections(ledger: Ledger, store: Path) -> Iterator[str]:
    if not (store / manifest.NAME).exists():
        return
    last = sound(store)
    if last is None:
        yield "the manifest, or a projection that it names, is missing or broken"
        return
    if last.seq > ledger.seq:
        yield f"they show entry {last.seq}, and the ledger ends at {ledger.seq}"
    elif last.mark != ledger.mark(last.seq):
        yield f"they show another ledger, whose entry {last.seq} is not that of this one"
    try:
        if (count := oxigraph.count(store / last.rdf)) != last.quads:
            yield f"the RDF holds {count} statements in the place of {last.quads}"
    except StoreMissingError as error:
        yield str(error)

"""In: a number of articles. Out: what one article more, changed or withdrawn costs, as a table row.

    python -m benchmarks.incremental 1000 10000 100000

The articles are those of `made_up`. Timed are the change that is found (`Index.change`: the touched incidents as they
were), these as they are, and its acceptance, the median of nine articles each; `whole` is the assembly of everything,
part by part, for comparison.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.made_up import PER_INCIDENT, fill, story
from graph.current import assemble_told
from graph.incremental import Index
from graph.ledger import Ledger

TIMES = 9


def measure(count: int, folder: Path) -> tuple[float, ...]:
    """Return the seconds of the whole, and of one article added, changed and withdrawn."""
    with Ledger(folder / "ledger.sqlite") as ledger, Index(folder / "index.sqlite") as index:
        fill(ledger, count)
        whole = _timed(ledger, index)
        steps: list[Callable[[int], object]] = [
            lambda turn: ledger.add(story(count + turn * PER_INCIDENT)),
            lambda turn: ledger.add(replace(story(turn * PER_INCIDENT), extractor="newer")),
            lambda turn: ledger.retract(story(turn * PER_INCIDENT + 1).article.id, "benchmark"),
        ]
        return whole, *(statistics.median(_after(step, turn, ledger, index) for turn in range(TIMES)) for step in steps)


def _after(step: Callable[[int], object], turn: int, ledger: Ledger, index: Index) -> float:
    step(turn)
    return _timed(ledger, index)


def _timed(ledger: Ledger, index: Index) -> float:
    start = time.perf_counter()
    change = index.change(ledger)
    for told in change.told:
        assemble_told(told)
    index.accept(ledger, change)
    return time.perf_counter() - start


def main() -> None:
    """Print a table row for each number of articles."""
    print("| articles | whole | one added | one changed | one withdrawn | memory |\n|---|---|---|---|---|---|")
    for count in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            whole, *each = measure(count, Path(folder))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        told = " | ".join(f"{seconds * 1000:.1f} ms" for seconds in each)
        print(f"| {count:,} | {whole:.1f} s | {told} | {memory:.2f} GB |", flush=True)


if __name__ == "__main__":
    main()

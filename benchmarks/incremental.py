"""In: a number of articles. Out: what one article more, changed or withdrawn costs, as a table row.

    python -m benchmarks.incremental 1000 10000 100000

The articles are those of `made_up`. Timed are the change that is found (`Index.change`: the touched incidents as they
were), these as they are, and its acceptance, the median of nine articles each, in wall clock and in processor time;
`first` is the first change, the whole graph: its index alone, or with `--whole` its assembly as well, part by part.
"""

from __future__ import annotations

import argparse
import resource
import statistics
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


Cost = tuple[float, float]  # seconds of wall clock and of processor time


def measure(count: int, folder: Path, *, whole: bool) -> list[Cost]:
    """Return the cost of the first change, and of one article added, changed and withdrawn."""
    with Ledger(folder / "ledger.sqlite") as ledger, Index(folder / "index.sqlite") as index:
        fill(ledger, count)
        first = _timed(ledger, index, assembled=whole)
        steps: list[Callable[[int], object]] = [
            lambda turn: ledger.add(story(count + turn * PER_INCIDENT)),
            lambda turn: ledger.add(replace(story(turn * PER_INCIDENT), extractor="newer")),
            lambda turn: ledger.retract(story(turn * PER_INCIDENT + 1).article.id, "benchmark"),
        ]
        return [first, *(_after(step, ledger, index) for step in steps)]


def _after(step: Callable[[int], object], ledger: Ledger, index: Index) -> Cost:
    found = []
    for turn in range(TIMES):
        step(turn)
        found.append(_timed(ledger, index, assembled=True))
    wall, processor = (statistics.median(times) for times in zip(*found, strict=True))
    return wall, processor


def _timed(ledger: Ledger, index: Index, *, assembled: bool) -> Cost:
    wall, processor = time.perf_counter(), time.process_time()
    change = index.change(ledger)
    for told in change.told if assembled else ():
        assemble_told(told)
    index.accept(ledger, change)
    return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    """Print a table row for each number of articles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="+")
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    print("| articles | first | one added | one changed | one withdrawn | memory |\n|---|---|---|---|---|---|")
    for count in given.articles:
        with tempfile.TemporaryDirectory() as folder:
            first, *each = measure(count, Path(folder), whole=given.whole)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        told = " | ".join(f"{wall * 1000:.0f} ms ({processor * 1000:.0f} ms)" for wall, processor in each)
        print(f"| {count:,} | {first[0]:.1f} s ({first[1]:.1f} s) | {told} | {memory:.2f} GB |", flush=True)


if __name__ == "__main__":
    main()

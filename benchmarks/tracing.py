"""In: a number of links. Out: what the best paths from a breach to each livelihood cost here, and with other tools.

    python -m benchmarks.tracing --links 1000000 --neo4j bolt://neo4j:PASSWORD@localhost:7687

The graph is made by `causal_graph.py`. Every row is measured in a process of its own, with the graph read from a file:
seconds are the least of several runs, by the clock and of the processor; the peak is all memory of the process, Python
and its packages included. The other tools search one livelihood at a time, so they get a share of those of the largest
breach, and an end: what is reached by then is counted for each livelihood. Their beliefs are compared with ours. What
is not installed is skipped and says so.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.causal_graph import Made, make
from benchmarks.tracing_rivals import LINKS, RIVALS, Task
from graph.arrays import Arrays, Columns
from graph.paths import Found, Search, cost_of, find_paths, warm

K: Final = 10
LEAST: Final = 0.05
RUNS: Final = 5
MEDIAN: Final = 101  # breaches around the one of median size
SHARE: Final = 40  # of the livelihoods of the largest breach that the others are given
NAMES: Final = {
    "networkx": "networkx, shortest_simple_paths",
    "scipy": "scipy, yen",
    "ladybug": f"ladybug, paths of at most {LINKS} links",
    "neo4j": f"Neo4j, paths of at most {LINKS} links",
}


def traced(made: Made, breach: int, least: float = 0.0, fast: bool | None = None) -> Callable[[], Found]:
    """Return the search from a breach to each of its livelihoods."""
    costs, ends = cost_of(made.arrays.columns.belief), made.of(breach)
    search = Search(K, max_cost=-math.log(least) if least else math.inf, fast=fast)
    source, goals = int(made.breaches[breach]), np.arange(len(ends))
    return lambda: find_paths(made.arrays, source, ends, goals, lambda links: costs[links], search)


def ours(made: Made, what: str) -> dict[str, Any]:
    """Measure one of our rows."""
    if what == "median":
        middle = len(made.breaches) // 2
        each = [_least(traced(made, middle + place)) for place in range(-(MEDIAN // 2), MEDIAN // 2 + 1)]
        clock, processor = (statistics.median(column) for column in list(zip(*each, strict=True))[:2])
        return {"seconds": clock, "cpu": processor, "goals": 1, "exact": all(found.complete for *_, found in each)}
    if what != "largest, plain":
        warm()
    least, fast = (LEAST if "least" in what else 0.0), what != "largest, plain"
    seconds, cpu, found = _least(traced(made, 0, least, fast), RUNS if fast else 1)
    return {"seconds": seconds, "cpu": cpu, "goals": len(found.goals), "exact": found.complete}


def _least(search: Callable[[], Found], runs: int = RUNS) -> tuple[float, float, Found]:
    """Run a search several times; return the least seconds by the clock, and of the processor, and what it found."""
    clock, processor, found = math.inf, math.inf, Found()
    for _ in range(runs):
        found = Found()  # or the one before would count in the peak
        start, begun = time.perf_counter(), time.process_time()
        found = search()
        clock, processor = min(clock, time.perf_counter() - start), min(processor, time.process_time() - begun)
    return clock, processor, found


def theirs(made: Made, rival: str, end: float, url: str | None) -> Iterator[dict[str, Any]]:
    """Measure another tool; yield what it has reached after each livelihood."""
    found = traced(made, 0)()
    chosen = np.random.default_rng(0).choice(len(made.of(0)), SHARE, replace=False)
    columns, size = made.arrays.columns, int(made.breaches[1])
    links = np.flatnonzero((columns.cause < size) & (columns.effect < size))
    links = links[np.lexsort((-columns.belief[links], columns.effect[links], columns.cause[links]))]
    ends = np.stack([columns.cause[links], columns.effect[links]]).astype(np.int64)
    best = np.concatenate([[True], np.any(ends[:, 1:] != ends[:, :-1], axis=0)])
    goals = made.of(0)[chosen].tolist()
    run = RIVALS[rival](Task(size, ends[:, best], columns.belief[links[best]], goals, K, url))
    next(run)
    begin, begun = time.perf_counter(), time.process_time()
    same = 0
    for number, (goal, beliefs) in enumerate(zip(chosen.tolist(), run, strict=False), 1):
        wanted = [math.exp(-cost) for cost, _ in found.paths(goal)]
        same += len(wanted) == len(beliefs) and np.allclose(wanted, beliefs)
        seconds = time.perf_counter() - begin
        cpu = time.process_time() - begun
        yield {"seconds": seconds, "cpu": cpu, "goals": number, "exact": same == number, "same": same}
        if seconds > end:
            return


def main() -> None:
    """Print the table; in a process of its own, measure one row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--neo4j", metavar="URL")
    parser.add_argument("--end", type=float, default=60.0, help="seconds for each other tool")
    parser.add_argument("--row", nargs=2, metavar=("FILE", "NAME"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.row:
        _row(Path(given.row[0]), given.row[1], given.end, given.neo4j)
    else:
        _table(given.links, given.end, given.neo4j)


def _row(file: Path, name: str, end: float, url: str | None) -> None:
    made = _read(file)
    for row in theirs(made, name, end, url) if name in RIVALS else [ours(made, name)]:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({**row, "peak": peak}), flush=True)


def _read(file: Path) -> Made:
    with np.load(file) as told:
        columns = Columns(*(told[field.name] for field in fields(Columns)))
        return Made(Arrays.build(int(told["count"]), columns), told["breaches"], told["livelihoods"])


def _table(links: int, end: float, url: str | None) -> None:
    made = make(links)
    start = time.process_time()
    Arrays.build(made.arrays.count, made.arrays.columns)
    told = f"{links:,} links, {made.arrays.count:,} events, {len(made.breaches) - 1:,} breaches"
    print(f"{told}; the largest has {made.breaches[1]:,} events and {len(made.of(0)):,} livelihoods")
    print(f"arrays built in {time.process_time() - start:.2f} s\n")
    print("| search | livelihoods | seconds | processor | for each | ratio | exact | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.npz"
        parts: dict[str, Any] = {field.name: getattr(made.arrays.columns, field.name) for field in fields(Columns)}
        parts |= {"breaches": made.breaches, "livelihoods": made.livelihoods, "count": made.arrays.count}
        np.savez(file, **parts)
        own = 0.0
        for name in ("median", "largest", f"largest, least belief {LEAST}", "largest, plain", *RIVALS):
            row = _measured([str(file), name], end, url) if name != "neo4j" or url else "skipped: no --neo4j URL"
            if isinstance(row, str):
                print(f"| {NAMES.get(name, name)} | {row} | | | | | | |", flush=True)
                continue
            each = row["seconds" if name == "neo4j" else "cpu"] / row["goals"]  # another process does the server's work
            own = each if name == "largest" else own
            ratio = f"{each / own:,.3g}" if own else ""
            exact = "yes" if row["exact"] else f"{row['same']} of {row['goals']}"
            times = f"{row['seconds']:.4g} | {row['cpu']:.4g} | {each:.3g}"
            told = f"{NAMES.get(name, name)} | {row['goals']:,} | {times} | {ratio}"
            print(f"| {told} | {exact} | {row['peak'] / 1e6:.0f} |", flush=True)


def _measured(row: list[str], end: float, url: str | None) -> dict[str, Any] | str:
    """Run one row in a process of its own; return the last that it told, or why there is none."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.tracing",
        "--row",
        *row,
        "--end",
        str(end),
        *(["--neo4j", url] if url else []),
    ]
    limit = 600.0 + 5 * end  # the engines take minutes to be filled
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired as late:
        lines = (late.stdout or b"").decode().splitlines()
        return dict(json.loads(lines[-1])) if lines else f"none within {limit:g} s"
    if done.returncode or not done.stdout:
        return f"skipped: {(done.stderr.splitlines() or ['no answer'])[-1][:90]}"
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()

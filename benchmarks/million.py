"""In: a folder and a number of articles. Out: what all projections of a ledger with so many cost, beside the engines.

The ledger is filled with made-up extractions (`made_up`; what is there already stays), then projected anew, then one
article more is brought in, again and again. Beside it stand the engines' own loaders on the same data: Oxigraph's of a
ready N-Quads file, ladybug's COPY of ready CSV files. Each step is a process of its own; times are wall clock and
processor time in seconds, memory is the most that was resident, in MiB.

    python -m benchmarks.million FOLDER 8700 [--steps rebuild rdf cypher one open]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from benchmarks.made_up import fill, story
from graph import projector
from graph.ledger import Ledger
from graph.projector import bring_up, discard
from graph.stores import ladybug, manifest, oxigraph
from graph.stores.snapshots import open_snapshot

Row = dict[str, Any]
_TIMES: Final = 7


@contextmanager
def _timed(row: Row, name: str) -> Iterator[None]:
    wall, before = time.perf_counter(), _processor()
    yield
    row[name] = round(time.perf_counter() - wall, 3)
    row[f"{name}_processor"] = round(_processor() - before, 3)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file())


def filled(folder: Path, articles: int) -> Row:
    """Put the articles into the ledger."""
    row: Row = {"articles": articles}
    with _timed(row, "fill"), Ledger(folder / "ledger.sqlite") as ledger:
        fill(ledger, articles)
    return row | {"bytes": _size(folder / "ledger.sqlite")}


def rebuilt(folder: Path, _articles: int) -> Row:
    """Make all projections from the ledger alone."""
    discard(folder)
    row: Row = {}
    with Ledger(folder / "ledger.sqlite") as ledger, _timed(row, "all"):
        shown = bring_up(ledger, folder, cypher=True)
    sizes = {"rdf_bytes": _size(folder / shown.rdf), "cypher_bytes": _size(folder / str(shown.cypher))}
    return row | {"quads": shown.quads} | sizes


def rdf_alone(folder: Path, _articles: int) -> Row:
    """Load the RDF that was projected, from a ready file, with the engine's own loader."""
    row: Row = {}
    ready, target = folder / "ready.nq", folder / "loaded"
    if not ready.exists():
        store = open_snapshot(folder / manifest.read(folder).rdf)
        store.dump(str(ready), format=ox.RdfFormat.N_QUADS)
        del store
    shutil.rmtree(target, ignore_errors=True)
    with _timed(row, "load"):
        store = ox.Store(str(target))
        store.bulk_load(path=str(ready), format=ox.RdfFormat.N_QUADS, lenient=True)
        store.flush()
    row |= {"bytes": _size(target), "file_bytes": _size(ready)}
    del store
    shutil.rmtree(target)
    return row


def one_more(folder: Path, articles: int) -> Row:
    """Bring in one article more, and withdraw it again; the RDF, then once the file for Cypher."""
    added: list[float] = []
    withdrawn: list[float] = []
    row: Row = {}
    with Ledger(folder / "ledger.sqlite") as ledger:
        for turn in range(_TIMES):
            extraction = story(articles + ledger.seq + turn)
            for times, change in (
                (added, lambda one=extraction: ledger.add(one)),
                (withdrawn, lambda one=extraction: ledger.retract(one.article.id, "benchmark")),
            ):
                times.append(_seconds(change, ledger, folder))
        with _timed(row, "cypher"):
            bring_up(ledger, folder, cypher=True)
    return {
        "added": round(statistics.median(added), 3),
        "added_worst": round(max(added), 3),
        "withdrawn": round(statistics.median(withdrawn), 3),
        **row,
    }


def _seconds(change: Callable[[], object], ledger: Ledger, folder: Path) -> float:
    start = time.perf_counter()
    change()
    bring_up(ledger, folder, cypher=False)
    return time.perf_counter() - start


def opened(folder: Path, _articles: int) -> Row:
    """Open what is current, and ask each the least there is."""
    shown = manifest.read(folder)
    row: Row = {}
    with _timed(row, "rdf"):
        oxigraph.stamp_of(folder / shown.rdf)
    with _timed(row, "cypher"):
        ladybug.count_events(folder / str(shown.cypher))
    with _timed(row, "sound"):
        projector.sound(folder)
    return row


_STEPS: Final[dict[str, Callable[[Path, int], Row]]] = {
    "fill": filled,
    "rebuild": rebuilt,
    "open": opened,
    "one": one_more,
    "rdf": rdf_alone,
}


def _step(name: str, folder: Path, articles: int) -> Row:
    row = _STEPS[name](folder, articles)
    return row | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def main() -> None:
    """Print one line of JSON for each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    parser.add_argument("--steps", nargs="+", choices=_STEPS, default=list(_STEPS))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for name in given.steps:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            row = process.submit(_step, name, given.folder, given.articles).result()
        print(json.dumps({"step": name, **row}), flush=True)


if __name__ == "__main__":
    main()

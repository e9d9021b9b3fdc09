"""In: numbers of articles. Out: what it costs to project them all, and then one article more, one corrected, one less.

Articles are made up, five to an incident. Processor time and wall clock, in seconds; the RDF only, for the embedded
Cypher engine's file is always built whole. Run: `python -m benchmarks.following 1000 10000`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.killing import story
from graph.ledger import Ledger
from graph.projector import bring_up

PER_INCIDENT = 5


def cost(articles: int, folder: Path) -> dict[str, object]:
    """Fill a ledger with so many articles, project it, and change it article by article."""
    with Ledger(folder / "ledger.sqlite") as ledger:
        with ledger.transaction():
            for number in range(articles):
                ledger.add(story(f"a{number}", f"Firm{number // PER_INCIDENT}", number))
        found: dict[str, object] = {"articles": articles, "all": _timed(ledger, folder)}
        changes: dict[str, Callable[[], object]] = {
            "one more": lambda: ledger.add(story("new", "Firm0", 1)),
            "one corrected": lambda: ledger.add(story("new", "Firm0", 2)),
            "one less": lambda: ledger.retract("new", "made up"),
        }
        for name, change in changes.items():
            change()
            found[name] = _timed(ledger, folder)
    return found


def _timed(ledger: Ledger, folder: Path) -> dict[str, float]:
    wall, processor = time.perf_counter(), time.process_time()
    shown = bring_up(ledger, folder, cypher=False)
    processor, wall = time.process_time() - processor, time.perf_counter() - wall
    return {"processor": round(processor, 3), "wall": round(wall, 3), "statements": shown.quads}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="+")
    for articles in parser.parse_args().articles:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(cost(articles, Path(folder))), flush=True)


if __name__ == "__main__":
    main()

"""In: a number of articles. Out: what one article more, changed or withdrawn costs, as a table row.

    python benchmarks/incremental.py 1000 10000 100000

Every article tells of one of a firm's incidents, ten articles to a firm: three events, two links, a figure. They are
written to a ledger as the ingest does, but in one transaction. Timed are the change that is found (`Index.change`: the
touched incidents as they were and as they are) and its acceptance, the median of nine articles each; `whole` is the
assembly of everything, for comparison.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from graph.incremental import Index
from graph.ledger import Ledger
from ontology.records import (
    Article,
    CausalLink,
    Event,
    Evidence,
    Extraction,
    IncidentReference,
    Mention,
    Organisation,
    Quantity,
    QuantityClaim,
    Span,
)

PER_FIRM = 10
TIMES = 9


def story(number: int) -> Extraction:
    """Return the extraction of one made-up article."""
    firm = f"Firm{number // PER_FIRM}"
    filler = " ".join(f"w{number}x{place}" for place in range(60))
    text = f"A breach at {firm}. Orders fell. Drivers lost income. It exposed {number + 1000} accounts. {filler}"

    def span(words: str) -> Span:
        start = text.index(words)
        return Span(start, start + len(words), words)

    def evidence(words: str) -> Evidence:
        return Evidence(span(words), None, "benchmark", 0.9)

    events = (
        Event("E1", "breach", "data_breach", (span("A breach"),)),
        Event("E2", "event", "orders_fall", (span("Orders fell"),)),
        Event("E3", "impact", "income_falls", (span("Drivers lost income"),), "driver", "harm"),
    )
    pairs = (("E1", "E2", "Orders fell"), ("E2", "E3", "Drivers lost income"))
    exposed = f"{number + 1000} accounts"
    count = float(number + 1000)
    quantity = Quantity(span(exposed), count, count, "exact", "count", "accounts", "none", "benchmark")
    mention = Mention(span(firm), "organisation", firm, "benchmark")
    day = date(2025, 1, 1)
    return Extraction(
        article=Article(f"a{number:07}", text, None, f"Paper{number % 97}", day + timedelta(days=number % PER_FIRM)),
        extractor="benchmark",
        events=events,
        links=tuple(CausalLink(a, b, "causes", False, "asserted", None, False, evidence(c)) for a, b, c in pairs),
        quantities=(QuantityClaim(quantity, "E1", None, None, "asserted", evidence(exposed)),),
        organisations=(Organisation(firm, (mention,), breached=True),),
        breach="E1",
        incident=IncidentReference(firm, "data_breach", day),
    )


def measure(count: int, folder: Path) -> tuple[float, ...]:
    """Return the seconds of the whole, and of one article added, changed and withdrawn."""
    with Ledger(folder / "ledger.sqlite") as ledger, Index(folder / "index.sqlite") as index:
        with ledger.transaction():
            for number in range(count):
                ledger.add(story(number))
        whole = _timed(ledger, index)
        steps: list[Callable[[int], object]] = [
            lambda turn: ledger.add(story(count + turn * PER_FIRM)),
            lambda turn: ledger.add(replace(story(turn * PER_FIRM), extractor="newer")),
            lambda turn: ledger.retract(f"a{turn * PER_FIRM + 1:07}", "benchmark"),
        ]
        return whole, *(statistics.median(_after(step, turn, ledger, index) for turn in range(TIMES)) for step in steps)


def _after(step: Callable[[int], object], turn: int, ledger: Ledger, index: Index) -> float:
    step(turn)
    return _timed(ledger, index)


def _timed(ledger: Ledger, index: Index) -> float:
    start = time.perf_counter()
    index.accept(ledger, index.change(ledger))
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

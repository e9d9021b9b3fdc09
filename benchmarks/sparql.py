"""In: a number of causal links. Out: how long the reach of a breach takes in Oxigraph and in rdflib, and the ratio.

The same triples and the same property path are given to both, in one process, each engine three times; the median
counts. Peak memory is the process's own after each engine was loaded. Run: `python benchmarks/sparql.py --links 20000`.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import time
from collections.abc import Callable

import pyoxigraph as ox
import rdflib

CAUSES = "http://purl.org/faro/causes"
EVENT = "http://example.org/event/"
REACH = (
    f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ <{EVENT}0> <{CAUSES}>+ ?x FILTER EXISTS {{ ?x a <{EVENT}Impact> }} }}"
)


def triples(links: int, seed: int = 1) -> list[tuple[str, str, str]]:
    """Make a causal graph: half as many events as links, each link towards a later event, a tenth of them impacts."""
    rng = random.Random(seed)
    events = max(2, links // 2)
    made = []
    for _ in range(links):
        cause = rng.randrange(events - 1)
        made.append((f"{EVENT}{cause}", CAUSES, f"{EVENT}{rng.randrange(cause + 1, min(events, cause + 50))}"))
    kind = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    return made + [(f"{EVENT}{event}", kind, f"{EVENT}Impact") for event in range(1, events, 10)]


def timed(ask: Callable[[], int], runs: int = 3) -> tuple[float, int]:
    """Return the median of the seconds that a question takes, and its answer."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        answer = ask()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), answer


def peak() -> float:
    """Return the process's peak memory so far in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def oxigraph(made: list[tuple[str, str, str]]) -> Callable[[], int]:
    """Load the triples into an in-memory Oxigraph store."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*(ox.NamedNode(term) for term in triple)) for triple in made)
    return lambda: int(next(iter(store.query(REACH)))["n"].value)  # type: ignore[arg-type]


def in_rdflib(made: list[tuple[str, str, str]]) -> Callable[[], int]:
    """Load the triples into an rdflib graph."""
    graph = rdflib.Graph()
    for triple in made:
        graph.add(tuple(rdflib.URIRef(term) for term in triple))  # type: ignore[arg-type]
    return lambda: int(str(next(iter(graph.query(REACH)))[0]))  # type: ignore[index]


def main() -> None:
    """Print a row for each engine, then the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=20_000)
    made = triples(parser.parse_args().links)
    took = {}
    for name, load in (("oxigraph", oxigraph), ("rdflib", in_rdflib)):
        took[name], found = timed(load(made))
        print(f"{name:<10}{took[name]:10.3f} s  {found} impacts reached  peak {peak():.0f} MiB")
    print(f"rdflib / oxigraph: {took['rdflib'] / took['oxigraph']:.1f}")


if __name__ == "__main__":
    main()

"""In: a number of articles. Out: how long questions take bare, in process and over HTTP, for 1, 8 and 64 clients.

    python benchmarks/latency.py --articles 2000 --seconds 5 [--oxigraph PATH-OF-ITS-SERVER]

Four ways to ask the same snapshot the same three queries in turn (an incident's claims; what the breach reaches, by a
property path; a list of 100 claims), all of them answered as SPARQL JSON:

- bare: pyoxigraph in the asking process, without limits and without protection
- pool: our workers, asked from Python (`graph.stores.pool`)
- HTTP: the same by `breachtrace serve`, keep-alive connections
- Oxigraph: its own HTTP server on the same snapshot, where `--oxigraph` names the program

Traces (from an incident to every livelihood, three paths each) and checks (a sentence with a figure and a link) are
asked in process, from Python, and over HTTP.

Each way is measured at rest and while one more client asks SPARQL that never ends, one query after the other. Clients
are threads of one process of their own, so their cost is in every number. The last column compares answers per second
with those of the first way.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count, product
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox

from api.checking import check_data
from api.tracing_forms import written
from benchmarks.made_up import story
from breachtrace import Store
from graph import queries, rdf
from graph.ledger import Ledger
from graph.stores import guard, manifest
from graph.stores.errors import QueryError
from graph.stores.pool import Pool
from graph.stores.query import Limits, Question
from graph.trace import Tracer
from ontology import iris, terms

CLIENTS: Final = (1, 8, 64)
JSON: Final = "application/sparql-results+json"
ACCEPTED: Final = f"{JSON}, application/json;q=0.9"
SPARQL: Final = "/sparql?query="
RUNAWAY: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
REACH: Final = (
    f"""SELECT ?x WHERE {{ $breach <{iris.CAUSES}>+ ?x FILTER EXISTS {{ ?x a <{iris.LIVELIHOOD_IMPACT}> }} }}"""
)
LIST: Final = f"SELECT ?c ?b WHERE {{ ?c a <{iris.CAUSAL_CLAIM}> ; <{iris.BELIEF}> ?b }} LIMIT 100"
Ask = Callable[[str], object]


def fill(folder: Path, articles: int) -> dict[str, list[str]]:
    """Make a store of made-up articles, and give what to ask it: queries, incidents, sentences."""
    with Ledger(folder / "ledger.sqlite") as ledger:
        for number in range(articles):
            ledger.add(story(number))
    with Store(folder) as store:
        store.project(cypher=False)
        graph = store.graph()
    breaches = {event.incident: event.id for event in graph.events if event.kind == "breach"}
    named = queries.load("links")
    made: list[str] = []
    for incident, breach in list(breaches.items())[:100]:
        bound = {name: ox.NamedNode(str(value)) for name, value in named.bind({"incident": incident}).items()}
        node = ox.NamedNode(terms.ID + breach)
        made += [guard.bind_sparql(named.text, bound), guard.bind_sparql(REACH, {"breach": node}), LIST]
    firms = [str(incident.organisation) for incident in graph.incidents[:100]]
    said = [f"Because of the data breach at {firm}, which hit 1,500 accounts, drivers lost income." for firm in firms]
    return {"SPARQL": made, "trace": firms, "check": said}


def bare(folder: Path) -> Callable[[], Ask]:
    """Ask pyoxigraph itself."""
    store = ox.Store.read_only(str(folder / manifest.read(folder).rdf))

    def ask(text: str) -> object:
        results = store.query(text, default_graph=list(rdf.DEFAULT_GRAPHS))
        assert not isinstance(results, ox.QueryTriples)
        return results.serialize(format=ox.QueryResultsFormat.JSON)

    return lambda: ask


def pooled(folder: Path) -> Callable[[], Ask]:
    """Ask our workers."""
    pool = Pool(folder, limits=Limits(), seats=4, waiting=100)
    return lambda: lambda text: pool.submit(Question(text, form=JSON)).result()


def tracing(folder: Path) -> Callable[[], Ask]:
    """Trace from Python, as the service does."""
    with Store(folder) as store:
        graph = store.graph()
    tracer = Tracer(graph)
    return lambda: lambda name: written(tracer.ask(name, k=3), graph, "json")


def checking(folder: Path) -> Callable[[], Ask]:
    """Check from Python; each client has a store, and all have the one pipeline."""
    with Store(folder) as first:
        graph = first.graph()

    def connected() -> Ask:
        store = Store(folder)
        return lambda text: json.dumps(check_data(store.check(text, graph=graph), graph))

    return connected


def over_http(port: int, path: str) -> Callable[[], Ask]:
    """Ask a server, each client on a connection of its own; what is asked ends the path, or else is checked."""

    def connected() -> Ask:
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def ask(text: str) -> object:
            if path.endswith("="):
                connection.request("GET", path + quote(text), headers={"Accept": ACCEPTED})
            else:
                body = json.dumps({"text": text})
                connection.request("POST", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            got = answer.read()
            if answer.status not in (200, 503, 504):
                raise ValueError(f"{answer.status}: {got[:500]!r}")
            return got if answer.status == 200 else None

        return ask

    return connected


def measured(
    connect: Callable[[], Ask], texts: list[str], clients: int, seconds: float, beside: Callable[[], Ask] | None
) -> list[float]:
    """Ask for so many seconds, beside a query that never ends where there is a way to ask it; how long each took."""
    took: list[list[float]] = [[] for _ in range(clients)]
    end = time.monotonic() + seconds + 1

    def run(number: int, ask: Ask) -> None:
        for place in count(number * 7):
            start = time.monotonic()
            if start > end:
                return
            if ask(texts[place % len(texts)]) is not None and start > end - seconds:
                took[number].append(time.monotonic() - start)

    def run_away(ask: Ask) -> None:
        while time.monotonic() < end:
            with suppress(QueryError, OSError):
                ask(RUNAWAY)

    if beside:
        threading.Thread(target=run_away, args=(beside(),), daemon=True).start()
    threads = [threading.Thread(target=run, args=(number, connect())) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for each in took for one in each]


def apart(way: str, where: Any, texts: list[str], clients: int, seconds: float, runaway: bool) -> list[float]:
    """Measure in a process of its own, which ends with it whatever is still asked; empty where it never got through."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_apart, args=(theirs, way, where, texts, clients, seconds, runaway))
    process.start()
    found: list[float] = ours.recv() if ours.poll(seconds + 60) else []
    process.kill()
    process.join()
    return found


def _apart(pipe: Any, way: str, where: Any, texts: list[str], clients: int, seconds: float, runaway: bool) -> None:
    if isinstance(where, Path):
        connect = {"bare": bare, "pool": pooled, "trace in process": tracing, "check in process": checking}[way](where)
        beside = connect if way in ("bare", "pool") else pooled(where)
    else:
        connect, beside = over_http(*where), over_http(where[0], where[1] if "query=" in where[1] else SPARQL)
    connect()(texts[0])
    pipe.send(measured(connect, texts, clients, seconds, beside if runaway else None))


@contextmanager
def serving(command: list[str], port: int, **environment: str) -> Iterator[None]:
    """Run a server until it listens, and end it with the block."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def report(way: str, clients: int, runaway: bool, took: list[float], seconds: float, base: float | None) -> float:
    """Print a row of the table; gives the answers per second."""
    name = f"| {way} | {clients} | {'yes' if runaway else 'no'} |"
    if not took:
        print(f"{name} none answered | | 0 | |", flush=True)
        return 0.0
    median, late, rate = statistics.median(took), sorted(took)[int(len(took) * 0.95)], len(took) / seconds
    ratio = f"{rate / base:.2f}" if base else "1"
    print(f"{name} {median * 1e3:.1f} | {late * 1e3:.1f} | {rate:.0f} | {ratio} |", flush=True)
    return rate


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--oxigraph", metavar="PATH")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = fill(folder, given.articles)
        print(f"{given.articles} articles, {manifest.read(folder).quads} quads, {os.cpu_count()} cores,", end=" ")
        print(f"load {os.getloadavg()[0]:.1f}\n")
        print("| asked | clients | runaway beside | median ms | p95 ms | answers/s | of the first |")
        print("|---|---|---|---|---|---|---|")
        compare(folder, texts, given.seconds, given.oxigraph)


def compare(folder: Path, texts: dict[str, list[str]], seconds: float, oxigraph: str | None) -> None:
    """Measure all ways, and print a row for each."""
    ours, theirs = free_port(), free_port()
    serve = [sys.executable, "-m", "uvicorn", "api.http.app:make_app", "--factory", "--port", str(ours)]
    settings = {"BREACHTRACE_STORE": str(folder), "BREACHTRACE_RATE": "100000000", "BREACHTRACE_QUERY_WAITING": "100"}
    ways: dict[str, dict[str, Any]] = {
        "SPARQL": {"bare": folder, "pool": folder, "HTTP": (ours, SPARQL)},
        "trace": {"trace in process": folder, "trace over HTTP": (ours, "/v1/trace?incident=")},
        "check": {"check in process": folder, "check over HTTP": (ours, "/v1/check")},
    }
    with serving([*serve, "--log-level", "warning"], ours, **settings):
        if oxigraph:
            graphs = "".join(f"default-graph-uri={quote(graph.value)}&" for graph in rdf.DEFAULT_GRAPHS)
            ways["SPARQL"]["Oxigraph"] = (theirs, f"/query?{graphs}query=")
        snapshot = str(folder / manifest.read(folder).rdf)
        command = [str(oxigraph), "serve-read-only", "--location", snapshot, "--bind", f"127.0.0.1:{theirs}"]
        with serving(command if oxigraph else ["true"], theirs if oxigraph else ours):
            over_http(ours, SPARQL)()(texts["SPARQL"][0])  # the first one waits for the projection
            for kind, runaway, clients in product(ways, (False, True), CLIENTS):
                base = None
                for way, where in ways[kind].items():
                    took = apart(way, where, texts[kind], clients, seconds, runaway)
                    rate = report(way, clients, runaway, took, seconds, base)
                    base = base or rate


if __name__ == "__main__":
    main()

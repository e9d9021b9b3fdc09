"""In: a number of causal links. Out: how long their property graph takes into the embedded engine, and into Neo4j.

The graph is made up: ten events and ten links to an incident, each link with two witnesses of its own two articles.
With `--neo4j URL` that database is emptied, filled, compared with itself, and changed by one incident. Run:
`python benchmarks/property_graph.py --links 20000 --neo4j bolt://USER:PASSWORD@localhost:7687`.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from graph.assembled import Assembled, Claim, EventMention, EventNode, Incident, Witness
from graph.identity import breach_id
from graph.property_graph import parts
from graph.stores import ladybug, neo4j
from graph.stores.stamp import Stamp
from ontology.records import Article, Span

SIZE = 10  # events and links of an incident
QUOTE = "Because of the breach, customers stayed away, and orders fell by a third within two weeks."


def graph(incidents: range) -> Assembled:
    """Make incidents up, each with its events, links and articles; one of a number is always the same."""
    made = [_incident(f"incident-{number}", random.Random(number)) for number in incidents]
    return Assembled(
        seq=incidents.stop,
        articles=tuple(article for one in made for article in one.articles),
        incidents=tuple(one.incidents[0] for one in made),
        events=tuple(event for one in made for event in one.events),
        claims=tuple(claim for one in made for claim in one.claims),
    )


def _incident(name: str, rng: random.Random) -> Assembled:
    articles = tuple(Article(f"{name}-article-{n}", QUOTE, QUOTE, "The Post", date(2025, 5, 1)) for n in range(2))
    ids = [breach_id(name), *(f"{name}-event-{number}" for number in range(1, SIZE))]
    events = tuple(_event(identifier, name, number, articles[0]) for number, identifier in enumerate(ids))
    claims = tuple(_claim(f"{name}-claim-{n}", ids[rng.randrange(n)], ids[n], articles, rng) for n in range(1, SIZE))
    claims += (_claim(f"{name}-claim-0", ids[-1], ids[1], articles, rng),)  # a cycle now and then
    told = tuple(article.id for article in articles)
    incident = Incident(name, name, name, "data_breach", date(2025, 5, 1), None, (), told)
    return Assembled(0, articles, (incident,), events, claims)


def _event(identifier: str, incident: str, number: int, article: Article) -> EventNode:
    kind, type_ = ("impact", "income_falls") if number % 3 else ("event", "orders_fall")
    kind, type_ = ("breach", "data_breach") if number == 0 else (kind, type_)
    group, effect = ("driver", "harm") if kind == "impact" else (None, None)
    mention = EventMention(article.id, Span(number, number + 10, QUOTE[:10]))
    return EventNode(identifier, incident, kind, type_, group, effect, "orders fell", (mention,))


def _claim(identifier: str, cause: str, effect: str, articles: tuple[Article, ...], rng: random.Random) -> Claim:
    span = Span(0, len(QUOTE), QUOTE)
    told = tuple(
        Witness(one.id, span, None, f"Speaker {rng.randrange(10_000)}", "asserted", "rule", 0.9, False, one.id)
        for one in articles
    )
    return Claim(identifier, cause, effect, "causes", False, rng.uniform(0.1, 0.9), "asserted", 2, told)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a block took, and the process's peak memory so far."""
    start = time.perf_counter()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<40}{time.perf_counter() - start:10.2f} s   peak {peak:.0f} MiB", flush=True)


def into_ladybug(whole: Assembled) -> None:
    """Build the embedded engine's file."""
    with (
        tempfile.TemporaryDirectory() as folder,
        timed("embedded engine, built"),
        ladybug.Builder(Path(folder) / "graph.lbug") as rows,
    ):
        rows.add(parts(whole))
        rows.build()


def into_neo4j(whole: Assembled, url: str, last: range) -> None:
    """Fill a database, compare it, and change what one incident tells."""
    before, empty = graph(last), Stamp()
    after = Assembled(last.stop + 1, before.articles, before.incidents, before.events[:-1], before.claims[:-2])
    with neo4j.connected(neo4j.Address.parse(url)) as database:
        database.write(database.stamp(), empty, parts(Assembled(0)))
        with timed("Neo4j, filled"):
            database.write(database.stamp(), empty, parts(whole))
        with timed("Neo4j, compared with all that is there"):
            database.write(database.stamp(), empty, parts(whole))
        with timed("Neo4j, one incident changed"):
            database.write(database.stamp(), empty, parts(after), parts(before))


def main() -> None:
    """Print a row for each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=20_000)
    parser.add_argument("--neo4j", metavar="URL")
    given = parser.parse_args()
    incidents = max(1, given.links // SIZE)
    whole = graph(range(incidents))
    with timed("rows made"):
        print(sum(len(part.rows) for part in parts(whole)), "rows")
    into_ladybug(whole)
    if given.neo4j:
        into_neo4j(whole, given.neo4j, range(incidents - 1, incidents))


if __name__ == "__main__":
    main()

"""In: how often to kill. Out: whether a store loses anything when it is killed while it writes and projects.

A process ingests made-up extractions, corrections and retractions into a store and projects it, and says what it has
had acknowledged; it is killed (SIGKILL) at a random moment, and the next one goes on in the same store. After each kill
the ledger is opened, and every so often the projections are brought up to date, and compared with a rebuild in a folder
of their own.

    python -m benchmarks.killing --times 200 [--ledger postgresql://...]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from graph.doctor import examine
from graph.ledger import Ledger
from graph.projector import bring_up
from graph.stores import manifest, oxigraph
from graph.stores.snapshots import open_snapshot
from ontology.records import Article, CausalLink, Event, Evidence, Extraction, IncidentReference, Organisation, Span

ROOT = Path(__file__).parents[1]
ARTICLES = 40  # ids that are written to, again and again
# Forked off a process that has imported all of this, for that takes a second.
PROCESSES = multiprocessing.get_context("forkserver")
FIRMS = ("Acme", "Bolt", "Carbo", "Delta")


@dataclass
class Tally:
    """What was seen over all kills."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    killed_while_writing: int = 0
    killed_while_projecting: int = 0
    rebuilds: int = 0
    unequal: int = 0
    unsound: int = 0
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """Whether nothing was lost and every projection was equal."""
        return not (self.lost or self.unequal or self.unsound)


def story(article: str, firm: str, version: int) -> Extraction:
    """Make an extraction of three events and two links, without a model."""
    words = ("the breach", f"orders fell {version}", "jobs were lost")
    text = f"{firm} {article}: {words[0]} and so {words[1]} and so {words[2]}."
    spans = [Span(text.index(each), text.index(each) + len(each), each) for each in words]
    evidence = Evidence(Span(0, len(text), text), None, "made.up", 0.9)
    kinds = (("breach", "data_breach", None), ("event", "orders_fall", None), ("impact", "jobs_lost", "driver"))
    events = tuple(
        Event(f"E{place}", kind, name, (span,), group, None if group is None else "harm")
        for place, ((kind, name, group), span) in enumerate(zip(kinds, spans, strict=True))
    )
    links = tuple(
        CausalLink(f"E{place}", f"E{place + 1}", "causes", False, "asserted", None, False, evidence) for place in (0, 1)
    )
    return Extraction(
        article=Article(article, text, publisher="Daily"),
        extractor="made up",
        events=events,
        links=links,
        organisations=(Organisation(firm, (), breached=True),),
        breach="E0",
        incident=IncidentReference(firm, "data_breach", None),
    )


def work(folder: Path, place: str | None, seed: int, said: Path) -> None:
    """Write and project until killed, and say so line by line."""
    chance = random.Random(seed)
    with _ledger(folder, place) as ledger, said.open("a", buffering=1) as out:
        while True:
            for _ in range(chance.randrange(1, 20)):
                out.write("writing\n")
                article = f"a{chance.randrange(ARTICLES)}"
                if chance.random() >= 0.2:
                    ledger.add(story(article, chance.choice(FIRMS), chance.randrange(10**9)))
                    out.write(f"added {article} {ledger.seq}\n")
                elif ledger.retract(article, "made up"):
                    out.write(f"retracted {article} {ledger.seq}\n")
            out.write("projecting\n")
            bring_up(ledger, folder, cypher=chance.random() < 0.2)
            out.write("projected\n")


def _ledger(folder: Path, place: str | None) -> Ledger:
    return Ledger(place or folder / "ledger.sqlite")


def kill(times: int, folder: Path, place: str | None = None, every: int = 10, seed: int = 1) -> Tally:
    """Kill a worker so many times, and look after each kill what has become of the store.

    Args:
        times: How often.
        folder: The store.
        place: The URL of its ledger, None for the file in the folder.
        every: After how many kills the projections are compared with a rebuild.
        seed: Of the random moments.
    """
    chance, tally, started = random.Random(seed), Tally(), time.monotonic()
    for number in range(1, times + 1):
        lines = _killed(folder, place, seed * 1_000_000 + number, chance.uniform(0.0, 1.0))
        tally.kills += 1
        _look(folder, place, lines, tally)
        if number % every == 0 or number == times:
            _compare(folder, place, tally)
    tally.seconds = round(time.monotonic() - started, 1)
    return tally


def _killed(folder: Path, place: str | None, seed: int, delay: float) -> list[list[str]]:
    """Run a worker, kill it a while after its first line, and give the lines that it could say."""
    said = folder / "said"
    said.write_text("")
    worker = PROCESSES.Process(target=work, args=(folder, place, seed, said))
    worker.start()
    while not said.stat().st_size and worker.is_alive():
        time.sleep(0.002)
    time.sleep(delay)
    worker.kill()
    worker.join()
    worker.close()
    return [line.split() for line in said.read_text().splitlines(keepends=True) if line.endswith("\n")]


def _look(folder: Path, place: str | None, lines: list[list[str]], tally: Tally) -> None:
    """Check that all that was acknowledged is in the ledger."""
    last = lines[-1][0] if lines else "starting"
    tally.killed_while_writing += last in ("writing", "added", "retracted")
    tally.killed_while_projecting += last == "projecting"
    told = [(line[0], line[1], int(line[2])) for line in lines if line[0] in ("added", "retracted")]
    tally.acknowledged += len(told)
    with _ledger(folder, place) as ledger:
        for what, article, seq in told:
            there = [one.article.id for one in ledger.read([article], seq)]
            tally.lost += there != ([article] if what == "added" else [])


def _compare(folder: Path, place: str | None, tally: Tally) -> None:
    """Bring the projections up to date, and compare them with what a new store makes of the same ledger."""
    with _ledger(folder, place) as ledger, tempfile.TemporaryDirectory() as fresh:
        shown = bring_up(ledger, folder, cypher=True)
        tally.unsound += len(examine(ledger, folder))
        rebuilt = bring_up(ledger, Path(fresh), cypher=False)
        tally.rebuilds += 1
        tally.unequal += _quads(folder, shown) != _quads(Path(fresh), rebuilt) or shown.cypher_seq != shown.seq


def _quads(folder: Path, shown: manifest.Manifest) -> set[object]:
    return set(oxigraph.quads(open_snapshot(folder / shown.rdf)))


def main() -> None:
    """Read the command line, and print the tally as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--ledger", help="the URL of a ledger without anything in it; a file by default")
    given = parser.parse_args()
    PROCESSES.set_forkserver_preload(["graph.projector"])
    with tempfile.TemporaryDirectory() as folder:
        tally = kill(given.times, Path(folder), given.ledger)
    sys.stdout.write(json.dumps(asdict(tally), indent=1) + "\n")
    if not tally.sound:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

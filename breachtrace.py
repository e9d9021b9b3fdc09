"""In: article files. Out: a store that can be asked. The whole flow on one page: read, extract, keep, assemble, trace.

>>> from breachtrace import Store
>>> with Store("store") as store:  # doctest: +SKIP
...     outcomes = list(store.ingest(["articles/"]))
...     found = store.trace("Coupang")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from math import inf
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from extract.errors import ExtractError
from extract.files import article_files, read_articles
from extract.reader import parse_article, read_article
from graph.arithmetic import Contradiction, contradictions
from graph.assembled import Assembled, Claim, EventNode, Figure, Incident, Witness
from graph.check import check
from graph.connectivity import counted
from graph.curation import Curation
from graph.current import assemble_ledger
from graph.deciding import decide, retract
from graph.doctor import Finding, examine
from graph.errors import GraphError
from graph.export import export
from graph.following import follow_neo4j, follow_sparql
from graph.incidents import find_incident
from graph.ledger import Decision, Failure, Ledger, State
from graph.projector import brought_up, discard
from graph.reconcile import Reconciled, reconcile
from graph.reviews import Review, note_review
from graph.stores import neo4j, oxigraph, sparql
from graph.stores.errors import StoreError
from graph.stores.manifest import Manifest
from graph.stores.query import Answer, Language, Limits, query
from graph.trace import Path as CausalPath
from graph.trace import Trace, Tracer
from graph.validate import Violation, validate_store
from graph.verdicts import Checked, Verdict
from ontology.errors import OntologyError
from ontology.plain import printable
from ontology.records import Article, Extraction

__all__ = [
    "Answer",
    "Article",
    "Assembled",
    "CausalPath",
    "Checked",
    "Claim",
    "Decision",
    "EventNode",
    "Extraction",
    "Figure",
    "Finding",
    "Incident",
    "Outcome",
    "Reconciled",
    "Review",
    "Store",
    "Trace",
    "Verdict",
    "Violation",
    "Witness",
    "article_files",
    "extract",
    "parse_article",
    "read_article",
    "read_articles",
]

ERRORS: Final = (ExtractError, GraphError, OntologyError, StoreError)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: `added`, `updated`, `unchanged`, `retracted` (withdrawn before) or `failed`.

    `updated` is a new version of an article that goes by the same id, or the same one read by a newer extractor.
    """

    path: Path
    status: str
    article: str | None = None
    problem: str | None = None
    extraction: Extraction | None = None


def extract(article: Article, model: str | None = None) -> Extraction:
    """Read one article with the shipped pipeline, or with an installed spaCy pipeline by its name."""
    return _pipeline(model)[1](article)


def _pipeline(model: str | None) -> tuple[str, Callable[[Article], Extraction]]:
    from extract import pipeline  # spaCy takes seconds to import; what only asks a store does without

    return pipeline.reader(model)


class Store:
    """A folder with a ledger, the truth, and the projections that are made from it and may be deleted at any time.

    Args:
        folder: Where it is.
        model: The spaCy pipeline to read with; None for the shipped one. It is loaded when the first article is read.
        create: Whether to make the folder and the ledger where they are missing.
        ledger: The ledger, where it is not in the folder: `postgresql://user@host:port/database`, for many writers.
        reader: Gives the name of what reads and the reading itself; None for the pipeline, in this process.

    Raises:
        LedgerError: There is no ledger and none is to be made, or it cannot be opened.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        model: str | None = None,
        create: bool = True,
        ledger: Path | str | None = None,
        reader: Callable[[], tuple[str, Callable[[Article], Extraction]]] | None = None,
    ) -> None:
        self.folder = Path(folder)
        if create or ledger is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        self._load = reader or partial(_pipeline, model)
        self._assembled: Assembled | None = None
        self._tracer: Tracer | None = None
        self._ledger = Ledger(self.folder / "ledger.sqlite" if ledger is None else ledger, create=create)

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Close the ledger."""
        self.close()

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()

    @cached_property
    def _reader(self) -> tuple[str, Callable[[Article], Extraction]]:
        """The name of what reads, and the reading itself; loaded at the first article, for spaCy takes seconds."""
        return self._load()

    def load(self) -> str:
        """Load what reads articles, which takes seconds and is else done at the first one; return its name."""
        return self._reader[0]

    def remember(self, graph: Assembled | None) -> None:
        """Take a graph of this ledger that is assembled already, or forget the one that was."""
        self._assembled = graph

    @property
    def seq(self) -> int:
        """The number of the ledger's last entry."""
        return self._ledger.seq

    def mark(self, seq: int) -> str:
        """Name the ledger as it was at a `seq`: another ledger, or this one set back and gone on with, has another."""
        return self._ledger.mark(seq)

    def ingest(self, paths: Iterable[Path | str]) -> Iterator[Outcome]:
        """Read files and folders into the ledger, one outcome each, in order; each is on the disk when it is yielded.

        What fails is told and noted, the rest goes on. Stopping in between keeps what was yielded. Call `project`
        afterwards, or let the first question do it.
        """
        known = {failure.subject: failure.why for failure in self._ledger.failures()}
        for path, read in read_articles(article_files(paths)):
            subject = printable(str(path))
            try:
                if not isinstance(read, Article):
                    raise read
                outcome = self.add(read, path)
                if subject in known:
                    self._ledger.mend(subject)
            except ERRORS as error:
                outcome = Outcome(path, "failed", problem=printable(str(error)))
                if known.get(subject) != outcome.problem:
                    self._ledger.fail(subject, printable(str(error)))
            yield outcome

    def add(self, article: Article, path: Path | None = None) -> Outcome:
        """Read one article into the ledger; `path` is where it came from, if from a file.

        Raises:
            ExtractError: The pipeline cannot be loaded.
            LedgerError: It cannot be written.
        """
        path = path or Path(article.id)
        extractor, read = self._reader
        before = self._ledger.state(article, extractor)
        if before in (State.CURRENT, State.RETRACTED):
            return Outcome(path, "unchanged" if before is State.CURRENT else "retracted", article.id)
        known = any(self._ledger.read([article.id]))
        extraction = read(article)
        self._ledger.add(extraction)
        return Outcome(path, "updated" if known else "added", article.id, extraction=extraction)

    def fail(self, article: str, why: str) -> None:
        """Note that an article could not be read."""
        self._ledger.fail(article, why)

    def failures(self) -> list[Failure]:
        """List what could not be read, and was not since: files by path, articles that were sent over HTTP by id."""
        return list(self._ledger.failures())

    def extractions(self) -> Iterator[Extraction]:
        """Yield the current extraction of every article, by article id."""
        return self._ledger.current()

    def graph(self) -> Assembled:
        """Assemble the graph of all current articles; once for each `seq`, however often it is asked for."""
        seq = self.seq
        if self._assembled is None or self._assembled.seq != seq:
            self._assembled = assemble_ledger(self._ledger, seq)
        return self._assembled

    def project(self, *, cypher: bool = True) -> Manifest:
        """Bring the projections up to the ledger's `seq`; what is current already is not written again.

        Args:
            cypher: Whether the embedded Cypher engine's file is to be made as well, which takes the whole graph.

        Raises:
            StoreBusyError: Another process has been projecting into the store for a minute.
        """
        return brought_up(self._ledger, self.folder, cypher=cypher)

    def project_neo4j(self, url: str) -> neo4j.Written:
        """Bring a Neo4j database up to the ledger's `seq`; only what differs is written. See `docs/queries.md`.

        Raises:
            RemoteError: The server cannot be reached, does not let us in, or fails.
            StoreBusyError: Another process is writing to the same database.
            ExtraMissingError: The driver is not installed.
        """
        return follow_neo4j(self._ledger, neo4j.Address.parse(url), self.folder)

    def project_sparql(self, url: str) -> oxigraph.Written:
        """Bring a SPARQL 1.1 server up to the ledger's `seq`; only what differs is written. See `docs/queries.md`.

        Raises:
            RemoteError: The server cannot be reached, does not let us in, or fails.
            StoreBusyError: Another process is writing to the same server.
        """
        return follow_sparql(self._ledger, sparql.Address.parse(url), self.folder)

    def trace(self, start: str, to: str | None = None, k: int = 1, **asked: Any) -> Trace:
        """Find the k most believed causal paths from an incident (name, alias, id) or event (id) to each livelihood.

        `to` names a group, an event by its id, or `*` for every event instead; `asked` is what else `graph.question`
        takes, such as `back`, `min_belief` and `as_of`: see `docs/tracing.md`.

        Raises:
            IncidentError: No incident goes by that name, or several do.
            TraceError: What is to be reached is not there, or a number or code is out of its range.
        """
        if self._tracer is None or self._tracer.assembled is not self.graph():
            self._tracer = Tracer(self.graph())
        return self._tracer.ask(start, to=to, k=k, **asked)

    def figures(self, incident: str, as_of: date | None = None) -> tuple[Reconciled, ...]:
        """Compare all figures on an incident, measure by measure, the current one of each first.

        Args:
            incident: Its name, an alias, or its id.
            as_of: Count only what was published by this day.

        Raises:
            IncidentError: No incident goes by that name, or several do.
        """
        graph = self.graph()
        return reconcile(graph, self.incident(incident).id, as_of, Curation.read(graph.decisions).recommended)

    def check(
        self,
        text: str,
        incident: str | None = None,
        as_of: date | None = None,
        graph: Assembled | None = None,
        seconds: float = inf,
    ) -> Checked:
        """Check every figure and causal statement of a text against what is on record; see `docs/checking.md`.

        Args:
            text: A sentence or more.
            incident: What all of it is about: a name, an alias or an id; None to go by the firms that it names.
            as_of: Answer from what was published by this day.
            graph: The graph to answer from; None for the newest.
            seconds: How long comparing what was read may take.

        Raises:
            IncidentError: No incident goes by that name, or several do.
            CheckLimitError: It took longer.
        """
        known = graph or self.graph()
        meant = None if incident is None else find_incident(known, incident)
        return check(self._reader[1](Article("checked-text", text)), known, meant, as_of, seconds)

    def contradictions(self) -> tuple[Contradiction, ...]:
        """List the percentages that contradict the amounts of their own sentences."""
        return contradictions(self.graph())

    def incident(self, name: str) -> Incident:
        """Find an incident by its name, an alias or its id.

        Raises:
            IncidentError: No incident goes by that name, or several do.
        """
        return find_incident(self.graph(), name)

    def query(
        self,
        text: str,
        language: Language = "sparql",
        parameters: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> Answer:
        """Ask the projections in SPARQL 1.1 or Cypher, read-only, in a worker process with limits.

        Raises:
            StoreError: The query is refused, not understood, or ran into a limit; or the projection cannot be read.
        """
        self.project(cypher=language == "cypher")
        return query(self.folder, text, language, parameters, limits)

    def curate(
        self, verb: str, subject: str, others: Sequence[str] = (), *, by: str, why: str | None = None
    ) -> Decision:
        """Note a curator's decision; see `graph.deciding.decide` for the verbs and what each of them takes.

        Raises:
            CurationError: An id is unknown, or the parts do not go together.
        """
        return decide(self._ledger, self.graph(), verb, subject, others, by, why)

    def review(self, review: Review, *, by: str, graph: Assembled | None = None) -> Decision:
        """Note what somebody published on a claim or figure; `graph` is the one to look it up in, None for the newest.

        Raises:
            CurationError: No claim or figure has the id, or the review lacks something.
        """
        return note_review(self._ledger, graph or self.graph(), review, by)

    def decisions(self) -> list[Decision]:
        """List the curators' decisions, oldest first; those that were undone as well."""
        return list(self._ledger.decisions())

    def retract(self, article: str, why: str = "") -> bool:
        """Withdraw an article by its id; False where it was withdrawn before.

        Raises:
            CurationError: The store holds no such article.
        """
        return retract(self._ledger, article, why)

    def export(self, form: str, target: Path | IO[bytes]) -> None:
        """Write the graph as turtle, trig, nquads, jsonld, graphml or csv to a file, whole or not at all.

        Raises:
            ExportError: The format is unknown, or the file cannot be written.
        """
        export(self.graph(), self.extractions(), form, target)

    def validate(self) -> list[Violation]:
        """Hold all that is projected against the SHACL shapes; empty where it conforms.

        Raises:
            ExtraMissingError: pyshacl is not installed.
        """
        self.project(cypher=False)
        return validate_store(self.folder)

    def doctor(self, *, mend: bool = False) -> list[Finding]:
        """Check the ledger and the projections; empty where all is sound.

        Args:
            mend: Make broken projections again and tell what is still wrong; not where the ledger itself is broken.
        """
        found = examine(self._ledger, self.folder)
        if not mend or not found or not all(finding.mendable for finding in found):
            return found
        discard(self.folder)
        self.project()
        return examine(self._ledger, self.folder)

    def stats(self) -> dict[str, float]:
        """Count what the store holds, and how well it hangs together; see `graph.connectivity`."""
        return counted(self.graph())

"""In: a store, a query and its parameters. Out: rows, from a worker process that cannot write and is killed in time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from graph import rdf
from graph.stores import cypher_values, guard, manifest
from graph.stores.errors import ExtraMissingError
from graph.stores.process import Worker

Language = Literal["sparql", "cypher"]
Value = str | int | float | bool


class Iri(str):
    """A parameter's value that stands for a resource in SPARQL, not for its letters."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use up: seconds of wall clock, rows (more are cut off), bytes of memory and of its answer."""

    seconds: float = 10.0
    rows: int = 10_000
    memory: int = 1 << 30
    size: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Question:
    """A query as a worker is asked it.

    Attributes:
        text: One statement that only reads.
        language: `sparql` or `cypher`.
        parameters: Values by name; an `Iri` stands for a resource in SPARQL, any other for a literal.
        form: What the answer is written as; see `graph.stores.answering`.
        default_graphs: The graphs that a SPARQL query sees as one. None, for both: what the query names by FROM, or
            else the assembled graph and the vocabularies.
        named_graphs: The graphs that it reaches by GRAPH; a query whose default graphs are given reaches no others.
    """

    text: str
    language: Language = "sparql"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    form: str = "rows"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None

    def check(self) -> None:
        """Look whether it only reads, and only what is in the store.

        Raises:
            QueryRefusedError: The statement would write, or reach outside the store.
            QueryInvalidError: It is no statement.
        """
        if self.language == "cypher":
            guard.check_cypher(self.text)
            return
        guard.check_sparql(self.text)
        guard.check_graphs((*(self.default_graphs or ()), *(self.named_graphs or ())))

    def task(self, path: Path, limits: Limits) -> dict[str, Any]:
        """Write it down for a worker."""
        default, named = self._dataset()
        return {
            "path": str(path),
            "text": self.text,
            "form": self.form,
            "default_graph": default,
            "named_graphs": named,
            "parameters": {name: _parameter(value) for name, value in self.parameters.items()},
            "rows": limits.rows,
            "memory": limits.memory,
            "seconds": limits.seconds,
            "size": limits.size,
        }

    def _dataset(self) -> tuple[list[str] | None, list[str] | None]:
        """Give the default and the named graphs; None leaves it to the query, or to all that is there."""
        if self.language == "cypher":
            return None, None
        if self.default_graphs is not None or self.named_graphs is not None:
            return list(self.default_graphs or ()), list(self.named_graphs or ())
        return (None if guard.names_graphs(self.text) else [graph.value for graph in rdf.DEFAULT_GRAPHS]), None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in the form that was asked for, the `seq` of the ledger that it shows, and whether rows are missing.

    `count` is how many rows or triples are in it, None where the engine did not say.
    """

    body: bytes
    truncated: bool
    count: int | None
    seq: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query and the `seq` of the ledger that they show.

    SELECT gives its variables as columns and plain Python values (IRIs as strings, None where unbound), ASK the column
    `ask`, CONSTRUCT `subject`, `predicate`, `object` in N-Triples' notation. `truncated` says that rows are missing.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    seq: int


def query(
    store: Path,
    text: str,
    language: Language = "sparql",
    parameters: Mapping[str, Value] | None = None,
    limits: Limits | None = None,
) -> Answer:
    """Ask a store in SPARQL 1.1 or Cypher; `$name` in the text stands for the parameter of that name.

    A SPARQL query without FROM sees the assembled graph and the vocabularies; `GRAPH ?g {...}` reaches what was read
    out of each article.

    Args:
        store: The store's directory.
        text: One statement that only reads.
        language: `sparql` or `cypher`.
        parameters: Values by name; an `Iri` stands for a resource in SPARQL, any other for a literal.
        limits: What the query may use up; `Limits()` if not given.

    Raises:
        QueryRefusedError: The statement would write, or reach outside the store.
        QueryInvalidError: The engine does not understand it.
        QueryTimeoutError: It ran into its time or memory limit.
        StoreMissingError: Nothing has been projected yet.
        ExtraMissingError: The engine for Cypher is not installed.
    """
    question = Question(text, language, parameters or {})
    question.check()
    with projection(store, language) as (path, seq), Worker(language) as worker:
        header, body = worker.ask(question.task(path, limits or Limits()))
    found = json.loads(body)
    return Answer(tuple(found["columns"]), tuple(map(tuple, found["rows"])), bool(header["truncated"]), seq)


@contextmanager
def projection(store: Path, language: Language) -> Iterator[tuple[Path, int]]:
    """Hold what a language asks, and the `seq` that it shows, so that it stays until the block ends.

    Raises:
        StoreMissingError: Nothing has been projected yet.
        ExtraMissingError: There is nothing for Cypher.
    """
    with manifest.snapshot(store) as snapshot:
        path = snapshot.rdf if language == "sparql" else snapshot.cypher
        if path is None:
            raise ExtraMissingError("a Cypher query", "cypher")
        seq = snapshot.seq if language == "sparql" or snapshot.cypher_seq is None else snapshot.cypher_seq
        yield path, seq


def _parameter(value: Any) -> tuple[str, Any]:
    """Give a parameter and how the worker is to read it; what JSON has no form for goes with its type."""
    if isinstance(value, str | int | float):
        return "iri" if isinstance(value, Iri) else "literal", value
    return "typed", cypher_values.typed(value)

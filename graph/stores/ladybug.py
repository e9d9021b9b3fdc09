"""In: the assembled graph. Out: one file of the embedded Cypher engine, and answers from it, opened read-only.

Evidence, belief and claim ids stand on the `CAUSAL` relationship, so that a path search never runs through articles.
Incidents and events have the ids that they have in RDF, without the namespace; groups and articles have their codes.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from graph.assembled import Assembled, Claim
from graph.stores.errors import ExtraMissingError, StoreMissingError
from graph.stores.files import remove
from ontology import terms

# One statement for each table; a change here changes the digest of a projection, and so rebuilds it.
SCHEMA: Final = (
    "CREATE NODE TABLE Incident(id STRING PRIMARY KEY, label STRING, organisation STRING, kind STRING, "
    "first_day STRING, last_day STRING, aliases STRING[])",
    "CREATE NODE TABLE Event(id STRING PRIMARY KEY, label STRING, incident STRING, kind STRING, type STRING, "
    "group_code STRING, effect STRING, n_mentions INT64)",
    "CREATE NODE TABLE LivelihoodGroup(id STRING PRIMARY KEY, is_livelihood BOOLEAN)",
    "CREATE NODE TABLE Article(id STRING PRIMARY KEY, title STRING, publisher STRING, published STRING, url STRING)",
    "CREATE REL TABLE CAUSAL(FROM Event TO Event, relation STRING, belief DOUBLE, hedge STRING, polarity STRING, "
    "n_origins INT64, claim_ids STRING[], article_ids STRING[], quotes STRING[])",
    "CREATE REL TABLE IN_INCIDENT(FROM Event TO Incident)",
    "CREATE REL TABLE FALLS_ON(FROM Event TO LivelihoodGroup)",
    "CREATE REL TABLE ABOUT(FROM Article TO Incident)",
)
_BATCH: Final = 5_000
_POOL: Final = 256 << 20
_PAGES: Final = 256 << 20  # the least address space that an open file is given

Row = dict[str, Any]


def available() -> bool:
    """Tell whether the engine is installed."""
    return importlib.util.find_spec("ladybug") is not None


def build(assembled: Assembled, target: Path) -> None:
    """Write the assembled graph to a new file; one that stands there already is replaced.

    Raises:
        ExtraMissingError: The engine is not installed.
    """
    remove(target)
    with _connection(target, read_only=False) as connection:
        for statement in SCHEMA:
            connection.execute(statement)
        for table, rows in _nodes(assembled):
            _insert_nodes(connection, table, rows)
        for table, ends, rows in _relations(assembled):
            _insert_relations(connection, table, ends, rows)


def answer(
    path: Path, text: str, parameters: Mapping[str, Any], opened: Callable[[], None] = lambda: None
) -> tuple[list[str], Iterator[list[Any]]]:
    """Run one statement, read-only. Rows come one by one, and the file is closed after the last.

    Args:
        path: The file.
        text: The statement.
        parameters: Its parameters by name.
        opened: Called when the file is open, before the statement runs.

    Raises:
        StoreMissingError: The file is not there or is broken.
        ExtraMissingError: The engine is not installed.
    """
    rows = _rows(path, text, parameters, opened)
    return next(rows), rows


def count_events(path: Path) -> int:
    """Count the events in a file, by which the projector tells whether it can be read at all.

    Raises:
        StoreMissingError: The file is not there or is broken.
    """
    _, rows = answer(path, "MATCH (e:Event) RETURN count(e)", {})
    return int(next(rows)[0])


def address_space(path: Path) -> int:
    """Give how many bytes of address space an open file takes: a power of two over its size, and the buffer pool."""
    size = path.stat().st_size if path.exists() else 0
    return max(_PAGES, 1 << (2 * size).bit_length()) + _POOL


def _nodes(assembled: Assembled) -> Iterator[tuple[str, list[Row]]]:
    yield (
        "Incident",
        [
            {
                **_pick(incident, "id", "label", "organisation", "kind"),
                "first_day": _text(incident.first_day),
                "last_day": _text(incident.last_day),
                "aliases": list(incident.aliases),
            }
            for incident in assembled.incidents
        ],
    )
    yield (
        "Event",
        [
            {
                **_pick(event, "id", "label", "incident", "kind", "type", "effect"),
                "group_code": event.group,
                "n_mentions": len(event.mentions),
            }
            for event in assembled.events
        ],
    )
    codes = sorted({event.group for event in assembled.events if event.group is not None})
    yield "LivelihoodGroup", [{"id": code, "is_livelihood": code not in terms.NOT_LIVELIHOODS} for code in codes]
    yield (
        "Article",
        [
            {**_pick(article, "id", "title", "publisher", "url"), "published": _text(article.published)}
            for article in assembled.articles
        ],
    )


def _relations(assembled: Assembled) -> Iterator[tuple[str, tuple[str, str], list[Row]]]:
    yield "CAUSAL", ("Event", "Event"), [_causal(claim) for claim in assembled.claims]
    events = assembled.events
    yield "IN_INCIDENT", ("Event", "Incident"), [{"a": event.id, "b": event.incident} for event in events]
    yield "FALLS_ON", ("Event", "LivelihoodGroup"), [{"a": e.id, "b": e.group} for e in events if e.group is not None]
    about = [{"a": article, "b": incident.id} for incident in assembled.incidents for article in incident.articles]
    yield "ABOUT", ("Article", "Incident"), about


def _causal(claim: Claim) -> Row:
    return {
        "a": claim.cause,
        "b": claim.effect,
        **_pick(claim, "relation", "belief", "hedge"),
        "polarity": "negative" if claim.negated else "positive",
        "n_origins": claim.origins,
        "claim_ids": [claim.id],
        "article_ids": sorted({witness.article for witness in claim.witnesses}),
        "quotes": [witness.quote.text for witness in claim.witnesses],
    }


def _insert_nodes(connection: Any, table: str, rows: Sequence[Row]) -> None:
    for batch in _batches(rows):
        fields = ", ".join(f"{name}: r.{name}" for name in batch[0])
        connection.execute(f"UNWIND $rows AS r CREATE (:{table} {{{fields}}})", {"rows": batch})


def _insert_relations(connection: Any, table: str, ends: tuple[str, str], rows: Sequence[Row]) -> None:
    for batch in _batches(rows):
        fields = ", ".join(f"{name}: r.{name}" for name in batch[0] if name not in {"a", "b"})
        match = f"MATCH (a:{ends[0]} {{id: r.a}}), (b:{ends[1]} {{id: r.b}})"
        connection.execute(f"UNWIND $rows AS r {match} CREATE (a)-[:{table} {{{fields}}}]->(b)", {"rows": batch})


def _batches(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def _rows(path: Path, text: str, parameters: Mapping[str, Any], opened: Callable[[], None]) -> Iterator[list[Any]]:
    """Yield the names of the columns, then the rows."""
    if not path.exists():
        raise StoreMissingError(path, "there is no such file")
    with _connection(path, read_only=True) as connection:
        opened()
        result = connection.execute(text, dict(parameters))
        yield result.get_column_names()
        while result.has_next():
            yield result.get_next()


@contextmanager
def _connection(path: Path, *, read_only: bool) -> Iterator[Any]:
    try:
        engine: Any = importlib.import_module("ladybug")
    except ImportError:
        raise ExtraMissingError("the Cypher projection", "cypher") from None
    # A writer does not know how large its file will be, and keeps the engine's own bound.
    bound = {"max_db_size": address_space(path) - _POOL} if read_only else {}
    try:
        database = engine.Database(str(path), read_only=read_only, buffer_pool_size=_POOL, max_num_threads=2, **bound)
    except RuntimeError as error:
        raise StoreMissingError(path, f"it cannot be opened ({error})") from error
    with database, engine.Connection(database) as connection:
        yield connection


def _pick(record: Any, *names: str) -> Row:
    return {name: getattr(record, name) for name in names}


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)

"""In: the assembled graph and the extractions behind it. Out: a file in one of six formats, whole or not at all.

`turtle` and `jsonld` hold the assembled graph, `trig` and `nquads` all named graphs, `graphml` events as nodes and
causal claims as edges, `csv` one row for each witness of a claim. The same graph gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final, get_args
from typing import Literal as OneOf

import networkx as nx
import pyoxigraph as ox

from graph import rdf
from graph.assembled import Assembled, Claim, EventNode, Witness
from graph.stores.errors import ExportError
from graph.stores.files import replacing
from ontology import iris
from ontology.records import Extraction

Format = OneOf["turtle", "trig", "nquads", "jsonld", "graphml", "csv"]
FORMATS: Final[tuple[str, ...]] = get_args(Format)

_RDF: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_EVENT: Final = ("id", "label", "kind", "type", "group", "effect")
_CLAIM: Final = ("id", "relation", "negated", "belief", "hedge", "origins")
_WITNESS: Final = ("article", "speaker", "hedge", "implied", "confidence", "rule", "origin")

Row = dict[str, Any]


def export(assembled: Assembled, extractions: Iterable[Extraction], format_: str, target: Path | IO[bytes]) -> None:
    """Write the graph to a file, which is replaced only when all is written, or to an open binary stream.

    Args:
        assembled: The graph at one `seq` of the ledger.
        extractions: The current extraction of every article, from the same `seq`; used for `trig` and `nquads` alone.
        format_: One of `FORMATS`.
        target: A path, or a stream such as `sys.stdout.buffer`, which stays open.

    Raises:
        ExportError: The format is unknown, or the file cannot be written.
    """
    if format_ not in FORMATS:
        raise ExportError(f"no format is named {format_!r}; there are {', '.join(FORMATS)}")
    write = _writer(format_, assembled, extractions)
    if not isinstance(target, Path):
        write(target)
        return
    try:
        with target.open("wb") if _is_device(target) else replacing(target) as file:
            write(file)
    except OSError as error:
        raise ExportError(f"{target}: cannot be written ({error.strerror or error}); name another file") from error


def to_networkx(assembled: Assembled) -> nx.MultiDiGraph[str]:
    """Give events as nodes and causal claims as edges, keyed by the claim's id; what is not known is left out."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(seq=assembled.seq)
    for event in assembled.events:
        graph.add_node(event.id, **_known({**_pick(event, _EVENT[1:]), "incident": event.incident}))
    for claim in assembled.claims:
        quotes = "\n".join(witness.quote.text for witness in claim.witnesses)
        articles = " ".join(sorted({witness.article for witness in claim.witnesses}))
        edge = {**_pick(claim, _CLAIM[1:]), "articles": articles, "quotes": quotes}
        graph.add_edge(claim.cause, claim.effect, key=claim.id, **_known(edge))
    return graph


def _writer(format_: str, assembled: Assembled, extractions: Iterable[Extraction]) -> Callable[[IO[bytes]], None]:
    if format_ == "csv":
        return lambda file: _write_csv(assembled, file)
    if format_ == "graphml":
        return lambda file: nx.write_graphml(to_networkx(assembled), file, named_key_ids=True)
    return lambda file: _write_rdf(assembled, extractions, format_, file)


def _write_rdf(assembled: Assembled, extractions: Iterable[Extraction], format_: str, file: IO[bytes]) -> None:
    statements: Sequence[ox.Quad] | Sequence[ox.Triple]
    if format_ in {"trig", "nquads"}:
        statements = sorted(set(rdf.dataset(assembled, extractions)), key=_graph_first)
    else:
        statements = sorted({quad.triple for quad in rdf.assembled_quads(assembled)}, key=str)
    file.write(ox.serialize(statements, format=_RDF[format_], prefixes=iris.PREFIXES) or b"")


def _graph_first(quad: ox.Quad) -> tuple[str, str]:
    return str(quad.graph_name), str(quad.triple)


def _write_csv(assembled: Assembled, file: IO[bytes]) -> None:
    rows = list(_csv_rows(assembled))
    text = io.StringIO(newline="")
    columns = [
        *(f"{end}_{name}" for end in ("cause", "effect") for name in _EVENT),
        *(f"claim_{name}" for name in _CLAIM),
        *("quote", "signal"),
        *(f"witness_{name}" for name in _WITNESS),
    ]
    table = csv.DictWriter(text, columns, restval="")
    table.writeheader()
    table.writerows(rows)
    file.write(text.getvalue().encode("utf-8"))


def _csv_rows(assembled: Assembled) -> Iterator[Row]:
    """Yield a row for each witness of a claim, then one for each event without a claim, as a cause without effect."""
    events = {event.id: event for event in assembled.events}
    loose = set(events)
    for claim in assembled.claims:
        loose -= {claim.cause, claim.effect}
        for witness in claim.witnesses:
            yield _csv_row(claim, witness, events)
    yield from (_prefixed("cause", _pick(events[identifier], _EVENT)) for identifier in sorted(loose))


def _csv_row(claim: Claim, witness: Witness, events: dict[str, EventNode]) -> Row:
    return {
        **_prefixed("cause", _pick(events[claim.cause], _EVENT)),
        **_prefixed("effect", _pick(events[claim.effect], _EVENT)),
        **_prefixed("claim", _pick(claim, _CLAIM)),
        "quote": witness.quote.text,
        "signal": witness.signal.text if witness.signal is not None else "",
        **_prefixed("witness", _pick(witness, _WITNESS)),
    }


def _is_device(target: Path) -> bool:
    """Tell whether a path is something to write into, such as a pipe, and not a file to replace."""
    return target.exists() and not target.is_file() and not target.is_dir()


def _pick(record: object, names: Iterable[str]) -> Row:
    return {name: getattr(record, name) for name in names}


def _prefixed(prefix: str, row: Row) -> Row:
    return {f"{prefix}_{name}": value for name, value in row.items()}


def _known(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}

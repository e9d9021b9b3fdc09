"""In: what a SPARQL service is and may do. Out: its description in RDF.

Source: SPARQL 1.1 Service Description (W3C, 2013); formats by https://www.w3.org/ns/formats/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from graph import rdf
from graph.stores.query import Limits
from ontology.iris import PREFIXES, RDF, RDFS

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}


@dataclass(frozen=True, slots=True)
class Service:
    """What is told of a service: URL, media types that it writes, limits, and the header that tells of a cut."""

    endpoint: str
    forms: tuple[str, ...]
    limits: Limits
    truncated: str


def describe(service: Service, form: str) -> bytes:
    """Write the description of a service in a media type of RDF."""
    media = ox.RdfFormat.from_media_type(form)
    assert media is not None
    written = ox.serialize(_triples(service), format=media, prefixes={"sd": SD, **PREFIXES})
    assert written is not None
    return written


def _triples(service: Service) -> Iterator[ox.Triple]:
    this = ox.BlankNode("service")
    dataset, default = ox.BlankNode("dataset"), ox.BlankNode("default")
    yield ox.Triple(this, _named(RDF + "type"), _named(SD + "Service"))
    yield ox.Triple(this, _named(SD + "endpoint"), _named(service.endpoint))
    yield ox.Triple(this, _named(SD + "supportedLanguage"), _named(SD + "SPARQL11Query"))
    for form in service.forms:
        yield ox.Triple(this, _named(SD + "resultFormat"), _named(f"http://www.w3.org/ns/formats/{_FORMATS[form]}"))
    yield ox.Triple(this, _named(RDFS + "comment"), ox.Literal(_comment(service), language="en"))
    yield ox.Triple(this, _named(SD + "defaultDataset"), dataset)
    yield ox.Triple(dataset, _named(RDF + "type"), _named(SD + "Dataset"))
    yield ox.Triple(dataset, _named(SD + "defaultGraph"), default)
    yield ox.Triple(default, _named(RDF + "type"), _named(SD + "Graph"))
    merged = " and ".join(f"<{graph.value}>" for graph in rdf.DEFAULT_GRAPHS)
    yield ox.Triple(default, _named(RDFS + "comment"), ox.Literal(f"{merged} as one graph.", language="en"))
    for number, graph in enumerate((*rdf.DEFAULT_GRAPHS, rdf.CURATION)):
        named = ox.BlankNode(f"named{number}")
        yield ox.Triple(dataset, _named(SD + "namedGraph"), named)
        yield ox.Triple(named, _named(RDF + "type"), _named(SD + "NamedGraph"))
        yield ox.Triple(named, _named(SD + "name"), graph)


def _comment(service: Service) -> str:
    limits = service.limits
    return (
        f"Read-only. A query may take {limits.seconds:g} s and {limits.memory >> 20} MiB. Of more than {limits.rows}"
        f" rows or triples only so many are given, and the header {service.truncated} says true; page by ORDER BY,"
        " LIMIT and OFFSET. SERVICE is refused. Beside the named graphs that are listed there is one for each article"
        " version."
    )


def _named(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)

"""In: quads, or a store. Out: what in them breaks the ontology's shapes (SHACL), each in one line; none if sound.

All graphs are checked together: what only assembly can say, such as belief, is asked only of what has it in part.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from graph import rdf
from graph.stores import manifest, oxigraph
from graph.stores.errors import ExtraMissingError
from graph.stores.snapshots import open_snapshot
from ontology import files, terms


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One broken constraint: the node that breaks it, the shape that it belongs to, and what is wrong."""

    node: str
    shape: str
    message: str

    def __str__(self) -> str:
        return f"{self.node}: {self.message} [{self.shape}]"


def validate_store(store: Path) -> list[Violation]:
    """Check all that is stored, against the shapes that are shipped.

    Raises:
        StoreMissingError: Nothing has been projected yet.
        ExtraMissingError: pyshacl is not installed.
    """
    with manifest.snapshot(store) as snapshot:
        return validate(list(oxigraph.quads(open_snapshot(snapshot.rdf))))


def validate(quads: Collection[ox.Quad]) -> list[Violation]:
    """Check quads against the shapes that are shipped; violations come sorted by node.

    Raises:
        ExtraMissingError: pyshacl is not installed.
    """
    data = _graph([*quads, *rdf.vocabulary_quads()])
    shapes = rdflib.Graph().parse(data=files.text(files.SHAPES), format="turtle")
    _, report, _ = _pyshacl().validate(data, shacl_graph=shapes, inference="none", inplace=True)
    # Only what the report lists itself: a result may have others below it as its details.
    return sorted({_violation(report, shapes, result) for result in report.objects(predicate=SH.result)})


def _pyshacl() -> Any:
    try:
        return importlib.import_module("pyshacl")
    except ImportError:
        raise ExtraMissingError("validation", "validate") from None


def _graph(quads: Collection[ox.Quad]) -> rdflib.Graph:
    triples = {quad.triple for quad in quads}
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return rdflib.Graph().parse(data=lines.decode("utf-8"), format="nt")


def _violation(report: rdflib.Graph, shapes: rdflib.Graph, result: rdflib.term.Node) -> Violation:
    node = report.value(result, SH.focusNode)
    shape = report.value(result, SH.sourceShape)
    path = report.value(result, SH.resultPath)
    message = report.value(result, SH.resultMessage)
    # A property shape without a name of its own is told by the node shape that it stands in.
    owner = shapes.value(predicate=SH.property, object=shape) if isinstance(shape, rdflib.BNode) else shape
    told = f"{_short(path)}: {message}" if path is not None and not isinstance(path, rdflib.BNode) else str(message)
    return Violation(_short(node), _short(owner), " ".join(told.split()))


def _short(term: rdflib.term.Node | None) -> str:
    return str(term).removeprefix(terms.ID).removeprefix(terms.ONTOLOGY).removeprefix(terms.BASE)

"""In: an open store and the targets that were named. Out: each of them brought up to the ledger, and what was written.

A target is the store's own folder (RDF, and the file of the embedded Cypher engine), or a server by its URL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from breachtrace import Store
from graph.stores.errors import ExtraMissingError


def project_into(store: Store, neo4j: str | None, sparql: str | None, ladybug: bool) -> Iterator[dict[str, Any]]:
    """Bring the targets up to date, the store's own folder where no server is named; one row for each, when it is done.

    Raises:
        StoreError: A target cannot be written, or what it needs is not installed.
    """
    if ladybug or (neo4j is None and sparql is None):
        shown = store.project()
        if ladybug and shown.cypher is None:
            raise ExtraMissingError("the embedded Cypher engine's file", "cypher")
        yield {"target": "store", "seq": shown.seq, "quads": shown.quads, "rdf": shown.rdf, "cypher": shown.cypher}
    if neo4j is not None:
        yield {"target": "neo4j", **asdict(store.project_neo4j(neo4j))}
    if sparql is not None:
        written = store.project_sparql(sparql)
        yield {"target": "sparql", "seq": written.stamp.seq, "statements": written.put, "removed": written.removed}


def told(row: dict[str, Any]) -> str:
    """Say in one line what was written into a target."""
    if row["target"] == "store":
        engine = "RDF and Cypher" if row["cypher"] else "RDF"
        return f"store: seq {row['seq']}, {row['quads']} statements, for {engine}"
    if row["target"] == "sparql":
        return f"sparql: seq {row['seq']}, {row['statements']} statements written, {row['removed']} taken away"
    changed = f"{row['nodes']} nodes and {row['relationships']} relationships written, {row['removed']} taken away"
    return f"{row['target']}: seq {row['seq']}, {changed}"

"""In: the rows of a property graph as they are to be, and digests of those that are there. Out: Cypher that mends that.

Each statement takes a list of `rows`, and does nothing when it is run again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from graph.stores.tables import Part, Row

BATCH: Final = 5_000  # rows in a transaction

Key = tuple[str, ...]
Digests = dict[Key, str]
Step = tuple[str, Sequence[Row]]


def digests(part: Part) -> Digests:
    """Give what tells whether a row is as it was, by what the row is known by."""
    return {_key(row): _digest(part, row) for row in part.rows}


class Plan:
    """What is to be written, counted as it is asked for.

    Args:
        known: Gives what is there of a table; what a part does not have any more is taken away.
    """

    def __init__(self, known: Callable[[Part], Digests]) -> None:
        self.nodes = 0
        self.relationships = 0
        self._known = known

    def steps(self, parts: Iterable[Part]) -> Iterator[Step]:
        """Yield statements with their rows: first what is new or changed, then what is gone, relationships first."""
        gone: list[tuple[Part, list[Row]]] = []
        for part in parts:
            there = dict(self._known(part))
            wanted = ((_key(row), _digest(part, row), row) for row in part.rows)
            fresh = [_written(part, row, digest) for key, digest, row in wanted if there.pop(key, None) != digest]
            if part.ends is None:
                self.nodes += len(fresh)
            else:
                self.relationships += len(fresh)
            yield from _batches(_merge(part), fresh)
            gone.append((Part(part.table, (), part.ends), [_named(part, key) for key in there]))
        for part, rows in reversed(gone):
            yield from _batches(_remove(part), rows)


def transactions(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Gather steps until their rows fill a transaction."""
    gathered: list[Step] = []
    for step in steps:
        if gathered and sum(len(rows) for _, rows in (*gathered, step)) > BATCH:
            yield gathered
            gathered = []
        gathered.append(step)
    if gathered:
        yield gathered


def _batches(text: str, rows: Sequence[Row]) -> Iterator[Step]:
    return ((text, rows[start : start + BATCH]) for start in range(0, len(rows), BATCH))


def _key(row: Row) -> Key:
    return tuple(row[name] for name in ("a", "b", "id") if name in row)


def _digest(part: Part, row: Row) -> str:
    """Hash the columns; a relationship that has none needs no digest."""
    if not part.table.columns:
        return ""
    text = json.dumps([row[name] for name in part.table.columns], default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _written(part: Part, row: Row, digest: str) -> Row:
    columns = {name: row[name] for name in part.table.columns}
    return {**_named(part, _key(row)), "columns": {**columns, "digest": digest} if columns else {}}


def _named(part: Part, key: Key) -> Row:
    return dict(zip(("id",) if part.ends is None else ("a", "b", "id"), key, strict=False))


def _merge(part: Part) -> str:
    if part.ends is None:
        return f"UNWIND $rows AS r MERGE (n:{part.table.name} {{id: r.id}}) SET n = r.columns"
    return f"UNWIND $rows AS r {_between(part)} MERGE (a)-[x:{_kind(part)}]->(b) SET x = r.columns"


def _remove(part: Part) -> str:
    if part.ends is None:
        tied = " WHERE NOT (n)--()" if part.table.shared else ""
        return f"UNWIND $rows AS r MATCH (n:{part.table.name} {{id: r.id}}){tied} DETACH DELETE n"
    return f"UNWIND $rows AS r {_between(part)} MATCH (a)-[x:{_kind(part)}]->(b) DELETE x"


def _between(part: Part) -> str:
    assert part.ends is not None
    return f"MATCH (a:{part.ends[0]} {{id: r.a}}) MATCH (b:{part.ends[1]} {{id: r.b}})"


def _kind(part: Part) -> str:
    return part.table.name + (" {id: r.id}" if "id" in part.table.columns else "")

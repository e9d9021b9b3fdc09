"""How rows get into the embedded Cypher engine's file, and what is done where the engine refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.stores import ladybug, tables
from graph.stores.tables import Part

FULL = "Buffer manager exception: Unable to allocate memory! The buffer pool is full and no memory could be freed!"
GROUPS = [{"id": "driver", "is_livelihood": True}, {"id": "farmer", "is_livelihood": True}]


class Refusing:
    """A connection that refuses some times."""

    def __init__(self, times: int, why: str) -> None:
        self.left, self.why, self.asked = times, why, 0

    def execute(self, _: str) -> None:
        self.asked += 1
        if self.left:
            self.left -= 1
            raise RuntimeError(self.why)


def test_a_full_pool_is_tried_again() -> None:
    connection = Refusing(2, FULL)
    ladybug._copy(connection, Part(tables.GROUP, ()), Path("rows.csv"))
    assert connection.asked == 3


@pytest.mark.parametrize(("why", "asked"), [(FULL, 5), ("no such table", 1)])
def test_what_stays_full_or_is_another_matter_is_told(why: str, asked: int) -> None:
    connection = Refusing(99, why)
    with pytest.raises(RuntimeError, match=why[:13]):
        ladybug._copy(connection, Part(tables.GROUP, ()), Path("rows.csv"))
    assert connection.asked == asked


def test_parts_of_one_table_are_put_together_and_shared_nodes_come_once(tmp_path: Path) -> None:
    pytest.importorskip("ladybug")
    target = tmp_path / "graph.lbug"
    with ladybug.Builder(target) as rows:
        assert rows.empty
        rows.add([Part(tables.GROUP, [{"id": "forgotten", "is_livelihood": False}])])
        rows.start()
        rows.clear()
        for some in (GROUPS[:1], [], GROUPS):
            rows.add([Part(tables.GROUP, some)])
        rows.build()
    _, found = ladybug.answer(target, "MATCH (g:LivelihoodGroup) RETURN g.id ORDER BY g.id", {})
    assert list(found) == [["driver"], ["farmer"]]
    assert [path.name for path in tmp_path.iterdir()] == ["graph.lbug"]

"""In: the rows of a property graph. Out: one file of the embedded Cypher engine, and answers from it, read-only."""

from __future__ import annotations

import csv
import importlib
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Final, Self

from graph.stores.errors import ExtraMissingError, StoreMissingError
from graph.stores.tables import NODES, RELATIONSHIPS, Part, Row, Table, Type


def _definition(table: Table) -> str:
    key = "" if table.ends else " PRIMARY KEY"
    columns = [f"`{name}` {kind}{key if name == 'id' else ''}" for name, kind in table.columns.items()]
    ends = [f"FROM {start} TO {end}" for start, end in table.ends]
    return f"CREATE {'REL' if table.ends else 'NODE'} TABLE {table.name}({', '.join([*ends, *columns])})"


# One statement for each table; a change here changes the digest of a projection, and so rebuilds it.
SCHEMA: Final = tuple(map(_definition, (*NODES, *RELATIONSHIPS)))
_ORDER: Final = {table.name: place for place, table in enumerate((*NODES, *RELATIONSHIPS))}
_BETWEEN: Final = "\x1f"  # the separator of units, which stands between the items of a list
POOL: Final = 256 << 20
# What the engine says now and then of a pool that is all but empty, on a busy machine; nothing is copied then.
_POOL_FULL: Final = "buffer pool is full"
_TRIES: Final = 5
_PAGES: Final = 256 << 20  # the least address space that an open file is given


def available() -> bool:
    """Tell whether the engine is installed."""
    return importlib.util.find_spec("ladybug") is not None


class Builder:
    """Takes the rows of a property graph, in any order, and makes a new file of them. A context manager.

    Args:
        target: The file; nothing stands there yet. The rows wait in a folder beside it.
    """

    def __init__(self, target: Path) -> None:
        self.empty = True
        self._target = target
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(TemporaryDirectory(dir=target.parent)))
        self._files: dict[tuple[int, tuple[str, str] | None], tuple[Part, Path, Any]] = {}
        self._known: set[tuple[str, str]] = set()  # nodes of several incidents come with each of them
        self._pool = self._stack.enter_context(ThreadPoolExecutor(1))
        self._built: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stack.close()

    def add(self, parts: Iterable[Part]) -> None:
        """Write rows down; several parts may be of one table."""
        self.empty = False
        for part in (one for one in parts if one.rows):
            names = list(_types(part))
            self._writer(part).writerows([_cell(row[name]) for name in names] for row in self._new(part))

    def clear(self) -> None:
        """Forget all rows, and the file that was made of them."""
        if self._built is not None:
            wait([self._built])
            self._target.unlink(missing_ok=True)
            self._built = None
        for _, path, file in self._files.values():
            file.close()
            path.unlink()
        self.empty, self._files, self._known = True, {}, set()

    def start(self) -> None:
        """Begin to copy all rows into the file, on a thread of its own; `build` waits for it."""
        self._built = self._pool.submit(self._build)

    def build(self) -> None:
        """Copy all rows into the file, where that was not begun before, and wait until it is done.

        Raises:
            ExtraMissingError: The engine is not installed.
        """
        if self._built is None:
            self.start()
        assert self._built is not None
        self._built.result()

    def _build(self) -> None:
        """Copy all rows into the file, nodes before relationships."""
        with _connection(self._target, read_only=False) as connection:
            for statement in SCHEMA:
                connection.execute(statement)
            for key in sorted(self._files, key=lambda key: key[0]):
                part, path, file = self._files[key]
                file.flush()
                _copy(connection, part, path)

    def _writer(self, part: Part) -> Any:
        key = (_ORDER[part.table.name], part.ends)
        if key not in self._files:
            path = self._folder / f"{len(self._files)}.csv"
            file = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._files[key] = replace(part, rows=()), path, file
        return csv.writer(self._files[key][2], quoting=csv.QUOTE_ALL, lineterminator="\n")

    def _new(self, part: Part) -> Iterator[Row]:
        for row in part.rows:
            key = (part.table.name, row.get("id", ""))
            if not part.table.shared:
                yield row
            elif key not in self._known:
                self._known.add(key)
                yield row


def answer(path: Path, text: str, parameters: Mapping[str, Any]) -> tuple[list[str], Iterator[list[Any]]]:
    """Run one statement, read-only. Rows come one by one, and the file is closed after the last.

    Args:
        path: The file.
        text: The statement.
        parameters: Its parameters by name.

    Raises:
        StoreMissingError: The file is not there or is broken.
        ExtraMissingError: The engine is not installed.
    """
    rows = _rows(path, text, parameters)
    return next(rows), rows


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a file read-only, for several statements.

    Raises:
        StoreMissingError: The file is not there or is broken.
        ExtraMissingError: The engine is not installed.
    """
    if not path.exists():
        raise StoreMissingError(path, "there is no such file")
    with _connection(path, read_only=True) as connection:
        yield connection


def ask(connection: Any, text: str, parameters: Mapping[str, Any]) -> tuple[list[str], Iterator[list[Any]]]:
    """Run one statement on an open file; its columns, and its rows one by one."""
    result = connection.execute(text, dict(parameters))
    return result.get_column_names(), _each(result)


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
    return max(_PAGES, 1 << (2 * size).bit_length()) + POOL


def _copy(connection: Any, part: Part, file: Path) -> None:
    """Copy rows into their table from a file, the one way of the engine that takes time in proportion to them."""
    types = _types(part)
    cells = ", ".join(f"`{name}` STRING" for name in types)
    values = ", ".join(_value(f"`{name}`", kind) for name, kind in types.items())
    form = "header=false, parallel=false, delim=',', quote='\"', escape='\"'"
    path = str(file).replace("\\", "\\\\").replace("'", "\\'")
    ends = f" (from='{part.ends[0]}', to='{part.ends[1]}')" if part.ends and len(part.table.ends) > 1 else ""
    loaded = f"LOAD WITH HEADERS ({cells}) FROM '{path}' ({form}) RETURN {values}"
    for left in reversed(range(_TRIES)):
        try:
            connection.execute(f"COPY {part.table.name} FROM ({loaded}){ends}")
            return
        except RuntimeError as error:
            if not left or _POOL_FULL not in str(error):
                raise


def _types(part: Part) -> dict[str, Type]:
    ends: dict[str, Type] = {"a": "STRING", "b": "STRING"} if part.ends else {}
    return ends | part.table.columns


def _cell(value: Any) -> str:
    """Write a value so that null, an empty text and an empty list stay three things; see `_value` for the way back."""
    if value is None:
        return ""
    if isinstance(value, list):
        return _BETWEEN + _BETWEEN.join(f"={item.replace(_BETWEEN, ' ')}" for item in value)
    return f"={value}" if isinstance(value, str) else str(value)


def _value(cell: str, kind: Type) -> str:
    known = f"CASE WHEN {cell} = '' THEN NULL ELSE {cell} END"
    match kind:
        case "STRING":
            return f"substring({known}, 2, size({cell}))"
        case "STRING[]":
            kept = f"list_filter(string_split({cell}, '{_BETWEEN}'), item -> size(item) > 0)"
            return f"list_transform({kept}, item -> substring(item, 2, size(item)))"
        case _:
            return f"CAST({known} AS {kind})"


def _rows(path: Path, text: str, parameters: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield the names of the columns, then the rows."""
    with opened(path) as connection:
        columns, rows = ask(connection, text, parameters)
        yield columns
        yield from rows


def _each(result: Any) -> Iterator[list[Any]]:
    with closing(result):
        yield from result


@contextmanager
def _connection(path: Path, *, read_only: bool) -> Iterator[Any]:
    try:
        engine: Any = importlib.import_module("ladybug")
    except ImportError:
        raise ExtraMissingError("the Cypher projection", "cypher") from None
    # A writer does not know how large its file will be, and keeps the engine's own bound.
    bound = {"max_db_size": address_space(path) - POOL} if read_only else {}
    try:
        database = engine.Database(str(path), read_only=read_only, buffer_pool_size=POOL, max_num_threads=2, **bound)
    except RuntimeError as error:
        raise StoreMissingError(path, f"it cannot be opened ({error})") from error
    with database, engine.Connection(database) as connection:
        yield connection

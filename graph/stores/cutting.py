"""In: what an engine writes of a result, piece by piece. Out: the same, cut after so many rows or ended at a size.

The engine serialises; here only the ends of rows are looked for, so that a result is cut between two of them and stays
well-formed. The marks are those of pyoxigraph's writers, which put nothing between two rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from graph.stores.errors import QueryTimeoutError


class Full(Exception):  # noqa: N818 (it is no error: it ends the engine's writing)
    """There are more rows than are asked for."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a format end.

    `mark` comes at least once for each row's end, and may come elsewhere; `end` matches, in its group, only the ends
    that another row follows; what must not be looked into (a string) it matches without the group. `extra` ends come
    before the first row's, `tail` closes a result that was cut.
    """

    mark: bytes
    end: re.Pattern[bytes]
    extra: int = 0
    tail: bytes = b""


# A string that has not ended yet reaches to the end of what is there.
_JSON: Final = Rows(b"},{", re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|(\})(?=,\{)', re.DOTALL), tail=b"]}}")
_XML: Final = Rows(b"</result>", re.compile(rb"(</result>)(?=<result>)"), tail=b"</results></sparql>")
_CSV: Final = Rows(b"\n", re.compile(rb'"[^"]*(?:"|\Z)|(\r\n)(?=.)', re.DOTALL), extra=1)
_TSV: Final = Rows(b"\n", re.compile(rb"(\n)(?=.)", re.DOTALL), extra=1)
FORMATS: Final = {
    "application/sparql-results+json": _JSON,
    "application/sparql-results+xml": _XML,
    "text/csv": _CSV,
    "text/tab-separated-values": _TSV,
}


class Cut:
    """A file that an engine writes a result to.

    Args:
        size: The most bytes.
        rows: The most rows.
        format: How rows end; None where they are counted elsewhere.
    """

    def __init__(self, size: int, rows: int, format: Rows | None = None) -> None:  # noqa: A002
        self._size, self._rows, self._format = size, rows, format
        self._held = bytearray()
        self._marks, self._counted, self._due = 0, 0, 0

    def write(self, data: bytes) -> int:
        """Take a piece.

        Raises:
            Full: All the rows that are asked for are there, and more.
            QueryTimeoutError: The result is too large.
        """
        self._held += data
        if len(self._held) > self._size:
            raise QueryTimeoutError(f"the result is larger than {self._size} bytes")
        if self._format is not None and len(self._held) >= self._due and self._find() is not None:
            raise Full
        return len(data)

    def flush(self) -> None:
        """Do nothing; all is in memory."""

    def finish(self) -> tuple[bytes, bool]:
        """Give what was written, and whether rows were cut off."""
        end = self._find()
        if end is None or self._format is None:
            return bytes(self._held), False
        return bytes(self._held[:end]) + self._format.tail, True

    def _find(self) -> int | None:
        """Find where the last row that is asked for ends, if another follows."""
        if self._format is None:
            return None
        wanted, mark = self._rows + self._format.extra, self._format.mark
        self._marks += self._held.count(mark, self._counted)
        self._counted = max(0, len(self._held) - len(mark) + 1)
        if self._marks < wanted:
            return None
        self._due = 2 * len(self._held)  # the search begins anew each time, so it comes ever more seldom
        ends = (match.end(1) for match in self._format.end.finditer(self._held) if match[1] is not None)
        return next(islice(ends, wanted - 1, None), None)

"""In: a JSON object and where it stands. Out: its values, each checked for its type, or an error that says where.

Not for use outside `reading`: what it knows of the form is how to say what is wrong with it.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from ontology.errors import RecordError
from ontology.records import Span


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON object of one article; `where` is its path from the root, as in `events[2]`."""

    article: str
    where: str
    data: Mapping[str, object]

    def fail(self, key: str, problem: str) -> NoReturn:
        """Raise the error that `key` of this object is wrong in the way that `problem` says."""
        raise RecordError(self.article, f"{self.where}.{key}".strip(".") + f": {problem}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that must be there, unless a default is given."""
        value = self.maybe_text(key)
        if value is not None:
            return value
        return default if default is not None else self.fail(key, "is missing")

    def maybe_text(self, key: str) -> str | None:
        """Return a text, None where it is null or absent."""
        value = self.data.get(key)
        if value is None or isinstance(value, str):
            return value
        return self.fail(key, f"must be a text or null, not {value!r}")

    def code(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """Return a text that is one of `known`."""
        value = self.text(key, default)
        return value if value in known else self.fail(key, f"{value!r} is none of {', '.join(known)}")

    def maybe_code(self, key: str, known: Collection[str]) -> str | None:
        """Return one of `known`, None where it is null or absent."""
        return None if self.data.get(key) is None else self.code(key, known)

    def flag(self, key: str, default: bool = False) -> bool:
        """Return true or false; the default where it is absent."""
        value = self.data.get(key, default)
        return value if isinstance(value, bool) else self.fail(key, f"must be true or false, not {value!r}")

    def number(self, key: str) -> float | None:
        """Return a finite number, None where it is null or absent."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
            self.fail(key, f"must be a finite number or null, not {value!r}")
        return float(value)

    def share(self, key: str) -> float:
        """Return a number from 0 to 1; 1 where it is null or absent."""
        value = self.number(key)
        if value is not None and not 0 <= value <= 1:
            self.fail(key, f"must be from 0 to 1, not {value!r}")
        return 1.0 if value is None else value

    def whole(self, key: str) -> int:
        """Return a whole number of 0 or more."""
        value = self.data.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.fail(key, f"must be a whole number of 0 or more, not {value!r}")
        return value

    def day(self, key: str) -> date | None:
        """Return a date written as YYYY-MM-DD, None where it is null or absent."""
        value = self.maybe_text(key)
        try:
            return None if value is None else date.fromisoformat(value)
        except ValueError:
            return self.fail(key, f"must be a date like 2025-11-29, not {value!r}")

    def span(self) -> Span:
        """Return the span that this object's `start`, `end` and `text` make up."""
        span = Span(self.whole("start"), self.whole("end"), self.text("text"))
        return span if span.start < span.end else self.fail("end", f"{span.end} is not after start {span.start}")

    def child(self, key: str) -> Node | None:
        """Return the object under `key`, None where it is null or absent."""
        value = self.data.get(key)
        return None if value is None else self._node(key, value)

    def children(self, key: str) -> Iterator[Node]:
        """Yield the objects of the list under `key`, in order; none where it is null or absent."""
        rows = self.data.get(key)
        if rows is not None and not isinstance(rows, list | tuple):
            self.fail(key, f"must be a list, not {rows!r}")
        for index, row in enumerate(rows or ()):
            yield self._node(f"{key}[{index}]", row)

    def _node(self, key: str, value: object) -> Node:
        if not isinstance(value, Mapping):
            self.fail(key, f"must be an object, not {value!r}")
        return Node(self.article, f"{self.where}.{key}".strip("."), value)

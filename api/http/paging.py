"""In: items in an order of their own, and a cursor. Out: a page of them, and the cursor of the next.

A cursor holds the key of the last item that was shown, so articles that come in between move nothing: no item comes
twice, and none that was there is left out.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from api.http.problems import Problem

T = TypeVar("T")
Key = tuple[str, ...]
LONGEST: Final = 4096


class Page(BaseModel, Generic[T]):
    """Some of the items; `next` is the `cursor` to ask for those after them with, null where there are no more."""

    seq: int = Field(description="The ledger's entry that the answer shows.")
    items: list[T]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is asked for: of what (a cursor is for its own path alone), after which key, and how long."""

    path: str
    limit: int
    after: Key | None

    def cut(self, items: Iterable[T], key: Callable[[T], Key]) -> tuple[list[T], str | None]:
        """Return the page, and the cursor of the next one; items come in the order of their keys."""
        later = (one for one in items if self.after is None or key(one) > self.after)
        found = list(islice(later, self.limit + 1))
        more = len(found) > self.limit
        return found[: self.limit], _written(self.path, key(found[self.limit - 1])) if more else None


def paged(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=500, description="The most items of a page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=LONGEST, description="What the page before has as `next`.")] = None,
) -> Paging:
    """Read which page is asked for.

    Raises:
        Problem: The cursor is none of ours, or another path's.
    """
    path = request.url.path
    return Paging(path, limit, None if cursor is None else _read(cursor, path))


def _written(path: str, key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([path, *key]).encode()).decode().rstrip("=")


def _read(cursor: str, path: str) -> Key:
    try:
        told = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        told = None
    if not isinstance(told, list) or told[:1] != [path] or not all(isinstance(part, str) for part in told):
        raise Problem(400, "Cursor not understood", "send what the page before has as `next`, or none for the first")
    return tuple(told[1:])


Paged = Annotated[Paging, Depends(paged)]

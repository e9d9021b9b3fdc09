"""In: an Accept header and the media types on offer. Out: the one that the client likes best, or none.

Source: RFC 9110, sections 12.4.2 (quality values) and 12.5.1 (Accept).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_QUALITY: Final = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


class _Range(NamedTuple):
    """One part of an Accept header; of those that match, the one with the most told counts."""

    kind: str
    subtype: str
    quality: float

    def matches(self, kind: str, subtype: str) -> bool:
        return self.kind in ("*", kind) and self.subtype in ("*", subtype)

    @property
    def told(self) -> int:
        return (self.kind != "*") + (self.subtype != "*")


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """Take the media type that an Accept header asks for; of those it likes alike, the first on offer.

    Parameters other than `q` are not looked at. A part that is no media range counts for nothing; None or an empty
    header takes anything.

    >>> choose("text/*;q=0.5, application/json, */*;q=0.1", ["text/turtle", "application/json"])
    'application/json'
    >>> choose("image/png", ["text/turtle"]) is None
    True
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = [parsed for part in accept.split(",") if (parsed := _range(part))]
    liked = {media: _liked(ranges, *media.split("/", 1)) for media in offered}
    best = max(offered, key=lambda media: liked[media])
    return best if liked[best] > 0 else None


def media_type(header: str | None) -> tuple[str, dict[str, str]]:
    """Take a Content-Type header apart: the type in lower case, empty where there is none, and its parameters.

    >>> media_type('Text/Plain; Charset="UTF-8"')
    ('text/plain', {'charset': 'UTF-8'})
    """
    media, *rest = (header or "").split(";")
    named = (part.partition("=") for part in rest)
    return media.strip().lower(), {name.strip().lower(): value.strip().strip('"') for name, _, value in named}


def _range(part: str) -> _Range | None:
    media, parameters = media_type(part)
    kind, slash, subtype = media.partition("/")
    quality = parameters.get("q", "1")
    if not slash or not subtype or (kind == "*" and subtype != "*") or not _QUALITY.fullmatch(quality):
        return None
    return _Range(kind, subtype, float(quality))


def _liked(ranges: list[_Range], kind: str, subtype: str) -> float:
    matching = [one for one in ranges if one.matches(kind, subtype)]
    return max(matching, key=lambda one: one.told).quality if matching else 0.0

"""In: the body of a request and its headers. Out: the article in it, whether it is text, HTML or JSON."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
from email.message import Message
from hashlib import sha256
from typing import Any, Final

from api.http.problems import Problem
from breachtrace import Article, parse_article
from extract.webpage import CHARSETS, declared

TYPES: Final = ("text/plain", "text/html", "application/json")
_STORY: Final = (
    "Because of the breach, shoppers stayed away. As a result, delivery drivers lost 30 percent of their income, "
    "the couriers' union said."
)
_EXAMPLE: Final = {"title": "Drivers count the cost", "publisher": "Harbour Post", "published": "2025-12-04"}
_TEXT: Final = {"type": "string", "minLength": 1}
_FIELDS: Final = {
    "text": {**_TEXT, "description": "Kept as it stands; all offsets count its code points."},
    "id": {"type": "string", "maxLength": 200},
    "title": {"type": "string"},
    "publisher": {"type": "string"},
    "published": {"type": "string", "format": "date"},
    "url": {"type": "string"},
}
_OBJECT: Final = {"type": "object", "required": ["text"], "properties": _FIELDS}
OPENAPI: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "UTF-8 text, which may open with YAML front matter; a page; or an object as in ingest files.",
        "content": {
            "application/json": {"schema": _OBJECT, "example": {"text": _STORY, **_EXAMPLE}},
            "text/plain": {"schema": _TEXT, "example": _STORY},
            "text/html": {"schema": _TEXT, "example": f"<article><p>{_STORY}</p></article>"},
        },
    }
}


def article_of(body: bytes, headers: Mapping[str, str]) -> Article:
    """Read the article that a request carries; without an id of its own it gets one made from its text.

    Raises:
        Problem: Its type or encoding is none that is known.
        ReadError: It holds no article.
    """
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "Encoding not taken", "send the body as it is, not compressed")
    kind, charset = _content_type(headers.get("content-type", ""))
    name = f"article-{sha256(body).hexdigest()[:16]}"
    if kind == "application/json":
        return parse_article(body, f"{name}.json")
    if kind == "text/plain":
        return parse_article(_text(body, charset).encode(), f"{name}.txt")
    if kind != "text/html":
        told = f"send the article as one of {', '.join(TYPES)}, and say which in Content-Type"
        raise Problem(415, "Type not taken", told, {"Accept-Post": ", ".join(TYPES)})
    text = _text(body, charset or declared(body)).removeprefix("\ufeff")
    return parse_article(BOM_UTF8 + text.encode(), f"{name}.html")  # the mark counts over what the page says it is in


def _content_type(header: str) -> tuple[str, str | None]:
    message = Message()
    message["Content-Type"] = header.replace("\r", " ").replace("\n", " ")
    charset = message.get_content_charset()
    return (message.get_content_type() if header else ""), charset


def _text(body: bytes, charset: str | None) -> str:
    """Decode a body; without a word on its encoding it is UTF-8, with or without a byte order mark."""
    charset = charset or "utf-8"
    if not CHARSETS.fullmatch(charset):
        raise Problem(415, "Encoding not taken", "send the text in UTF-8")
    try:
        return body.decode("utf-8-sig" if charset.lower() in ("utf-8", "utf8") else charset)
    except (UnicodeDecodeError, LookupError):
        told = f"the text is not {charset.lower()}; send it in UTF-8, or say in Content-Type what it is in"
        raise Problem(422, "No article", told) from None

"""In: a page in HTML. Out: its article's text, paragraph by paragraph, and what the page says of itself.

Scripts, styles, navigation and the like are dropped. Where the page marks its article (`<article>`, `<main>`), the
longest of these is the text; else all of the body is. The tags are found by one pass of our own, in a time that grows
with the page and no faster: the standard library's parser takes minutes for a page of unclosed tags. Where
looking for the ends of such has taken a page's length, the rest of it is read without regard to quotes.
"""

from __future__ import annotations

import html
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# the elements whose content is no text of the article
DROPPED: Final = frozenset(
    {"template", "noscript", "nav", "header", "footer", "aside", "button", "select", "svg", "math", "iframe", "object"}
    | {"canvas", "figure", "dialog", "menu", "head", "audio", "video"}
)
RAW: Final = frozenset({"script", "style", "textarea", "title", "xmp"})  # what is in them is no markup
MARKED: Final = frozenset({"article", "main"})
# the elements that end a paragraph where they begin and where they end
BLOCKS: Final = frozenset(
    {"address", "blockquote", "body", "dd", "details", "div", "dl", "dt", "fieldset", "form", "hr", "li", "ol", "p"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead"}
    | {"tr", "ul"}
)
# Encodings of text that take a time that grows with the text; Python knows others that do not.
CHARSETS: Final = re.compile(
    r"utf-?(8|16|16le|16be)|us-ascii|ascii|latin-?1|iso-?8859-?\d+|windows-125\d|cp125\d|koi8-[ru]|euc-(kr|jp)|cp949|"
    r"shift[_-]jis|gb2312|gbk|gb18030|big5",
    re.IGNORECASE,
)
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_META: Final = {
    "og:title": "title",
    "og:site_name": "publisher",
    "article:published_time": "published",
    "og:url": "url",
}
# A tag up to where its ">" should be: one in quotes is not it, and quotes that never end go on to the page's end.
_TAG: Final = re.compile(r"""<(/?)([a-zA-Z][^\s/<>]*+)((?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^'"<>]++)*+)""")
_UNQUOTED: Final = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)([^<>]*+)")
_ATTRIBUTE: Final = re.compile(r"""(?<![\w:.-])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s'"]+))""")
_HUGE: Final = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")  # no character has such a number
_SPACE: Final = re.compile(r"\s+")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def declared(page: bytes) -> str | None:
    """Return the encoding that a page says it is in; None where it says nothing, or opens with a byte order mark."""
    found = None if page.startswith(BOM_UTF8) else _CHARSET.search(page[:2048])
    return found[1].decode("ascii", "replace") if found else None


@dataclass(frozen=True, slots=True)
class Page:
    """What a page tells: the text, paragraphs between empty lines, and its metadata, None where it says nothing."""

    text: str
    title: str | None
    publisher: str | None
    published: str | None
    url: str | None


def read_page(source: str) -> Page:
    r"""Reduce a page to its article.

    >>> read_page("<nav>Home</nav><p>Sellers lost <b>a third</b>.<p>Drivers &amp; couriers, too.").text
    'Sellers lost a third.\n\nDrivers & couriers, too.'
    """
    reader = _Reader()
    for kind, value, attributes in _tokens(source):
        reader.take(kind, value, attributes)
    told = reader.told
    published = _DAY.match(told.get("published", ""))
    title = told.get("title") or _flat(reader.title) or None
    return Page(reader.text(), title, told.get("publisher"), published[0] if published else None, told.get("url"))


def _tokens(source: str) -> Iterator[tuple[str, str, str]]:
    """Yield `text`, `start`, `end` and `raw` parts: a text, or the tag's name and its attributes, or what is in it."""
    place, wasted = 0, 0
    while place < len(source):
        opened = source.find("<", place)
        if opened != place:
            yield "text", source[place : opened if opened >= 0 else len(source)], ""
            if opened < 0:
                return
        if source.startswith(("<!", "<?"), opened):
            end = "-->" if source.startswith("<!--", opened) else ">"
            place = _after(source, end, opened + 2)
        elif (tag := (_TAG if wasted <= len(source) else _UNQUOTED).match(source, opened)) is None:
            yield "text", "<", ""
            place = opened + 1
        elif not source.startswith(">", tag.end()):
            yield "text", "<", ""
            place, wasted = opened + 1, wasted + tag.end() - opened
        else:
            name, place = tag[2].lower(), tag.end() + 1
            yield "end" if tag[1] else "start", name, tag[3]
            if name in RAW and not tag[1]:
                closed = re.compile(f"</{name}", re.IGNORECASE).search(source, place)
                yield "raw", name, source[place : closed.start() if closed else len(source)]
                place = closed.start() if closed else len(source)


def _after(source: str, end: str, start: int) -> int:
    found = source.find(end, start)
    return len(source) if found < 0 else found + len(end)


def _flat(text: str) -> str:
    return _SPACE.sub(" ", html.unescape(_HUGE.sub("\ufffd", text))).strip()


class _Reader:
    """Takes the parts of a page. A section is the paragraphs inside one marked element; the first one is the rest."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}
        self.title = ""
        self._sections: list[list[list[str]]] = [[[]]]
        self._inside = [0]  # the sections that are open, by number
        self._dropping, self._depth = "", 0

    def text(self) -> str:
        """Give the longest marked section; where none holds anything, what is outside of them."""
        told = ["\n\n".join(filter(None, (_flat("".join(one)) for one in section))) for section in self._sections]
        return max(told[1:], key=len, default="") or told[0]

    def take(self, kind: str, value: str, attributes: str) -> None:
        """Take the next part."""
        if kind == "raw":
            self.title = self.title or (attributes if value == "title" else "")
        elif kind == "start" and value == "meta":
            self._note({one[1].lower(): one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(attributes)})
        elif self._dropping:
            self._drop(kind, value)
        elif kind == "text":
            self._sections[self._inside[-1]][-1].append(value)
        elif kind == "start":
            self._start(value)
        else:
            self._end(value)

    def _drop(self, kind: str, name: str) -> None:
        """Drop until the element ends; a head ends where the body begins, too."""
        if kind != "text" and name == self._dropping:
            self._depth += 1 if kind == "start" else -1
        if not self._depth or (self._dropping == "head" and name == "body" and kind == "start"):
            self._dropping = ""

    def _start(self, name: str) -> None:
        if name in DROPPED:
            self._dropping, self._depth = name, 1
        elif name in MARKED:
            self._sections.append([[]])
            self._inside.append(len(self._sections) - 1)
        elif name in BLOCKS:
            self._sections[self._inside[-1]].append([])
        elif name == "br":
            self._sections[self._inside[-1]][-1].append(" ")

    def _end(self, name: str) -> None:
        if name in MARKED and len(self._inside) > 1:
            self._inside.pop()
        if name in BLOCKS or name in MARKED:
            self._sections[self._inside[-1]].append([])

    def _note(self, attributes: dict[str, str]) -> None:
        name = _META.get(attributes.get("property") or attributes.get("name") or "")
        if name and attributes.get("content"):
            self.told.setdefault(name, _flat(attributes["content"]))

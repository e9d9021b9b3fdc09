"""In: the path of a .txt, .json or .html file, or what is in one. Out: one Article, or an error with what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, Final

import yaml

from extract.errors import ReadError
from extract.webpage import CHARSETS, declared, read_page
from ontology.records import Article

LONGEST: Final = 1_000_000  # characters; more than this is a collection, not an article
LARGEST: Final = 16 * LONGEST  # bytes; more than this cannot be one article in any notation
LONGEST_FRONT: Final = 20_000  # characters between the --- lines
FEWEST_WORDS: Final = 5
PAGES: Final = (".html", ".htm")
_FRONT: Final = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_OPENED: Final = re.compile(r"\A---[ \t]*\r?\n\s*\w+[ \t]*:[ \t\r\n]")  # a rule between paragraphs is no front matter
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_UNSAFE: Final = re.compile(r"[^\w.-]+")


def _as_written(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


class _FrontLoader(yaml.SafeLoader):
    """YAML without merge keys, a few of which fill the memory, and with numbers as they are written, of any length."""

    yaml_constructors: ClassVar = {**yaml.SafeLoader.yaml_constructors, "tag:yaml.org,2002:int": _as_written}

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge nothing, so that `<<` is an error."""


def read_article(path: Path | str) -> Article:
    """Read one article; every later offset counts code points into its `text`.

    A `.json` file has the form of a gold file (only `text` is required, and it is kept as it stands). A `.html` or
    `.htm` file is a web page in the encoding that it names, reduced to its article. Any other file is UTF-8 text, with
    or without a byte order mark, that may open with YAML front matter between `---` lines (title, publisher, published,
    url, id); the text is what follows, stripped. The id is the file's stem unless one is given.

    Raises:
        ReadError: The file is missing, unreadable, empty, not UTF-8, not JSON, or holds no article.
    """
    return parse_article(_data(Path(path)), path)


def parse_article(data: bytes, name: Path | str) -> Article:
    """Read one article out of what a file holds, or would hold; the name, its ending too, counts as the file's.

    Raises:
        ReadError: It is too long, empty, not UTF-8, not JSON, or holds no article.
    """
    path = Path(name)
    kind = path.suffix.lower()
    raw = _decoded(path, data, (declared(data) if kind in PAGES else None) or "utf-8")
    fields, text = _FORMS.get(kind, _from_text)(path, raw)
    _require_article(path, text)
    for value in (text, *fields.values()):
        _require_whole(path, value)
    return Article(
        id=_safe(_word(fields, "id") or path.stem),
        text=text,
        title=_word(fields, "title"),
        publisher=_word(fields, "publisher"),
        published=_day(path, fields.get("published")),
        url=_word(fields, "url"),
    )


def _data(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise ReadError(path, "is no regular file", "save what it gives as a .txt or .json file")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise ReadError(path, "there is no such file", "check the path") from None
    except OSError as error:
        cause = error.strerror or "unreadable"
        raise ReadError(path, f"cannot be read ({cause})", "check that it is a file and its permissions") from error


def _decoded(path: Path, data: bytes, charset: str) -> str:
    if len(data) > LARGEST:
        raise ReadError(path, f"is longer than {LARGEST:,} bytes", "give one article a file")
    if b"\0" in data:
        raise ReadError(path, "is a binary file or not UTF-8", "give plain text in UTF-8")
    if not CHARSETS.fullmatch(charset):
        raise ReadError(path, f"is in an encoding that is not taken ({charset})", "save it in UTF-8")
    name = charset.upper().replace("UTF8", "UTF-8")
    try:
        text = data.decode("utf-8-sig" if name == "UTF-8" else charset)
    except UnicodeDecodeError as error:
        raise ReadError(path, f"is not {name} (byte {error.start})", "convert it, for instance with iconv") from error
    except LookupError:
        raise ReadError(path, f"is in an encoding that is not known ({charset})", "save it in UTF-8") from None
    if not text.strip():
        raise ReadError(path, "is empty", "give the text of an article")
    return text


def _from_json(path: Path, raw: str) -> tuple[Mapping[str, Any], str]:
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ReadError(path, f"is not JSON{place}", "mend it, or save plain text as .txt") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise ReadError(path, 'is JSON without an article\'s "text"', 'give one object with a string under "text"')
    return fields, fields["text"]


def _from_text(path: Path, raw: str) -> tuple[Mapping[str, Any], str]:
    front = _FRONT.match(raw)
    if front is None and _OPENED.match(raw):
        raise ReadError(path, "front matter begins with --- and is not closed", "put a line of --- after its fields")
    if front is None:
        return {}, raw.strip()
    if len(front.group(1)) > LONGEST_FRONT:
        raise ReadError(path, f"has more than {LONGEST_FRONT:,} characters of front matter", "leave only its fields")
    try:
        fields = yaml.load(front.group(1), _FrontLoader)
    except Exception as error:  # a value that its own tag does not fit ends in any error, as deep nesting does
        raise ReadError(path, "has front matter that is not YAML", "mend what stands between the --- lines") from error
    if not isinstance(fields, dict):
        return {}, raw.strip()
    return fields, raw[front.end() :].strip()


def _from_html(_: Path, raw: str) -> tuple[Mapping[str, Any], str]:
    page = read_page(raw)
    return {"title": page.title, "publisher": page.publisher, "published": page.published, "url": page.url}, page.text


_FORMS: Final = {".json": _from_json, **dict.fromkeys(PAGES, _from_html)}


def _require_whole(path: Path, value: object) -> None:
    if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise ReadError(path, "holds half a character (a lone surrogate)", "write the file anew as UTF-8")


def _require_article(path: Path, text: str) -> None:
    if len(text) > LONGEST:
        raise ReadError(path, f"is longer than {LONGEST:,} characters", "give one article a file")
    controls = sum(character < " " and character not in "\t\n\r\f\v" for character in text)
    if 100 * controls > len(text) or "\0" in text:
        raise ReadError(path, "is not text (control characters)", "give plain text in UTF-8")
    if sum(1 for _ in _WORD.finditer(text)) < FEWEST_WORDS:
        raise ReadError(path, "has no sentence in its text", "give the text of an article")


def _word(fields: Mapping[str, Any], key: str) -> str | None:
    value = fields.get(key)
    return str(value).strip() or None if isinstance(value, str | int) and not isinstance(value, bool) else None


def _day(path: Path, value: object) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    told = str(value).strip() if isinstance(value, str | int | float) else f"a {type(value).__name__}"
    try:
        return datetime.fromisoformat(told).date()
    except ValueError:
        raise ReadError(
            path, f"has a published date that is no date ({told[:40]!r})", "write it as 2025-11-29"
        ) from None


def _safe(name: str) -> str:
    return _UNSAFE.sub("-", name).strip("-.") or "article"

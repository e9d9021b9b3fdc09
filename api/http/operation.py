"""In: the parts of a request. Out: the query operation of the SPARQL 1.1 Protocol in it, or why there is none.

Source: SPARQL 1.1 Protocol, section 2.1 (query operation); section 2.2 (update operation) is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from api.http.negotiation import media_type
from api.http.problems import Problem

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_FIELDS: Final = 1000  # named graphs and all, in one request
_UTF_8: Final = ("", "utf-8", "utf8")


@dataclass(frozen=True, slots=True)
class Operation:
    """A query and the graphs it is about; the graphs, if any are given, take the place of what the query says."""

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


def of_get(query_string: bytes) -> Operation | None:
    """Read an operation from a URL; None where it carries no parameter of the protocol, and asks for the description.

    Raises:
        Problem: The parameters do not go together, or ask for an update.
    """
    fields = _fields(query_string)
    return _operation(fields) if any(fields.values()) else None


def of_post(content_type: str | None, query_string: bytes, body: bytes) -> Operation:
    """Read an operation from a form, or from a body that is the query itself.

    Raises:
        Problem: The media type is another one, the parameters do not go together, or they ask for an update.
    """
    media, parameters = media_type(content_type)
    in_url = _fields(query_string)
    if media == UPDATE:
        raise _read_only()
    if media not in (FORM, QUERY) or parameters.get("charset", "").lower() not in _UTF_8:
        detail = f"send the query as {FORM} or as {QUERY}, in UTF-8"
        raise Problem(415, "Media type not understood", detail, {"Accept-Post": f"{FORM}, {QUERY}"})
    if media == FORM:
        if any(in_url.values()):
            raise _malformed("with a form, all parameters stand in the body, none in the URL")
        return _operation(_fields(body))
    if in_url["query"]:
        raise _malformed("the query stands in the body and in the URL; send it once")
    return _operation({**in_url, "query": [_text(body)]})


def _operation(fields: dict[str, list[str]]) -> Operation:
    if fields["update"]:
        raise _read_only()
    if len(fields["query"]) != 1:
        raise _malformed(f"there are {len(fields['query'])} parameters `query`; send exactly one")
    default, named = fields["default-graph-uri"], fields["named-graph-uri"]
    if not default and not named:
        return Operation(fields["query"][0])
    return Operation(fields["query"][0], tuple(default), tuple(named))


def _fields(encoded: bytes) -> dict[str, list[str]]:
    """Take parameters apart; those of other names are left out."""
    try:
        pairs = parse_qsl(_text(encoded), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError as error:
        raise _malformed(f"the parameters cannot be read ({error})") from error
    names = ("query", "update", "default-graph-uri", "named-graph-uri")
    return {name: [value for key, value in pairs if key == name] for name in names}


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"it is not UTF-8 ({error})") from error


def _malformed(detail: str) -> Problem:
    return Problem(400, "Request not understood", detail)


def _read_only() -> Problem:
    return Problem(403, "Only queries", "this service only reads; change the graph by ingesting articles")

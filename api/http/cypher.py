"""In: Cypher statements, as the Neo4j Query API has them. Out: their results in its form, or errors with Neo4j's codes.

A Neo4j answers where one is set, and the embedded engine where none is. Statements only read.

Source: Neo4j Query API v2; Neo4j Status Codes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from api.http.asking import SEQ, TRUNCATED, Asked, Asker, lifespan
from api.http.coded import Coded, Errors
from api.http.keys import require
from api.http.negotiation import choose, media_type
from api.http.problems import Problem
from graph.stores import cypher_values, guard
from graph.stores.errors import CypherError
from graph.stores.neo4j_query import Read
from graph.stores.query import Question

JSON: Final = "application/json"
TYPED: Final = ("application/vnd.neo4j.query", "application/vnd.neo4j.query.v1.0", "application/vnd.neo4j.query.v1.1")
NAMES: Final = ("breachtrace", "neo4j")  # what the database goes by, beside its own name on a Neo4j
_BOOKMARK: Final = "breachtrace:"
_COUNTERS: Final = (
    *("nodesCreated", "nodesDeleted", "propertiesSet", "relationshipsCreated", "relationshipsDeleted", "labelsAdded"),
    *("labelsRemoved", "indexesAdded", "indexesRemoved", "constraintsAdded", "constraintsRemoved", "systemUpdates"),
)
_NOTHING: Final = {"containsUpdates": False, "containsSystemUpdates": False, **dict.fromkeys(_COUNTERS, 0)}

router = APIRouter(tags=["Cypher"], route_class=Coded, dependencies=[Depends(require("read"))], lifespan=lifespan)


class Statement(BaseModel):
    """What is asked; fields that are not known are not looked at."""

    model_config = ConfigDict(alias_generator=to_camel)

    statement: str = Field(min_length=1, examples=["MATCH (e:Event {kind: $kind}) RETURN e.label LIMIT 5"])
    parameters: dict[str, Any] = Field(default={}, examples=[{"kind": "impact"}])
    access_mode: Literal["READ", "WRITE"] = Field(default="READ", description="Either way nothing is written.")
    bookmarks: list[str] = Field(default=[], description="What earlier answers gave; this one will not be older.")
    include_counters: bool = False
    impersonated_user: str | None = None


_BODY: Final = {
    "required": True,
    "content": {media: {"schema": Statement.model_json_schema()} for media in (JSON, *TYPED)},
}


_ERRORS: Final = {"description": "What is wrong, with Neo4j's code for it.", "model": Errors}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    202: {"description": "The result.", "content": {media: {} for media in (JSON, *TYPED)}},
    "4XX": _ERRORS,
    "5XX": _ERRORS,
}


@router.post(
    "/db/{name}/query/v2",
    summary="Ask in Cypher, as the Neo4j Query API does",
    status_code=202,
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra={"requestBody": _BODY},
)
async def post_cypher(name: str, request: Request, asker: Asked) -> Response:
    """Answer one statement that only reads; plain JSON, or JSON with types where Accept asks for it."""
    media = choose(", ".join(request.headers.getlist("accept")), (JSON, *TYPED))
    if media is None:
        raise Problem(406, "Not acceptable", f"the result can be had as {', '.join((JSON, *TYPED))}")
    asked, values = _read(request.headers.get("content-type"), await request.body())
    known = {*NAMES, asker.neo4j.address.database} if asker.neo4j else set(NAMES)
    if name not in known:
        raise CypherError(
            "Neo.ClientError.Database.DatabaseNotFound", f"there is no database {name!r}; ask {NAMES[0]!r}"
        )
    return _response(await _ask(asker, asked, values, types=media != JSON), asked, media)


@router.api_route("/db/{name}/query/v2", methods=["GET", "PUT", "PATCH", "DELETE"], include_in_schema=False)
async def other_cypher() -> None:
    """Refuse what is no way to send a statement."""
    raise Problem(405, "Method not allowed", "send the statement by POST", {"Allow": "POST"})


def _read(content_type: str | None, body: bytes) -> tuple[Statement, dict[str, Any]]:
    """Read a request, and its parameters as Python values."""
    media, _ = media_type(content_type)
    if media not in (JSON, *TYPED):
        raise Problem(415, "Media type not understood", f"send the statement as {' or '.join((JSON, *TYPED))}")
    try:
        asked = Statement.model_validate_json(body)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
        raise CypherError("Neo.ClientError.Request.InvalidFormat", told) from error
    if asked.impersonated_user is not None:
        raise Problem(403, "Forbidden", "nobody can be impersonated here; leave `impersonatedUser` out")
    if media == JSON:
        return asked, asked.parameters
    try:
        return asked, {name: cypher_values.read(value) for name, value in asked.parameters.items()}
    except ValueError as error:
        raise CypherError("Neo.ClientError.Request.InvalidFormat", str(error)) from error


async def _ask(asker: Asker, asked: Statement, values: dict[str, Any], *, types: bool) -> Read:
    question = Question(asked.statement, "cypher", values, form="typed" if types else "plain")
    question.check()
    if missing := guard.parameters(asked.statement) - set(values):
        raise CypherError("Neo.ClientError.Statement.ParameterMissing", f"give {', '.join(sorted(missing))}")
    if asker.neo4j:
        return await asker.ask_neo4j(asker.neo4j, asked.statement, values, types=types, bookmarks=asked.bookmarks)
    wanted = _seen(asked.bookmarks)
    reply = await asker.ask(question)
    if wanted > reply.seq:
        told = f"entry {wanted} of the ledger cannot be seen yet; ask again"
        raise CypherError("Neo.TransientError.Transaction.BookmarkTimeout", told)
    return Read(reply.body, reply.truncated, reply.seq, (f"{_BOOKMARK}{reply.seq}",))


def _seen(bookmarks: Sequence[str]) -> int:
    """Read which entry of the ledger an answer must show."""
    try:
        return max((int(one.removeprefix(_BOOKMARK)) for one in bookmarks), default=0)
    except ValueError as error:
        raise CypherError("Neo.ClientError.Transaction.InvalidBookmark", f"no bookmark of ours: {error}") from error


def _response(read: Read, asked: Statement, media: str) -> Response:
    more: dict[str, Any] = {"bookmarks": read.bookmarks, "seq": read.seq}
    if asked.include_counters:
        more["counters"] = _NOTHING
    if read.truncated:
        told = "Rows are missing: there are more than the service gives at once. Page by ORDER BY, SKIP and LIMIT."
        notification = {"code": "Breachtrace.Notification.Truncated", "title": "Rows are missing", "description": told}
        more["notifications"] = [{**notification, "severity": "WARNING"}]
    headers = {SEQ: str(read.seq), "Vary": "Accept", **({TRUNCATED: "true"} if read.truncated else {})}
    body = b'{"data":' + read.body + b"," + json.dumps(more).encode()[1:]
    return Response(body, 202, headers, media)

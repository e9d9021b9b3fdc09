"""In: what a request got wrong, or what went wrong here. Out: an answer that says so (RFC 9457, problem+json)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

import breachtrace
from extract.errors import ReadError, ReadLimitError
from graph.errors import BusyLedgerError, CheckLimitError, CurationError, IncidentError, LedgerError, TraceError
from graph.stores.errors import (
    ExportError,
    ExtraMissingError,
    QueryBusyError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    RemoteError,
    StoreBusyError,
    StoreMissingError,
)
from ontology.plain import printable

MEDIA: Final = "application/problem+json"
SOON: Final = {"Retry-After": "1"}
log = logging.getLogger("breachtrace.http")


class Problem(HTTPException):
    """What a route raises where it cannot answer.

    Args:
        status: The HTTP status.
        title: What is wrong, the same for all requests of this kind.
        detail: What is wrong here, and what to do.
        headers: Further headers of the answer.
        more: Further members of the answer's object.
    """

    def __init__(
        self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.title = title
        self.more = more


class ProblemBody(BaseModel):
    """The form of an answer that tells of a problem; `errors` says which parts of a request are wrong."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="What is wrong here, and what to do.")


_CONTENT: Final = {MEDIA: {"schema": ProblemBody.model_json_schema()}}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"description": "The request cannot be carried out; `detail` says what to do.", "content": _CONTENT},
    "5XX": {"description": "It cannot be answered now; `Retry-After` says when to try again.", "content": _CONTENT},
}

# Of what goes wrong here, callers learn no path and no address: these stand in, the log has the rest.
_OURS: Final[tuple[tuple[type[Exception], int, str, str], ...]] = (
    (BusyLedgerError, 503, "Busy", "another process is writing; send the request again"),
    (StoreBusyError, 503, "Busy", "another process is projecting; send the request again"),
    (sqlite3.Error, 503, "Busy", "the service's own database cannot be used now; send the request again"),
    (
        StoreMissingError,
        503,
        "Not there yet",
        "the projection cannot be read; send the request again",
    ),
    (LedgerError, 503, "Ledger out of reach", "the ledger cannot be used; the operator's log says why"),
    (RemoteError, 502, "Server out of reach", "a server behind this one failed; the operator's log says which"),
)
_THEIRS: Final[tuple[tuple[type[Exception], int, str], ...]] = (
    (CurationError, 422, "Cannot be decided"),
    (TraceError, 422, "Cannot be traced"),
    (ReadLimitError, 504, "Text over its limits"),
    (CheckLimitError, 504, "Text over its limits"),
    (QueryTimeoutError, 504, "Query over its limits"),
    (QueryRefusedError, 403, "Query refused"),
    (QueryError, 400, "Query not understood"),
    (ExportError, 400, "Cannot be exported"),
    (ExtraMissingError, 501, "Not installed"),
)


def of_error(error: Exception) -> Problem:
    """Turn one of `breachtrace.ERRORS` into the problem that a caller is told; any other says that we failed."""
    if isinstance(error, IncidentError):
        status, title = (409, "Several incidents fit") if error.several else (404, "No such incident")
        return Problem(status, title, str(error), candidates=list(error.candidates))
    for kind, status, title, detail in _OURS:
        if isinstance(error, kind):
            return Problem(status, title, detail, SOON if status == HTTPStatus.SERVICE_UNAVAILABLE else None)
    if isinstance(error, QueryBusyError):
        return Problem(503, "Busy", str(error), {"Retry-After": str(error.seconds)})
    if isinstance(error, ReadError):  # a request has one article, and no file that could be named
        return Problem(422, "No article", f"the article {error.cause}; {error.remedy}")
    for kind, status, title in _THEIRS:
        if isinstance(error, kind):
            return Problem(status, title, str(error))
    return Problem(500, "Failed", "the service failed at this request; the operator's log says why")


def answer(problem: HTTPException) -> JSONResponse:
    """Give a problem as the answer that it is told with."""
    status = problem.status_code
    title = problem.title if isinstance(problem, Problem) else HTTPStatus(status).phrase
    more = problem.more if isinstance(problem, Problem) else {}
    body = {"type": "about:blank", "title": title, "status": status, "detail": printable(problem.detail), **more}
    return JSONResponse(body, status, problem.headers, MEDIA)


def install(app: FastAPI) -> None:
    """Make every error of an app answer as a problem."""
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_validation)
    for kind in (*breachtrace.ERRORS, sqlite3.Error):
        app.add_exception_handler(kind, _of_ours)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_MODIFIED:
        return Response(status_code=304, headers=error.headers)
    return answer(error if isinstance(error, Problem) else _told(request, error))


def _told(request: Request, error: HTTPException) -> HTTPException:
    """Say what to do about what the framework itself refuses."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return Problem(404, "Not found", "there is nothing at this path; /docs lists what there is")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        known = request.app.openapi()["paths"].get(getattr(request.scope.get("route"), "path", None), {})
        taken = sorted({*map(str.upper, known), *(["HEAD"] if "get" in known else [])})
        allowed = ", ".join(taken) or (error.headers or {}).get("Allow", "GET")
        return Problem(405, "Method not allowed", f"this path takes {allowed}", {"Allow": allowed})
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return Problem(
            400, "Request not understood", "the body cannot be read as JSON in UTF-8; mend it, or nest it less"
        )
    return error


def _of_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    wrong = [{"where": ".".join(map(str, one["loc"])), "problem": printable(one["msg"])} for one in error.errors()]
    told = "; ".join(f"{one['where']}: {one['problem']}" for one in wrong[:3])
    if wrong[0]["where"] == "body" and "json" not in request.headers.get("content-type", ""):
        told = "the body is no JSON object by its type; send it with `Content-Type: application/json`"
    return answer(Problem(422, "Request not understood", f"{told}; /docs says what it takes", errors=wrong))


def _of_ours(_: Request, error: Exception) -> JSONResponse:
    problem = of_error(error)
    if problem.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s", error, exc_info=error)
    return answer(problem)

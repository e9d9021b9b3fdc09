"""In: what went wrong with a request for Cypher. Out: an answer that tells it as Neo4j would, by one of its codes.

Source: Neo4j Status Codes.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException

import breachtrace
from api.http.problems import of_error
from graph.stores.errors import (
    CypherError,
    QueryBusyError,
    QueryInvalidError,
    QueryMemoryError,
    QueryRefusedError,
    QueryTimeoutError,
)
from ontology.plain import printable

_STATEMENT: Final = "Neo.ClientError.Statement."
# What the embedded engine says, and the code that Neo4j has for it; the first that fits counts.
_SAID: Final = (
    ("Parser exception", "SyntaxError"),
    ("Variable ", "SyntaxError"),
    ("function ", "SyntaxError"),
    ("Divide by zero", "ArithmeticError"),
    ("Conversion exception", "TypeError"),
    ("data type", "TypeError"),
    ("Unable to cast", "TypeError"),
    ("Binder exception", "SemanticError"),
    ("Catalog exception", "SemanticError"),
    ("Runtime exception", "ArgumentError"),
    ("Overflow exception", "ArithmeticError"),
)
_WRITING: Final = (
    "ALTER",
    "CREATE",
    "DELETE",
    "DETACH",
    "DROP",
    "FOREACH",
    "INSERT",
    "MERGE",
    "REMOVE",
    "SET",
    "UPDATE",
)
# By the status of a problem that has nothing to do with the statement.
_REQUEST: Final = {
    401: "Neo.ClientError.Security.Unauthorized",
    403: "Neo.ClientError.Security.Forbidden",
    429: "Neo.TransientError.Request.ResourceExhaustion",
    501: "Neo.DatabaseError.General.UnknownError",
    502: "Neo.TransientError.General.DatabaseUnavailable",
    503: "Neo.TransientError.General.DatabaseUnavailable",
}
_STATUS: Final = (
    ("Neo.ClientError.Security.", 403),
    (_STATEMENT + "AccessMode", 403),
    ("Neo.ClientError.Database.DatabaseNotFound", 404),
    ("Neo.ClientError.Transaction.TransactionTimedOut", 504),
    ("Neo.ClientError.", 400),
    ("Neo.TransientError.", 503),
    ("", 502),
)
log = logging.getLogger(__name__)


class Coding(BaseModel):
    """One thing that went wrong: Neo4j's code for it, and what to do."""

    code: str
    message: str


class Errors(BaseModel):
    """The form of an answer that tells what went wrong."""

    errors: list[Coding]


class Coded(APIRoute):
    """A route whose errors are told as the Neo4j Query API tells them."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """Make the handler."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException as problem:
                code = _REQUEST.get(problem.status_code, "Neo.ClientError.Request.Invalid")
                return _answer(problem, code)
            except breachtrace.ERRORS as error:
                return _of_ours(error)

        return handler


def code_of(error: Exception) -> str:
    """Find the code that Neo4j has for what is wrong with a statement.

    >>> code_of(QueryInvalidError("Parser exception: Invalid input"))
    'Neo.ClientError.Statement.SyntaxError'
    """
    match error:
        case CypherError():
            return error.code
        case QueryRefusedError():
            writes = error.what.split(" ", 1)[0] in _WRITING
            return _STATEMENT + "AccessMode" if writes else "Neo.ClientError.Security.Forbidden"
        case QueryMemoryError():
            return "Neo.TransientError.General.MemoryPoolOutOfMemoryError"
        case QueryTimeoutError():
            return "Neo.ClientError.Transaction.TransactionTimedOut"
        case QueryBusyError():
            return "Neo.TransientError.Request.NoThreadsAvailable"
        case QueryInvalidError():
            said = str(error)
            return _STATEMENT + next((code for words, code in _SAID if words in said), "SyntaxError")
    return _REQUEST.get(of_error(error).status_code, "Neo.DatabaseError.General.UnknownError")


def _of_ours(error: Exception) -> Response:
    code, problem = code_of(error), of_error(error)
    if isinstance(error, CypherError):
        problem.status_code = next(status for start, status in _STATUS if code.startswith(start))
    elif problem.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s", error, exc_info=error)
    return _answer(problem, code)


def _answer(problem: HTTPException, code: str) -> Response:
    told = Errors(errors=[Coding(code=code, message=printable(problem.detail))])
    return JSONResponse(told.model_dump(), problem.status_code, problem.headers)

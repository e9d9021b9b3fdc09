"""In: a request that reads. Out: the graph to answer it with, fresh enough; or that the caller has the answer already.

An answer is a function of its address and of the graph, so these two are its ETag: who has it was once given an answer
at this address, for errors carry none, and would be given the same one now.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from api.http.problems import SOON, Problem
from api.http.state import Held
from breachtrace import Assembled

MOST: Final = 2**53 - 1  # the largest number that JSON's readers agree on
NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {304: {"description": "As `If-None-Match` has it already."}}
MinSeq = Annotated[
    int | None,
    Query(ge=0, le=MOST, description="The least `seq` that the answer is to show, such as an ingest's."),
]


def viewed(request: Request, response: Response, service: Held, min_seq: MinSeq = None) -> Assembled:
    """Return the graph, and note its ETag on the answer.

    Raises:
        Problem: It is older than the caller asks for: 503 while it is being assembled, 409 if the ledger is too.
        HTTPException: 304, where the caller has the answer.
    """
    graph = service.graph()
    if min_seq is not None and graph.seq < min_seq:
        if service.seq < min_seq:
            told = f"the ledger is at {service.seq}, before {min_seq}; ask for no more than an ingest answered with"
            raise Problem(409, "Not written", told, SOON, seq=graph.seq)
        told = f"the graph is at {graph.seq}, before {min_seq}, and is being assembled; ask again"
        raise Problem(503, "Not there yet", told, SOON, seq=graph.seq)
    headers = {"ETag": _etag(request, service.etag(graph)), "Cache-Control": "private, no-cache"}
    if _has(request.headers.get("if-none-match", ""), headers["ETag"]):
        raise HTTPException(304, headers=headers)
    response.headers.update(headers)
    return graph


def _etag(request: Request, graph: str) -> str:
    address = f"{request.url.path}?{request.url.query}".encode()
    return f'W/"{graph}-{sha256(address).hexdigest()[:12]}"'


def _has(told: str, etag: str) -> bool:
    return etag.removeprefix("W/") in (one.strip().removeprefix("W/") for one in told.split(","))


Graph = Annotated[Assembled, Depends(viewed)]

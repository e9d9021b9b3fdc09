"""In: a question about the service itself. Out: whether it lives, whether it can answer, and how it does."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from api.http import metrics
from api.http.keys import require
from api.http.state import Held

router = APIRouter(tags=["the service"])


class Health(BaseModel):
    """That the process lives."""

    status: str = "ok"


class Ready(Health):
    """That the ledger can be read, and the number of its last entry."""

    seq: int


@router.get("/health", summary="Does the process live?")
async def health() -> Health:
    """Answer at once, without a look at the store."""
    return Health()


@router.get("/ready", summary="Can it answer?")
def ready(service: Held) -> Ready:
    """Look at the ledger; 503 where it cannot be read."""
    return Ready(seq=service.seq)


@router.get(
    "/metrics",
    summary="Counts and times, for Prometheus",
    response_class=PlainTextResponse,
    dependencies=[Depends(require("read"))],
)
def measured(service: Held) -> Response:
    """Give what was counted since the process began, in Prometheus' text format."""
    service.metrics.seq.set(service.seq)
    service.metrics.waiting.set(service.jobs.waiting())
    return Response(service.metrics.text(), media_type=metrics.MEDIA)

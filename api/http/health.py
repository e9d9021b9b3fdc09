"""In: a question about the service itself. Out: whether it lives (`/health`) and whether it can answer (`/ready`)."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from api.http.state import Held

router = APIRouter(tags=["service"])


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

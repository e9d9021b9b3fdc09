"""In: nothing. Out: what could not be read and why, page by page."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.http.keys import require
from api.http.paging import Page, Paged
from api.http.state import Held

router = APIRouter(prefix="/v1", tags=["ingest"])


class FailureModel(BaseModel):
    """What could not be read, and was not since."""

    subject: str = Field(description="The id of an article that was sent, or the path of a file.")
    why: str
    at: str


@router.get("/failures", summary="What could not be read", dependencies=[Depends(require("ingest"))])
def failures(paging: Paged, service: Held) -> Page[FailureModel]:
    """List the articles and files that could not be read, by id or path; those that were read since are left out."""
    with service.store() as store:
        seq, found = store.seq, sorted(store.failures(), key=lambda one: one.subject)
    shown, after = paging.cut(found, lambda one: (one.subject,))
    return Page(seq=seq, items=[FailureModel(subject=one.subject, why=one.why, at=one.at) for one in shown], next=after)

"""In: an article as text, HTML or JSON. Out: what became of it, or the job that will tell; and articles withdrawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.http import problems
from api.http.bodies import OPENAPI, article_of
from api.http.jobs import Job, Sending
from api.http.keys import Caller, require
from api.http.problems import Problem
from api.http.state import Held, Service
from breachtrace import Article
from graph.errors import CurationError

router = APIRouter(prefix="/v1", tags=["ingest"])
ID: Final = re.compile(r"[\w.-]{1,200}")
_LOOKS: Final = (0.01, 0.02, 0.05, 0.1)  # seconds between looks at a job, the last one again and again
_KEY: Final = re.compile(r"[\x20-\x7e]{1,255}")
Ingests = Annotated[Caller, Depends(require("ingest"))]
JobPath = Annotated[str, Path(max_length=100)]
IdPath = Annotated[str, Path(pattern=r"^[\w.\-]{1,200}$", examples=["wire-2025-11-29"])]


class Reading(BaseModel):
    """What became of an article that was read; the counts are null where it was not read now."""

    seq: int = Field(description="The entry of the ledger; give it as `min_seq` to see the article in an answer.")
    job: str
    article: str
    status: str = Field(description="`added`, `updated`, `unchanged`, or `retracted`: this text was withdrawn before.")
    events: int | None
    claims: int | None
    figures: int | None


class JobAnswer(BaseModel):
    """An article that waits to be read, or what became of it."""

    seq: int
    job: str
    article: str
    status: str = Field(description="`queued`, `running`, `done` or `failed`.")
    created: str
    finished: str | None
    reading: Reading | None = None
    problem: str | None = None


class Withdrawal(BaseModel):
    """Whether an article was withdrawn now; false where it was before."""

    seq: int
    article: str
    changed: bool


_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": Reading, "description": "It is known: nothing changed, or a new version took its place."},
    201: {"model": Reading, "description": "It was read."},
    202: {"model": JobAnswer, "description": "It waits on the disk to be read; `Location` is its job."},
}


def _about(
    title: Annotated[str | None, Query(max_length=1000)] = None,
    publisher: Annotated[str | None, Query(max_length=500)] = None,
    published: Annotated[date | None, Query(examples=["2025-11-29"])] = None,
    url: Annotated[str | None, Query(max_length=2000)] = None,
) -> dict[str, Any]:
    """Read what is said of an article beside its body; it counts over what the body says."""
    told = {"title": title, "publisher": publisher, "published": published, "url": url}
    return {name: value for name, value in told.items() if value is not None}


About = Annotated[dict[str, Any], Depends(_about)]
Prefer = Annotated[str | None, Header(description="`respond-async` for a job at once.")]
IdempotencyKey = Annotated[
    str | None,
    Header(description="Any word of the caller's; the same request sent again with it gets the same answer."),
]


@router.post("/articles", status_code=201, responses=_ANSWERS, openapi_extra=OPENAPI, summary="Read an article")
async def post(
    request: Request,
    service: Held,
    caller: Ingests,
    about: About,
    article_id: Annotated[str | None, Query(alias="id", pattern=r"^[\w.\-]{1,200}$")] = None,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> Response:
    """Read an article into the store. Its id is the one in the query or the body, or else made from its text.

    An id that is known makes it a new version of that article. A long article, and any where `Prefer: respond-async`
    asks for it, is answered with 202 and a job.
    """
    about = {**about, "id": article_id} if article_id else about
    return await _take(request, service, caller, about, idempotency_key, prefer)


@router.put(
    "/articles/{article}", status_code=201, responses=_ANSWERS, openapi_extra=OPENAPI, summary="Read a version of it"
)
async def put(
    request: Request,
    service: Held,
    caller: Ingests,
    about: About,
    article: IdPath,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> Response:
    """Read a text as the current version of the article with this id, new or known."""
    return await _take(request, service, caller, {**about, "id": article}, idempotency_key, prefer)


async def _take(
    request: Request, service: Service, caller: Caller, about: Mapping[str, Any], key: str | None, prefer: str | None
) -> Response:
    if key is not None and not _KEY.fullmatch(key):
        raise Problem(400, "Idempotency-Key not understood", "send 1 to 255 printable ASCII characters")
    body = await request.body()
    article = await run_in_threadpool(_article, body, request.headers, about)
    sending = Sending(caller.name, key, _digest(request, body))
    job = await run_in_threadpool(service.jobs.submit, article, sending)
    service.reader.wake()
    if job.answer is None:
        at_once = len(article.text) <= service.settings.at_once and "respond-async" not in (prefer or "")
        job = await _settled(service, job) if at_once else job
        answer = await run_in_threadpool(_answer, service, job)
    else:
        answer = job.answer
    return _respond(job, *answer)


def _article(body: bytes, headers: Mapping[str, str], about: Mapping[str, Any]) -> Article:
    article = replace(article_of(body, headers), **about)
    if not ID.fullmatch(article.id):
        raise Problem(422, "Id too long", "give the article an `id` of 1 to 200 letters, digits, dots and hyphens")
    return article


def _digest(request: Request, body: bytes) -> str:
    kind = request.headers.get("content-type", "")
    parts = (request.method, request.url.path, request.url.query, kind)
    return sha256("\0".join(parts).encode() + b"\0" + body).hexdigest()


async def _settled(service: Service, job: Job) -> Job:
    """Wait until a job is over, no longer than the settings say."""
    with anyio.move_on_after(service.settings.patience):
        looks = 0
        while not job.over:
            await anyio.sleep(_LOOKS[min(looks, len(_LOOKS) - 1)])
            found: Job | None = await run_in_threadpool(service.jobs.find, job.id)
            job, looks = found or job, looks + 1
    return job


def _answer(service: Service, job: Job) -> tuple[int, Mapping[str, Any]]:
    """Make the answer to a job's request, and keep it for a request that is sent again."""
    if job.status == "done" and job.result is not None:
        status = HTTPStatus.CREATED if job.result["status"] == "added" else HTTPStatus.OK
        return service.jobs.answered(job.id, status, _reading(job))
    if job.over and job.result is not None:
        told = {"detail": job.result["problem"]}
        return (job.result["code"], told) if job.repeatable else service.jobs.answered(job.id, 422, told)
    return service.jobs.answered(job.id, HTTPStatus.ACCEPTED, _job(job, service.seq).model_dump())


def _respond(job: Job, status: int, body: Mapping[str, Any]) -> Response:
    if status >= HTTPStatus.BAD_REQUEST:
        return problems.answer(Problem(status, "Not read", body["detail"], job=job.id))
    place = f"/v1/jobs/{job.id}" if status == HTTPStatus.ACCEPTED else f"/v1/articles/{quote(job.article)}"
    return JSONResponse(dict(body), status, {"Location": place})


def _reading(job: Job) -> dict[str, Any]:
    return {**(job.result or {}), "job": job.id, "article": job.article}


def _job(job: Job, seq: int) -> JobAnswer:
    told = {"job": job.id, "article": job.article, "status": job.status}
    reading = Reading(**_reading(job)) if job.status == "done" else None
    problem = (job.result or {}).get("problem")
    return JobAnswer(seq=seq, **told, created=job.created, finished=job.finished, reading=reading, problem=problem)


@router.get("/jobs/{job}", summary="What became of an article", dependencies=[Depends(require("read"))])
def job(job: JobPath, service: Held) -> JobAnswer:
    """Tell whether an article still waits, and what was read of it; a week after that it is forgotten."""
    found = service.jobs.find(job)
    if found is None:
        raise _no_job()
    return _job(found, service.seq)


def _no_job() -> Problem:
    return Problem(404, "No such job", "no job has this id, or it was over more than a week ago; send it again")


@router.post(
    "/jobs/{job}",
    status_code=202,
    summary="Read it again",
    dependencies=[Depends(require("ingest"))],
    responses={202: {"description": "It waits again."}},
)
def again(job: JobPath, service: Held) -> JobAnswer:
    """Read the article of a job again whose reading was ended at its limit; it was kept."""
    found = service.jobs.again(job)
    if found is None:
        raise _no_job()
    service.reader.wake()
    return _job(found, service.seq)


@router.delete("/articles/{article}", summary="Withdraw an article", dependencies=[Depends(require("ingest"))])
def delete(
    article: IdPath,
    service: Held,
    why: Annotated[str, Query(max_length=2000, description="Why; kept with it.")] = "",
) -> Withdrawal:
    """Withdraw an article: what it alone told stays, marked unsupported, and counts for nothing.

    The same text sent again does not bring it back; a new text of the article does.
    """
    with service.store() as store:
        try:
            changed = store.retract(article, why)
        except CurationError as error:
            raise Problem(404, "No such article", str(error)) from error
        return Withdrawal(seq=store.seq, article=article, changed=changed)

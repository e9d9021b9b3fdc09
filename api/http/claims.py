"""In: a search, an id, or a review over HTTP. Out: claims in the shapes that fact-checking tools know.

The search has the shape of the Google Fact Check Tools API (`claims:search`); one claim is a schema.org `Claim`. A
`ClaimReview` is there only where somebody recorded one.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.claiming import MEDIA, Claims, pages
from api.http.keys import Caller, require
from api.http.negotiation import choose
from api.http.problems import Problem
from api.http.state import Held
from breachtrace import Review

LONGEST_PAGE: Final = 100
router = APIRouter(tags=["claims"])
Id = Annotated[str, Path(min_length=1, max_length=100, description="The id of a claim or figure.")]
_OF_CLAIM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA: {}, "application/json": {}}, "description": "A schema.org Claim; JSON-LD where asked for."}
}


class Found(BaseModel):
    """One page of claims, in the shape of the Google Fact Check Tools API, with our `id` in each and `seq`."""

    claims: list[dict[str, Any]]
    nextPageToken: str | None = None  # noqa: N815 (the name that the API has)
    seq: int = Field(description="The number of the ledger's entry that the answer shows.")


class ReviewBody(BaseModel):
    """A verdict that somebody published on a claim or figure."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"rating": "Outdated", "publisher": "Fact Desk", "site": "facts.example"}]},
    )

    rating: str = Field(min_length=1, max_length=200, description="The verdict in words, such as False or Outdated.")
    publisher: str = Field(min_length=1, max_length=200, description="Who publishes the review.")
    site: str | None = Field(
        default=None, max_length=253, pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", description="Their host name."
    )
    url: str | None = Field(default=None, max_length=2000, pattern=r"^https?://[^\s]+$", description="Where it stands.")
    title: str | None = Field(default=None, min_length=1, max_length=500, description="What it is called there.")
    day: date | None = Field(default=None, alias="date", description="The day of the review; today if left out.")


class Noted(BaseModel):
    """The decision in the ledger that a review became; its number undoes it."""

    seq: int
    claim: str


@router.get(
    "/v1alpha1/claims:search",
    summary="Search claims, as the Google Fact Check Tools API does",
    dependencies=[Depends(require("read"))],
    response_model_exclude_none=True,
)
def search(
    service: Held,
    query: Annotated[str, Query(max_length=500, description="Words that a claim holds, all of them.")] = "",
    language: Annotated[
        str, Query(alias="languageCode", max_length=35, description="A BCP-47 code; all claims are English.")
    ] = "",
    max_age: Annotated[
        int | None,
        Query(alias="maxAgeDays", ge=1, le=100_000, description="Published or reviewed at most so long ago."),
    ] = None,
    size: Annotated[int, Query(alias="pageSize", ge=1, le=LONGEST_PAGE, description="Claims on a page.")] = 10,
    token: Annotated[
        str, Query(alias="pageToken", max_length=500, description="`nextPageToken` of the page before.")
    ] = "",
    site: Annotated[
        str, Query(alias="reviewPublisherSiteFilter", max_length=253, description="Reviewed by this site only.")
    ] = "",
) -> Found:
    """Find claims and figures whose words hold the query, the newest first; `claimReview` is empty without a review."""
    if not query.strip() and not site:
        raise Problem(400, "Nothing to search for", "give a `query`, or a `reviewPublisherSiteFilter`")
    after = _place(token)
    claims = service.derived(service.graph(), Claims)
    newer = datetime.now(UTC).date() - timedelta(days=max_age) if max_age else None
    english = not language or language.lower().split("-")[0] == "en"
    rest = list(pages(claims.search(query, newer, site or None), after, claims)) if english else []
    page, more = rest[:size], len(rest) > size
    following = _token(claims.order(page[-1])) if more else None
    return Found(claims=[claims.found(one) for one in page], nextPageToken=following, seq=claims.seq)


def _token(place: tuple[int, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(token: str) -> tuple[int, str] | None:
    """Read where a page ended out of its token, so that what is added meanwhile moves nothing."""
    if not token:
        return None
    try:
        day, claim = json.loads(base64.b64decode(token.encode(), altchars=b"-_", validate=True))
        return int(day), str(claim)
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise Problem(400, "Wrong page token", "give `nextPageToken` as it came, or leave it out") from None


@router.get(
    "/v1/claims/{claim}",
    summary="One claim or figure, as a schema.org Claim",
    dependencies=[Depends(require("read"))],
    responses=_OF_CLAIM,
    response_class=JSONResponse,
)
def claim(claim: Id, service: Held, request: Request) -> JSONResponse:
    """Give a claim with every appearance, word for word; `review` is there only where somebody recorded one."""
    claims = service.derived(service.graph(), Claims)
    found = claims.find(claim)
    if found is None:
        raise Problem(404, "No such claim", "no claim or figure has this id; /v1alpha1/claims:search finds them")
    accept = ", ".join(request.headers.getlist("accept"))
    media = choose(accept, ("application/json", MEDIA)) or "application/json"
    return JSONResponse(claims.linked(found), headers={"Vary": "Accept"}, media_type=media)


@router.post("/v1/claims/{claim}/reviews", status_code=201, summary="Record a review of a claim or figure")
def review(claim: Id, body: ReviewBody, service: Held, caller: Annotated[Caller, Depends(require("curate"))]) -> Noted:
    """Note a review in the ledger; it holds whatever is read later, and `breachtrace curate undo` takes it back."""
    graph = service.graph()
    found = service.derived(graph, Claims).find(claim)
    if found is None:
        raise Problem(404, "No such claim", "no claim or figure has this id; /v1alpha1/claims:search finds them")
    day = body.day or datetime.now(UTC).date()
    told = Review(found.id, body.rating, body.publisher, day, body.site, body.url, body.title)
    with service.store() as store:
        noted = store.review(told, by=caller.name, graph=graph)
    return Noted(seq=noted.seq, claim=found.id)

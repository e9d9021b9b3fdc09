"""In: a question about causes and effects. Out: the most believed paths, in the form that the caller asks for."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api.http.keys import require
from api.http.problems import Problem
from api.http.state import Held
from api.http.trace_models import TraceAnswer, TraceQuery
from api.http.view import NOT_MODIFIED, Graph
from api.tracing_forms import MEDIA, written
from graph.trace import Tracer

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {media: {} for form, media in MEDIA.items() if form != "json"}}
}
router = APIRouter(prefix="/v1", tags=["traces"], dependencies=[Depends(require("read"))])


@router.get(
    "/trace", summary="The paths from a breach", response_model=TraceAnswer, responses={**NOT_MODIFIED, **_FORMS}
)
def trace(
    asked: Annotated[TraceQuery, Query()], graph: Graph, service: Held, request: Request, response: Response
) -> Response:
    """Find the most believed simple causal paths from an incident or event, or those that lead to it.

    They are exact: `proven` says so for each goal. Every hop has all its evidence, word for word.
    """
    form = asked.format or accepted(request.headers.get("accept", "*/*"))
    tracer = service.derived(graph, Tracer)
    found = tracer.trace(tracer.found(asked.start), asked.question())
    headers = {**response.headers, "Vary": "Accept"}
    if found.unproven:  # another try may find more
        headers = {"Vary": "Accept", "Cache-Control": "no-store"}
    return Response(written(found, graph, form), headers=headers, media_type=MEDIA[form])


def accepted(header: str) -> str:
    """Choose a form by an Accept header: the one it rates highest, of several the first that it names.

    Raises:
        Problem: It takes none of them.
    """
    rated: list[tuple[float, str]] = []
    for part in header.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        told = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        rated.append((float(told) if told.replace(".", "", 1).isdecimal() else 0.0, media))
    for rate, media in sorted(rated, key=lambda one: -one[0]):
        fitting = [form for form, name in MEDIA.items() if rate and _fits(media, name)]
        if fitting:
            return fitting[0]
    raise Problem(406, "No such form", f"a trace is there as {', '.join(MEDIA.values())}; name one of them in Accept")


def _fits(media: str, name: str) -> bool:
    return media in ("*/*", name) or media == name.partition("/")[0] + "/*"

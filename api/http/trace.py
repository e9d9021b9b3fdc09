"""In: a question about causes and effects. Out: the most believed paths, in the form that the caller asks for."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api.http.keys import require
from api.http.negotiation import choose
from api.http.problems import Problem
from api.http.state import Held
from api.http.trace_models import TraceAnswer, TraceQuery
from api.http.view import NOT_MODIFIED, Graph
from api.tracing_forms import MEDIA, written
from graph.trace import Tracer

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {media: {} for form, media in MEDIA.items() if form != "json"}}
}
_FORM_OF: Final = {media: form for form, media in MEDIA.items()}
router = APIRouter(prefix="/v1", tags=["traces"], dependencies=[Depends(require("read"))])


@router.get(
    "/trace", summary="The paths from a breach", response_model=TraceAnswer, responses={**NOT_MODIFIED, **_FORMS}
)
async def trace(
    asked: Annotated[TraceQuery, Query()], graph: Graph, service: Held, request: Request, response: Response
) -> Response:
    """Find the most believed simple causal paths from an incident or event, or those that lead to it.

    They are exact: `proven` says so for each goal. Every hop has all its evidence, word for word.
    """
    form = asked.format or _accepted(request)

    def found() -> tuple[str, bool]:
        tracer = service.derived(graph, Tracer)
        trace = tracer.trace(tracer.found(asked.begin), asked.question())
        return written(trace, graph, form), bool(trace.unproven)

    body, unproven = await service.traces.run(found)
    headers = {**response.headers, "Vary": "Accept"}
    if unproven:  # another try may find more
        headers = {"Vary": "Accept", "Cache-Control": "no-store"}
    return Response(body, headers=headers, media_type=MEDIA[form])


def _accepted(request: Request) -> str:
    media = choose(", ".join(request.headers.getlist("accept")), list(_FORM_OF))
    if media is None:
        told = f"a trace is there as {', '.join(_FORM_OF)}; name one of them in Accept"
        raise Problem(406, "Not acceptable", told)
    return _FORM_OF[media]

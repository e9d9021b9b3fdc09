"""In: requests of the SPARQL 1.1 Protocol and of its Graph Store Protocol. Out: results and graphs; nothing is changed.

Source: SPARQL 1.1 Protocol; SPARQL 1.1 Graph Store HTTP Protocol; SPARQL 1.1 Service Description (W3C, 2013).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.http import operation
from api.http.asking import SEQ, TRUNCATED, Asked, Asker, lifespan
from api.http.keys import require
from api.http.negotiation import choose
from api.http.operation import Operation
from api.http.problems import Problem
from graph.stores import guard
from graph.stores.description import Service, describe
from graph.stores.errors import QueryRefusedError
from graph.stores.query import Question, Reply

# The media types on offer, the one that is preferred first, and what the engine calls them.
RESULTS: Final = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
GRAPHS: Final = {
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "text/plain": "application/n-triples",
}
_WHOLE: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"

router = APIRouter(tags=["SPARQL"], dependencies=[Depends(require("read"))], lifespan=lifespan)


def _contents(*offers: dict[str, str]) -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {media: {} for offer in offers for media in offer}
    headers = {SEQ: {"description": "The entry of the ledger that is shown.", "schema": {"type": "integer"}}}
    return {200: {"description": "The result.", "content": content, "headers": headers}}


def _parameter(name: str, what: str, *, several: bool = False) -> dict[str, Any]:
    one = {"type": "string"}
    schema = {"type": "array", "items": one} if several else one
    return {"name": name, "in": "query", "description": what, "schema": schema}


_ABOUT: Final = [
    _parameter(
        "default-graph-uri", "A graph of the store that the query sees; FROM then counts for nothing.", several=True
    ),
    _parameter("named-graph-uri", "A graph of the store that GRAPH reaches.", several=True),
]
_ASKED: Final = {"parameters": [_parameter("query", "The query; without it the service is described."), *_ABOUT]}
_FIELDS: Final = {one["name"]: one["schema"] for one in [_parameter("query", ""), *_ABOUT]}
_POSTED: Final = {
    "parameters": _ABOUT,
    "requestBody": {
        "required": True,
        "content": {
            operation.QUERY: {"schema": {"type": "string"}, "example": "ASK { ?s ?p ?o }"},
            operation.FORM: {"schema": {"type": "object", "required": ["query"], "properties": _FIELDS}},
        },
    },
}


@router.get(
    "/sparql",
    summary="Ask in SPARQL 1.1, or have the service described",
    response_class=Response,
    responses=_contents(RESULTS, GRAPHS),
    openapi_extra=_ASKED,
)
async def get_sparql(request: Request, asker: Asked) -> Response:
    """Answer a query that stands in the URL; without any parameter, describe the service in RDF."""
    asked = operation.of_get(request.scope["query_string"])
    return await _answer(request, asker, asked) if asked else await _description(request, asker)


@router.post(
    "/sparql",
    summary="Ask in SPARQL 1.1",
    response_class=Response,
    responses=_contents(RESULTS, GRAPHS),
    openapi_extra=_POSTED,
)
async def post_sparql(request: Request, asker: Asked) -> Response:
    """Answer a query that is sent as a form, or as a body of its own."""
    content_type = request.headers.get("content-type")
    asked = operation.of_post(content_type, request.scope["query_string"], await request.body())
    return await _answer(request, asker, asked)


@router.api_route("/sparql", methods=["PUT", "PATCH", "DELETE"], include_in_schema=False)
async def change_sparql() -> None:
    """Refuse what is no way to send a query."""
    raise Problem(405, "Method not allowed", "send a query by GET or POST", {"Allow": "GET, HEAD, POST"})


@router.get(
    "/graphs",
    summary="Read a graph, by the Graph Store Protocol",
    response_class=Response,
    responses=_contents(GRAPHS),
    openapi_extra={
        "parameters": [
            {**_parameter("default", "Ask for the graph that a query without FROM sees."), "allowEmptyValue": True},
            _parameter("graph", "Ask for the named graph of this IRI."),
        ]
    },
)
async def get_graph(request: Request, asker: Asked) -> Response:
    """Give a whole graph; exactly one of `default` and `graph` says which."""
    media = _negotiated(request, GRAPHS)
    pairs = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    named = [(name, value) for name, value in pairs if name in ("default", "graph")]
    if len(named) != 1 or (named[0][0] == "default" and named[0][1]):
        raise Problem(400, "Request not understood", "name one graph: either ?default or ?graph=IRI")
    name, iri = named[0]
    question = Question(_WHOLE, form=GRAPHS[media], default_graphs=None if name == "default" else (iri,))
    with suppress(QueryRefusedError):  # no such graph can be in the store
        reply = await asker.ask(question, whole=True)
        if reply.count:
            return _response(reply, media)
    raise Problem(404, "No such graph", f"the store holds no graph {iri or 'yet'}; /sparql lists those that there are")


@router.api_route("/graphs", methods=["PUT", "POST", "PATCH", "DELETE"], include_in_schema=False)
async def change_graph() -> None:
    """Refuse to change a graph."""
    detail = "graphs are only read here; change them by ingesting articles"
    raise Problem(405, "Method not allowed", detail, {"Allow": "GET, HEAD"})


async def _answer(request: Request, asker: Asker, asked: Operation) -> Response:
    offer = GRAPHS if guard.form_of(asked.query) in ("CONSTRUCT", "DESCRIBE") else RESULTS
    media = _negotiated(request, offer)
    question = Question(
        asked.query, form=offer[media], default_graphs=asked.default_graphs, named_graphs=asked.named_graphs
    )
    return _response(await asker.ask(question), media)


async def _description(request: Request, asker: Asker) -> Response:
    media = _negotiated(request, GRAPHS)
    forms = tuple(dict.fromkeys((*RESULTS.values(), *GRAPHS.values())))
    service = Service(str(request.url.replace(query="")), forms, asker.limits, TRUNCATED)
    body = await run_in_threadpool(describe, service, GRAPHS[media])
    return Response(body, headers={"Vary": "Accept"}, media_type=media)


def _negotiated(request: Request, offer: dict[str, str]) -> str:
    media = choose(", ".join(request.headers.getlist("accept")), list(offer))
    if media is None:
        raise Problem(406, "Not acceptable", f"the result can be had as {', '.join(offer)}")
    return media


def _response(reply: Reply, media: str) -> Response:
    headers = {SEQ: str(reply.seq), "Vary": "Accept"}
    if reply.truncated:
        headers[TRUNCATED] = "true"
    return Response(reply.body, headers=headers, media_type=media)

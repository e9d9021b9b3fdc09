"""In: the settings. Out: the app, an ASGI application with all its routes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.cors import CORSMiddleware

from api.http import (
    articles,
    check,
    claims,
    cypher,
    decisions,
    failures,
    figures,
    health,
    incidents,
    problems,
    sparql,
    trace,
)
from api.http.asking import SEQ, TRUNCATED
from api.http.gate import Gate
from api.http.settings import Settings
from api.http.state import Service
from api.http.watch import Watch

ROUTERS: Final = (
    health.router,
    incidents.router,
    figures.router,
    trace.router,
    articles.router,
    failures.router,
    decisions.router,
    check.router,
    claims.router,
    sparql.router,
    cypher.router,
    # a router of another module takes its place here, one line each
)


def make_app(settings: Settings | None = None) -> FastAPI:
    """Make the app; its store is made where it is missing.

    Args:
        settings: The settings; None for what environment and .env say.

    Raises:
        LedgerError: The ledger cannot be opened.
    """
    service = Service(settings or Settings())
    app = FastAPI(
        title="breachtrace",
        version=version("breachtrace"),
        summary="How the harm of data breaches reaches livelihoods, with a quote behind every statement.",
        lifespan=_lifespan,
        responses=problems.RESPONSES,
    )
    app.state.service = service
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    _surround(app, service)
    return app


def _surround(app: FastAPI, service: Service) -> None:
    """Put the layers around the routes; the last one is the outermost."""
    app.add_middleware(Gate, settings=service.settings)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=service.settings.origins,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Prefer", "X-Request-ID"],
        expose_headers=["ETag", "Location", "Retry-After", "X-Request-ID", SEQ, TRUNCATED],
    )
    app.add_middleware(Watch, metrics=service.metrics)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    if service.jobs.waiting():
        service.reader.wake()  # what an earlier process had accepted
    yield
    await run_in_threadpool(service.close)

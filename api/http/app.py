"""In: the settings. Out: the app, an ASGI application with all its routes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI

from api.http import cypher, health, problems, sparql
from api.http.settings import Settings
from api.http.state import Service

ROUTERS: Final = (
    health.router,
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
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.service.close()

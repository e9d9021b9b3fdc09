"""In: questions from routes. Out: the workers' replies, on projections as new as the ledger; the loop never waits.

The workers of a service start at its first query and end with it. A route depends on `Asked`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from threading import Lock
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Request
from starlette.concurrency import run_in_threadpool

from api.http.state import Service
from graph.stores.errors import StoreMissingError
from graph.stores.pool import Pool
from graph.stores.query import Language, Limits, Question, Reply

_ALL_ROWS: Final = 1 << 62
_LOCK: Final = Lock()


class Asker:
    """What answers the queries of a service."""

    def __init__(self, service: Service) -> None:
        settings = service.settings
        self.limits = Limits(settings.query_seconds, settings.query_rows, settings.query_memory, settings.query_bytes)
        self._service = service
        self._pools: dict[Language, Pool] = {}
        self._projected: dict[Language, int] = {}
        self._coming: dict[Language, Future[None]] = {}
        self._projector = ThreadPoolExecutor(1, "project")

    async def ask(self, question: Question, *, whole: bool = False) -> Reply:
        """Have a question answered, in the form that it names.

        Args:
            question: The question.
            whole: Whether all rows are wanted, up to the limits of time and size.

        Raises:
            StoreError: As of `graph.stores.pool.Pool.submit` and of the reply that it promises.
        """
        question.check()  # what is refused should not wait for a projection
        try:
            return await self._ask(question, whole)
        except StoreMissingError:  # somebody has taken away what was projected
            self._projected.pop(question.language, None)
            return await self._ask(question, whole)

    async def _ask(self, question: Question, whole: bool) -> Reply:
        await self._bring_up(question.language)
        limits = replace(self.limits, rows=_ALL_ROWS) if whole else self.limits
        return await asyncio.wrap_future(self._pool(question.language).submit(question, limits))

    def _pool(self, language: Language) -> Pool:
        if language not in self._pools:  # no other thread comes here
            settings = self._service.settings
            seats = settings.query_workers if language == "sparql" else max(1, settings.query_workers // 2)
            self._pools[language] = Pool(self._service.folder, language, self.limits, seats, settings.query_waiting)
        return self._pools[language]

    async def _bring_up(self, language: Language) -> None:
        """Wait until a projection shows the ledger's last entry; where there is an older one, not for long."""
        wanted = await run_in_threadpool(lambda: self._service.seq)
        end = time.monotonic() + self._service.settings.patience
        while self._projected.get(language, -1) < wanted:
            coming = self._coming.get(language)
            if coming is None or coming.done():
                coming = self._coming[language] = self._projector.submit(self._project, language)
            left = max(0.0, end - time.monotonic()) if language in self._projected else None
            await asyncio.wait([asyncio.wrap_future(coming)], timeout=left)
            if not coming.done():
                return
            coming.result()

    def _project(self, language: Language) -> None:
        with self._service.store() as store:
            made = store.project(cypher=language == "cypher")
        self._projected[language] = made.seq

    def close(self) -> None:
        """End the workers."""
        self._projector.shutdown(cancel_futures=True)
        for pool in self._pools.values():
            pool.close()


def asker(request: Request) -> Asker:
    """Return what answers the queries of the app that a request came to."""
    state = request.app.state
    with _LOCK:
        if not hasattr(state, "asker"):
            state.asker = Asker(state.service)
    made = state.asker
    assert isinstance(made, Asker)
    return made


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """End the workers with the app."""
    yield
    if hasattr(app.state, "asker"):
        await run_in_threadpool(app.state.asker.close)


Asked = Annotated[Asker, Depends(asker)]

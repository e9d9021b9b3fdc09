"""In: questions from routes. Out: the workers' replies, on projections as new as the ledger; the loop never waits.

The workers of a service start at its first query and end with it. A route depends on `Asked`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cached_property, partial
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Request
from starlette.concurrency import run_in_threadpool

from api.http.projections import Projections
from api.http.state import Service
from graph.stores.errors import QueryBusyError, StoreMissingError
from graph.stores.neo4j import Address
from graph.stores.neo4j_query import Read, Reader
from graph.stores.pool import Pool
from graph.stores.query import Language, Limits, Question, Reply

# The headers that an answer has: the ledger's entry that it shows; and `true` where rows are missing.
SEQ: Final = "Breachtrace-Seq"
TRUNCATED: Final = "Breachtrace-Truncated"
_ALL_ROWS: Final = 1 << 62


class Asker:
    """What answers the queries of a service."""

    def __init__(self, service: Service) -> None:
        settings = service.settings
        self.limits = Limits(settings.query_seconds, settings.query_rows, settings.query_memory, settings.query_bytes)
        self._service = service
        self._pools: dict[Language, Pool] = {}
        self._projections = Projections(service)
        self._readers = ThreadPoolExecutor(settings.query_workers, "neo4j")
        self._remote: set[Future[Read]] = set()

    async def ask(self, question: Question, *, whole: bool = False) -> Reply:
        """Have a question answered, in the form that it names.

        Args:
            question: The question.
            whole: Whether all rows are wanted, up to the limits of time and size.

        Raises:
            StoreError: As of `graph.stores.pool.Pool.submit` and of the reply that it promises.
        """
        try:
            return await self._ask(question, whole)
        except StoreMissingError:  # somebody has taken away what was projected
            self._projections.forget(question.language)
            return await self._ask(question, whole)

    async def ask_neo4j(self, reader: Reader, text: str, values: Mapping[str, Any], **how: Any) -> Read:
        """Have a Cypher query answered by Neo4j; `how` is as of `graph.stores.neo4j_query.Reader.ask`.

        Raises:
            StoreError: As of `Reader.ask`, or too many are waiting.
        """
        if len(self._remote) >= self._service.settings.query_waiting:
            raise QueryBusyError("too many queries are waiting", 1)
        future = self._readers.submit(reader.ask, text, values, self.limits, **how)
        self._remote.add(future)
        future.add_done_callback(self._remote.discard)
        return await asyncio.wrap_future(future)

    @cached_property
    def neo4j(self) -> Reader | None:
        """The Neo4j that answers Cypher, if one is set.

        Raises:
            RemoteError: What is set is no URL of a server.
            ExtraMissingError: The driver is not installed.
        """
        url = self._service.settings.neo4j
        return None if url is None else Reader(Address.parse(url))

    async def _ask(self, question: Question, whole: bool) -> Reply:
        limits = replace(self.limits, rows=_ALL_ROWS) if whole else self.limits
        return await asyncio.wrap_future(self._pool(question.language).submit(question, limits))

    def _pool(self, language: Language) -> Pool:
        if language not in self._pools:  # no other thread comes here
            settings = self._service.settings
            seats = settings.query_workers if language == "sparql" else max(1, settings.query_workers // 2)
            bring_up = partial(self._projections.bring_up, language)
            pool = Pool(self._service.folder, language, self.limits, seats, settings.query_waiting, bring_up)
            self._pools[language] = pool
        return self._pools[language]

    def close(self) -> None:
        """End the workers."""
        self._readers.shutdown(cancel_futures=True)
        if reader := self.__dict__.get("neo4j"):
            reader.close()
        self._projections.close()
        for pool in self._pools.values():
            pool.close()


async def asker(request: Request) -> Asker:
    """Return what answers the queries of the app that a request came to."""
    state = request.app.state
    if not hasattr(state, "asker"):  # no other thread comes here
        state.asker = Asker(state.service)
    made = state.asker
    assert isinstance(made, Asker)
    return made


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """End the workers with the app."""
    yield
    if hasattr(app.state, "asker"):  # several routers come here, the first one closes it
        made = app.state.asker
        del app.state.asker
        await run_in_threadpool(made.close)


Asked = Annotated[Asker, Depends(asker)]

"""In: the settings. Out: what the routes share: the store, its graph for each `seq`, the keys and the limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import Lock, RLock
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Request

from api.http.jobs import Jobs
from api.http.keyring import Keyring
from api.http.limits import Limiter
from api.http.metrics import Metrics
from api.http.problems import SOON, Problem
from api.http.reader import Reader
from api.http.settings import Settings
from api.http.turns import Turns
from breachtrace import Assembled, Store
from extract.apart import Workers
from graph.errors import LedgerError

T = TypeVar("T")
RELEASE: Final = version("breachtrace")
IDLE: Final = 8  # stores that are kept open
TRACES: Final = 8  # traces that are searched for at once
FIRST: Final = 60.0  # seconds that a request waits for a graph where there was none before


class Service:
    """One for each app, on `app.state.service`; all of it may be used from several threads.

    Args:
        settings: The settings; the store's folder and ledger are made where they are missing.

    Raises:
        LedgerError: The ledger cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keys = Keyring(settings.store, IDLE)
        self.reads, self.writes = Limiter(settings.rate), Limiter(settings.write_rate)
        self.metrics = Metrics()
        self.jobs = Jobs(settings.store, settings.queue, IDLE)
        self._workers = Workers(settings.model, settings.readers)
        opened = partial(self._opened, settings.read_seconds)
        self.reader = Reader(self.jobs, opened, settings.store, self.metrics.count_reading)
        self.checks = Turns(max(1, settings.readers - 1), settings.patience)
        self.traces = Turns(TRACES, settings.patience)
        self._idle: list[Store] = []
        self._ended = False
        self._lock = Lock()
        self._graph: Assembled | None = None
        self._coming: Future[Assembled] | None = None
        self._deriving = RLock()
        self._derived: tuple[Assembled | None, dict[Any, Any]] = (None, {})
        self._assembler = ThreadPoolExecutor(1, "assemble")
        with Store(settings.store, ledger=settings.ledger):
            pass

    @property
    def folder(self) -> Path:
        """The store's folder."""
        return self.settings.store

    @property
    def seq(self) -> int:
        """The number of the ledger's last entry; what was answered with it is on the disk."""
        with self.store() as store:
            return store.seq

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Give a store to this thread alone, until the block ends; it knows the graph that is assembled.

        It is kept open for the next one who needs it, as opening takes longer than most questions.
        """
        try:
            store = self._idle.pop()
        except IndexError:
            store = self._opened(self.settings.check_seconds)
        store.remember(self._graph)
        try:
            yield store
        except LedgerError:  # a connection that broke does not mend
            store.close()
            raise
        except BaseException:
            self._put_back(store)
            raise
        self._put_back(store)

    def _opened(self, seconds: float) -> Store:
        """Open a store whose readings may take so long."""
        reader = partial(self._workers.reader, seconds)
        return Store(self.folder, create=False, ledger=self.settings.ledger, reader=reader)

    def _put_back(self, store: Store) -> None:
        store.remember(None)
        if self._ended or len(self._idle) >= IDLE:
            store.close()
        else:
            self._idle.append(store)

    def graph(self) -> Assembled:
        """Return the graph; for each `seq` it is assembled once. Waits: not for the event loop.

        It is of the ledger's last entry. Where assembling that takes longer than a request waits, the one before
        answers, and its `seq` says so.

        Raises:
            Problem: There is no graph yet, not even an old one.
        """
        wanted, last = self.seq, self._graph
        end = time.monotonic() + (FIRST if last is None else self.settings.patience)
        while last is None or last.seq < wanted:
            coming = self._next(wanted)
            if not wait([coming], end - time.monotonic()).done:
                break
            last = coming.result()
        if last is None:
            raise Problem(503, "Not there yet", "the graph is being assembled; send the request again", SOON)
        return last

    def etag(self, graph: Assembled) -> str:
        """Name a graph that `graph` returned, for ETags; another ledger's at the same `seq` has another name."""
        return self.derived(graph, self._named)

    def _named(self, graph: Assembled) -> str:
        with self.store() as store:
            return f"{graph.seq}-{store.mark(graph.seq)}-{RELEASE}"

    def derived(self, graph: Assembled, make: Callable[[Assembled], T]) -> T:
        """Make something of a graph; of the newest one once, however often and by however many it is asked for."""
        with self._deriving:
            if self._derived[0] is not graph:
                self._derived = (graph, {})
            known = self._derived[1]
            if make not in known:
                known[make] = make(graph)
            made: T = known[make]
        return made

    def _next(self, wanted: int) -> Future[Assembled]:
        """Return the assembling that goes on, or begin one; never two at once."""
        with self._lock:
            if self._coming is None or (self._coming.done() and self._stale(self._coming, wanted)):
                self._coming = self._assembler.submit(self._assemble)
            return self._coming

    @staticmethod
    def _stale(done: Future[Assembled], wanted: int) -> bool:
        return done.exception() is not None or done.result().seq < wanted

    def _assemble(self) -> Assembled:
        with self.store() as store:
            graph = store.graph()
        self._graph = graph
        return graph

    def close(self) -> None:
        """End the threads, and close what is open; the article that is being read is read to its end."""
        self.reader.close()
        self._workers.close()
        self._assembler.shutdown(cancel_futures=True)
        self._ended = True
        while self._idle:
            self._idle.pop().close()
        self.keys.close()
        self.jobs.close()


async def held(request: Request) -> Service:
    """Return the service of the app that a request came to."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


Held = Annotated[Service, Depends(held)]

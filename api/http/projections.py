"""In: a service. Out: projections of its store that show the ledger's last entry, made when somebody asks for them."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

from api.http.state import Service
from graph.stores.query import Language


class Projections:
    """What is projected for each language; from any thread."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = Lock()
        self._shown: dict[Language, int] = {}
        self._coming: dict[Language, Future[None]] = {}
        self._projector = ThreadPoolExecutor(1, "project")

    def bring_up(self, language: Language) -> None:
        """Wait until a projection shows the ledger's last entry; where there is an older one, not for long.

        Raises:
            StoreError: It cannot be made.
            LedgerError: The ledger cannot be read.
        """
        wanted = self._service.seq
        end = time.monotonic() + self._service.settings.patience
        while self._shown.get(language, -1) < wanted:
            coming = self._next(language)
            left = max(0.0, end - time.monotonic()) if language in self._shown else None
            if not wait([coming], left).done:
                return
            coming.result()

    def forget(self, language: Language) -> None:
        """Look at what is projected again, for it is not there any more."""
        self._shown.pop(language, None)

    def _next(self, language: Language) -> Future[None]:
        """Return the projecting that goes on, or begin one; never two at once."""
        with self._lock:
            coming = self._coming.get(language)
            if coming is None or coming.done():
                coming = self._coming[language] = self._projector.submit(self._project, language)
            return coming

    def _project(self, language: Language) -> None:
        with self._service.store() as store:
            self._shown[language] = store.project(cypher=language == "cypher").seq

    def close(self) -> None:
        """End the thread."""
        self._projector.shutdown(cancel_futures=True)

"""In: the jobs in a store's folder. Out: their articles read into the ledger, one after the other, by one thread.

Of all processes that serve a store, one reads at a time: who holds the lock. Where it ends in the middle, its job is
begun anew; the ledger takes the same article only once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Final

import breachtrace
from api.http import problems
from api.http.jobs import Jobs
from breachtrace import Article, Outcome, Store
from extract.errors import ReadLimitError
from graph.errors import LedgerError
from graph.stores.files import locked

RETRY: Final = 0.2  # seconds until the lock is tried again that another process holds
PAUSE: Final = 5.0  # seconds until reading goes on where the ledger could not be written
_LOCK: Final = "reader.lock"
log = logging.getLogger("breachtrace.http.reader")


class Reader:
    """The thread; it starts with the first article, and loads the pipeline with it.

    Args:
        jobs: The jobs.
        opened: Opens the store, for the thread that reads.
        folder: The store's folder.
        counted: Is told what became of each article.
    """

    def __init__(
        self,
        jobs: Jobs,
        opened: Callable[[], AbstractContextManager[Store]],
        folder: Path,
        counted: Callable[[str], None],
    ) -> None:
        self._jobs, self._opened, self._counted = jobs, opened, counted
        self._lock = folder / _LOCK
        self._called, self._ending, self._starting = Event(), Event(), Lock()
        self._thread: Thread | None = None

    def wake(self) -> None:
        """Say that there is something to read."""
        self._called.set()
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="read", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End the thread after the article that it reads; what waits is on the disk."""
        self._ending.set()
        self._called.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        self._lock.touch()
        with self._opened() as store:  # it keeps the pipeline, which takes seconds to load
            with suppress(*breachtrace.ERRORS):  # without it every article says so
                store.load()
            while not self._ending.is_set():
                self._called.clear()
                self._called.wait(self._round(store))

    def _round(self, store: Store) -> float | None:
        """Read all there is, and return after how many seconds to look again; None for not before it is called."""
        try:
            with locked(self._lock):
                while not self._ending.is_set() and (taken := self._jobs.take()):
                    self._read(store, *taken)
        except BlockingIOError:
            return RETRY if self._jobs.waiting() else None
        except Exception:  # the disk may be full, or the database gone for a while
            log.exception("reading stopped; it is tried again")
            return PAUSE
        return None

    def _read(self, store: Store, job: str, article: Article) -> None:
        status, fields = "failed", {"article": article.id, "job": job}
        try:
            result = result_data(store.add(article), store.seq)
            status = "done"
        except LedgerError:
            self._jobs.put_back(job)
            raise
        except breachtrace.ERRORS as error:
            told = problems.of_error(error)
            result = {"problem": told.detail, "code": told.status_code if isinstance(error, ReadLimitError) else None}
            log.warning("article not read", extra={"fields": {**fields, "problem": str(error)}})
        except Exception:
            result = {"problem": "the service failed at this article; the operator's log says why"}
            log.exception("article not read", extra={"fields": fields})
        if status == "failed":
            store.fail(article.id, result["problem"])
        self._jobs.finish(job, status, result)
        self._counted(result.get("status", status))


def result_data(outcome: Outcome, seq: int) -> dict[str, Any]:
    """Lay out what became of an article; counts are null where it was not read now."""
    read = outcome.extraction
    return {
        "seq": seq,
        "status": outcome.status,
        "events": len(read.events) if read else None,
        "claims": len(read.links) if read else None,
        "figures": len(read.quantities) if read else None,
    }

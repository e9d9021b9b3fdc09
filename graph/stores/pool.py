"""In: questions, from any thread. Out: futures of their replies, answered by workers that are started beforehand.

Each of a fixed number of seats, a thread, has one worker and answers one question at a time; what it leaves behind (a
worker that ran into a limit, or is worn) it replaces before it takes the next. So that long queries do not keep short
ones out, at most half of the seats may be taken by queries that run longer than a second: one too many is ended then.
A long one also goes behind the others in the processor's queue.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graph.stores.errors import QueryBusyError, StoreError
from graph.stores.process import Worker
from graph.stores.query import Language, Limits, Question, Reply, projection

SLOW: Final = 1.0  # seconds after which a query counts as long


@dataclass(frozen=True, slots=True)
class _Job:
    question: Question
    limits: Limits
    future: Future[Reply]
    since: float = field(default_factory=time.monotonic)


class Pool:
    """Workers for one language on one store. `close` ends them.

    Args:
        store: The store's directory; its current projection is asked, whichever that is when a question's turn comes.
        language: `sparql` or `cypher`.
        limits: What a query may use up. All seats together may take `seats` times its memory.
        seats: How many questions are answered at once; a waiting worker takes about 40 MB.
        waiting: How many may wait for their turn.
        before: Called before each question, in the thread that has it answered; what it raises, the future raises.
    """

    def __init__(
        self,
        store: Path,
        language: Language = "sparql",
        limits: Limits | None = None,
        seats: int = 4,
        waiting: int = 64,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self.limits = limits or Limits()
        self._store, self._language, self._before = store, language, before
        self._jobs: queue.Queue[_Job | None] = queue.Queue(waiting)
        self._long = threading.Semaphore(max(1, seats // 2))
        self._closed = False
        self._seats = [threading.Thread(target=self._sit, name=f"{language}-{n}", daemon=True) for n in range(seats)]
        for seat in self._seats:
            seat.start()

    def submit(self, question: Question, limits: Limits | None = None) -> Future[Reply]:
        """Take a question; the future ends as `graph.stores.query.query` does. One that is cancelled is not begun.

        Args:
            question: The question.
            limits: Other limits for it; its memory is the pool's.

        Raises:
            QueryBusyError: Too many are waiting.
            QueryRefusedError: The statement would write, or reach outside the store.
            QueryInvalidError: It is no statement.
        """
        question.check()
        future: Future[Reply] = Future()
        try:
            self._jobs.put_nowait(_Job(question, limits or self.limits, future))
        except queue.Full:
            raise QueryBusyError("too many queries are waiting", self._patience) from None
        return future

    def close(self) -> None:
        """End the workers; questions that are being answered are answered first, those that wait are not."""
        self._closed = True
        with suppress(queue.Empty):
            while job := self._jobs.get_nowait():
                job.future.cancel()
        for _ in self._seats:
            self._jobs.put(None)
        for seat in self._seats:
            seat.join()

    @property
    def _patience(self) -> int:
        return max(1, round(self.limits.seconds / 2))

    def _sit(self) -> None:
        """Answer questions until the pool is closed."""
        seat = _Seat(self._language)
        seat.prepare()
        while not self._closed and (job := self._jobs.get()) is not None:
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                reply = self._answer(seat, job)
            except BaseException as error:  # whatever it is, who waits is to know of it
                job.future.set_exception(error)
            else:
                job.future.set_result(reply)
            seat.prepare()
        seat.clear()

    def _answer(self, seat: _Seat, job: _Job) -> Reply:
        if time.monotonic() - job.since > self.limits.seconds:
            raise QueryBusyError("the query waited too long for its turn", self._patience)
        self._before()
        with projection(self._store, self._language) as (path, seq):
            worker = seat.worker()
            if self._language == "cypher" and worker.path not in {None, str(path)}:
                seat.clear()  # its engine opens one file, once
                worker = seat.worker()
            long = _Long(self._long, worker, self._patience)
            try:
                header, body = worker.ask(job.question.task(path, job.limits), SLOW, long.begin)
            finally:
                long.end()
        return Reply(body, bool(header["truncated"]), header["count"], seq)


class _Seat:
    """Where a worker sits, and its successor when it is over."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._worker: Worker | None = None

    def worker(self) -> Worker:
        """Give the worker, one that is not over; starting it may fail."""
        if self._worker is not None and self._worker.over:
            self.clear()
        if self._worker is None:
            self._worker = Worker(self._language)
        return self._worker

    def prepare(self) -> None:
        """Start a worker, before it is needed; where that fails, whoever needs it is told."""
        with suppress(OSError, StoreError):
            self.worker().ready()

    def clear(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


class _Long:
    """What becomes of a query that turns out to be long."""

    def __init__(self, allowed: threading.Semaphore, worker: Worker, patience: int) -> None:
        self._allowed, self._worker, self._patience = allowed, worker, patience
        self._begun = False

    def begin(self) -> None:
        if not self._allowed.acquire(blocking=False):
            raise QueryBusyError(f"too many queries take longer than {SLOW:g} s", self._patience)
        self._begun = True
        self._worker.lower()

    def end(self) -> None:
        if self._begun:
            self._allowed.release()
            self._worker.over = True

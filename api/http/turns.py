"""In: work that takes long. Out: what it returns, done in a thread, a few at once; who would wait too long is told so.

So the threads that all routes share are never all taken by such work, and who waits for a turn takes none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import anyio
from starlette.concurrency import run_in_threadpool

from api.http.problems import Problem

T = TypeVar("T")


class Turns:
    """Turns for one kind of work; for one event loop.

    Args:
        most: How many are at it at once.
        patience: Seconds that one waits for a turn.
    """

    def __init__(self, most: int, patience: float) -> None:
        self._turns, self._patience = asyncio.Semaphore(most), patience

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work when its turn comes.

        Raises:
            Problem: It did not come in time.
        """
        try:
            with anyio.fail_after(self._patience):
                await self._turns.acquire()
        except TimeoutError:
            told = "too many such requests are being answered; send it again"
            raise Problem(503, "Busy", told, {"Retry-After": str(max(1, round(self._patience)))}) from None
        try:
            return await run_in_threadpool(work)
        finally:
            self._turns.release()

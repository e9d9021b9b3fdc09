"""In: who calls, and how often they may. Out: whether they may now, or how long they have to wait (a token bucket)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

CALLERS: Final = 10_000  # remembered at once; the one that was away longest is forgotten, with a full bucket


class Limiter:
    """Buckets that fill evenly up to a minute's worth of requests, one for each caller, in bounded memory.

    >>> limiter = Limiter(2, clock=lambda: 0.0)
    >>> [limiter.wait("somebody") for _ in range(3)]
    [0.0, 0.0, 30.0]
    """

    def __init__(self, per_minute: int, callers: int = CALLERS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._callers, self._clock = float(per_minute), callers, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens left, and when that was
        self._lock = Lock()

    def wait(self, caller: str, cost: float = 1.0) -> float:
        """Take tokens and return 0, or take none and return after how many seconds there will be enough."""
        with self._lock:
            now = self._clock()
            left, then = self._buckets.pop(caller, (self._most, now))
            left = min(self._most, left + (now - then) * self._most / 60)
            lacking = min(cost, self._most) - left
            self._buckets[caller] = (left - cost if lacking <= 0 else left, now)
            if len(self._buckets) > self._callers:
                self._buckets.popitem(last=False)
        return max(0.0, lacking * 60 / self._most)

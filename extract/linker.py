"""Event mentions with the encoder's vectors of their words go in, what each is to the others comes out (numpy only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from extract.parse import one_more

Floats = NDArray[np.float32]

NEAR: Final = 40  # mentions before and behind one that it is compared with, so that cost grows with the text alone
DISTANCES: Final = (-160, -80, -40, -20, -10, -5, 0, 5, 10, 20, 40, 80, 160)


@dataclass(frozen=True, slots=True)
class Linker:
    """A biaffine scorer of pairs of mentions, with what stands between them and how far apart they are.

    Attributes:
        pair: (role + 1, labels * (role + 1)) weights of cause and effect.
        between: (between, labels) weights of the words between the two.
        distance: (distances + 1, labels) weights of how many words apart they begin.
    """

    pair: Floats
    between: Floats
    distance: Floats

    @classmethod
    def load(cls, path: Path) -> Linker:
        """Reads the weights of `path`."""
        with np.load(path) as kept:
            return cls(*(kept[name].astype(np.float32) for name in ("pair", "between", "distance")))

    def chances(self, link: Floats, mentions: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Floats]:
        """Returns the chance of each label for every ordered pair of mentions that stand near each other.

        Args:
            link: vectors of words, one row each.
            mentions: first word and the one behind the last, in reading order.
        """
        if len(mentions) < 2:
            return {}
        sums = np.concatenate([np.zeros((1, link.shape[1]), dtype=np.float64), link.cumsum(0, dtype=np.float64)])
        table = np.array(mentions)
        first, stop = table[:, 0], table[:, 1]
        mean = ((sums[stop] - sums[first]) / (stop - first)[:, None]).astype(np.float32)
        role = len(self.pair) - 1
        cause, effect = one_more(mean[:, :role]), one_more(mean[:, role : 2 * role])
        found: dict[tuple[int, int], Floats] = {}
        for n in range(len(mentions)):
            low, high = max(0, n - NEAR), min(len(mentions), n + NEAR + 1)
            spread = (cause[n] @ self.pair).reshape(-1, role + 1)
            start = np.minimum(stop[n], stop[low:high])
            end = np.maximum(np.maximum(first[n], first[low:high]), start)
            gap = (sums[end, 2 * role :] - sums[start, 2 * role :]) / np.maximum(end - start, 1)[:, None]
            away = np.searchsorted(np.array(DISTANCES), first[low:high] - first[n])
            scores = effect[low:high] @ spread.T + gap.astype(np.float32) @ self.between + self.distance[away]
            scores = np.exp(scores - scores.max(1, keepdims=True))
            scores /= scores.sum(1, keepdims=True)
            found.update({(n, other): scores[other - low] for other in range(low, high) if other != n})
        return found

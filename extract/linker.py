"""Event mentions with the encoder's vectors of their words go in, what each is to the others comes out (numpy only)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from extract.parse import one_more

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

TOGETHER: Final = 16  # causes whose pairs are scored together
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

    def chances(self, link: Floats, mentions: Sequence[tuple[int, int]]) -> Iterator[tuple[Numbers, Numbers, Floats]]:
        """Yields causes, effects and the chances of each label for all ordered pairs of mentions near each other.

        A pair is a place in each of the three, some hundred pairs at a time; chances are one column a label.

        Args:
            link: vectors of words, one row each.
            mentions: first word and the one behind the last, in reading order.
        """
        if len(mentions) < 2:
            return
        first, stop = np.array(mentions).T
        role = len(self.pair) - 1
        mean = np.stack([link[start:end, : 2 * role].mean(0) for start, end in mentions])
        cause, effect = one_more(mean[:, :role]), one_more(mean[:, role:])
        weighed = link[:, 2 * role :] @ self.between
        between = np.concatenate([np.zeros((1, weighed.shape[1])), weighed.cumsum(0, dtype=np.float64)])
        for begin in range(0, len(mentions), TOGETHER):
            end = min(begin + TOGETHER, len(mentions))
            low, high = max(0, begin - NEAR), min(len(mentions), end + NEAR)
            spread = (cause[begin:end] @ self.pair).reshape(-1, role + 1)
            scores = (effect[low:high] @ spread.T).reshape(high - low, end - begin, -1).swapaxes(0, 1)
            one, other = np.arange(begin, end)[:, None], np.arange(low, high)[None]
            near = (one != other) & (abs(one - other) <= NEAR)
            causes, effects = begin + near.nonzero()[0], low + near.nonzero()[1]
            opens = np.minimum(stop[causes], stop[effects])
            closes = np.maximum(np.maximum(first[causes], first[effects]), opens)
            gap = (between[closes] - between[opens]) / np.maximum(closes - opens, 1)[:, None]
            away = np.searchsorted(np.array(DISTANCES), first[effects] - first[causes])
            chosen = scores[near] + gap.astype(np.float32) + self.distance[away]
            chosen = np.exp(chosen - chosen.max(1, keepdims=True))
            yield causes, effects, chosen / chosen.sum(1, keepdims=True)

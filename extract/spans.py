"""Scores of entity labels go in, the best sequence of labels that makes sense comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SURE = 0.985
_NEVER = -1e4


class SpanDecoder:
    """Finds the best labels under BIO: a name goes on only as what it began as."""

    def __init__(self, labels: Sequence[str]) -> None:
        """Takes the labels in number order; "O" is one of them."""
        self._outside = list(labels).index("O")
        self._start = np.array([_NEVER if label[0] == "I" else 0.0 for label in labels], dtype=np.float32)
        self._step = np.zeros((len(labels), len(labels)), dtype=np.float32)
        for after, label in enumerate(labels):
            if label[0] == "I":
                goes_on = [before[0] != "O" and before[2:] == label[2:] for before in labels]
                self._step[:, after] = np.where(goes_on, 0.0, _NEVER)

    def decode(self, scores: Floats, starts: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Returns one label number a word.

        Args:
            scores: log-probabilities, (words, labels).
            starts: where sentences start; no name crosses one.
        """
        best = np.full(len(scores), self._outside, dtype=np.int64)
        for start, end in self._stretches(scores, starts):
            best[start:end] = self._viterbi(scores[start:end])
        return best

    def _stretches(self, scores: Floats, starts: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
        """Yields the stretches of words that may be in a name."""
        unsure = np.flatnonzero(scores[:, self._outside] < np.log(SURE))
        start = end = -1
        for place in unsure.tolist():
            if place != end or starts[place]:
                if start >= 0:
                    yield start, end
                start = place
            end = place + 1
        if start >= 0:
            yield start, end

    def _viterbi(self, scores: Floats) -> NDArray[np.int64]:
        total = scores[0] + self._start
        back: list[NDArray[np.int64]] = []
        for row in scores[1:]:
            paths = total[:, None] + self._step
            back.append(paths.argmax(0))
            total = paths.max(0) + row
        labels = [int(total.argmax())]
        for chosen in reversed(back):
            labels.append(int(chosen[labels[-1]]))
        return np.array(labels[::-1], dtype=np.int64)

"""Arc scores of one sentence go in, the head of each word comes out: always a tree with one root."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Heads = NDArray[np.int64]

_NEVER = -1e9
_ROOTS_TRIED = 3


def decode(scores: Scores) -> Heads:
    """Returns the heads of the best tree.

    Args:
        scores: (words, words + 1); column 0 is the root, column n the n-th word.

    Returns:
        One head a word, counted from 1; 0 for the one root.
    """
    size = len(scores)
    if size == 1:
        return np.zeros(1, dtype=np.int64)
    greedy = scores.argmax(1)
    if np.count_nonzero(greedy == 0) == 1 and not _cycle(np.concatenate([[0], greedy])):
        return np.asarray(greedy, dtype=np.int64)
    full = np.full((size + 1, size + 1), _NEVER, dtype=np.float64)
    full[1:] = scores
    return _best_single_root(full)


def _best_single_root(full: NDArray[np.float64]) -> Heads:
    """Returns the best tree among those of the likeliest roots."""
    order = np.argsort(-full[1:, 0])[:_ROOTS_TRIED] + 1
    best, most = None, -np.inf
    for root in order:
        trial = full.copy()
        trial[1:, 0] = _NEVER
        trial[root, :] = _NEVER
        trial[root, 0] = full[root, 0]
        heads = _edmonds(trial)
        total = full[np.arange(1, len(full)), heads[1:]].sum()
        if total > most:
            best, most = heads, total
    assert best is not None
    return np.asarray(best[1:], dtype=np.int64)


def _edmonds(scores: NDArray[np.float64]) -> Heads:
    """Returns the heads of the best arborescence rooted in 0 (Chu-Liu, Edmonds); entry 0 is 0."""
    np.fill_diagonal(scores, 2 * _NEVER)
    heads: Heads = scores.argmax(1).astype(np.int64)
    heads[0] = 0
    cycle = _cycle(heads)
    if not cycle:
        return heads
    return _expand(scores, heads, np.array(cycle, dtype=np.int64))


def _expand(scores: NDArray[np.float64], heads: Heads, cycle: Heads) -> Heads:
    """Contracts the cycle to one node, solves the smaller problem and opens the cycle where it says."""
    size = len(scores)
    rest = np.setdiff1d(np.arange(size, dtype=np.int64), cycle)
    inside = scores[cycle, heads[cycle]]
    entering = scores[np.ix_(cycle, rest)] - inside[:, None]
    leaving = scores[np.ix_(rest, cycle)]
    smaller = np.full((len(rest) + 1, len(rest) + 1), 2 * _NEVER)
    smaller[:-1, :-1] = scores[np.ix_(rest, rest)]
    smaller[:-1, -1] = leaving.max(1)
    smaller[-1, :-1] = entering.max(0)
    solved = _edmonds(smaller)
    result = heads.copy()
    for place, node in enumerate(rest[1:], start=1):
        head = solved[place]
        result[node] = cycle[leaving[place].argmax()] if head == len(rest) else rest[head]
    outer = solved[-1]
    opened = entering[:, outer].argmax()
    result[cycle[opened]] = rest[outer]
    return result


def _cycle(heads: Heads) -> list[int]:
    """Returns the nodes of one cycle, or nothing if every node leads to 0."""
    state = [0] * len(heads)
    state[0] = 2
    for first in range(1, len(heads)):
        path: list[int] = []
        node = first
        while not state[node]:
            state[node] = 1
            path.append(node)
            node = int(heads[node])
        if state[node] == 1:
            return path[path.index(node) :]
        for seen in path:
            state[seen] = 2
    return []

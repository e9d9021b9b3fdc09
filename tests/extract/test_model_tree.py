"""Trees: the best one, with one root, whatever the scores."""

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from extract.tree import decode


def _is_tree(heads: list[int]) -> bool:
    if heads.count(0) != 1:
        return False
    for word in range(1, len(heads) + 1):
        seen = set()
        while word:
            if word in seen:
                return False
            seen.add(word)
            word = heads[word - 1]
    return True


def _best(scores: NDArray[np.float32]) -> float:
    size = len(scores)
    trees = (heads for heads in product(range(size + 1), repeat=size) if _is_tree(list(heads)))
    return max(float(sum(scores[n, h] for n, h in enumerate(heads))) for heads in trees)


@pytest.mark.parametrize("seed", range(60))
def test_the_tree_is_the_best_of_all(seed: int) -> None:
    chance = np.random.default_rng(seed)
    size = int(chance.integers(1, 6))
    scores = chance.normal(size=(size, size + 1)).astype(np.float32)
    np.fill_diagonal(scores[:, 1:], -1e4)
    heads = decode(scores)
    assert _is_tree(heads.tolist())
    total = float(scores[np.arange(size), heads].sum())
    best = _best(scores)
    assert total <= best + 1e-4
    if size <= 3:
        assert total == pytest.approx(best, abs=1e-3)


@pytest.mark.parametrize("size", [1, 2, 40, 200])
def test_long_and_flat_scores_give_a_tree(size: int) -> None:
    for made in (np.zeros((size, size + 1)), np.random.default_rng(size).normal(size=(size, size + 1))):
        scores = made.astype(np.float32)
        np.fill_diagonal(scores[:, 1:], -1e4)
        assert _is_tree(decode(scores).tolist())

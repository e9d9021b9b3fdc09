"""Pairs of mentions: the numpy scorer says what it is weighed to say, near pairs only, chances that add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from extract.linker import DISTANCES, NEAR, Linker

LABELS, ROLE, BETWEEN = 3, 4, 2


@pytest.fixture
def linker() -> Linker:
    chance = np.random.default_rng(7)

    def draw(*shape: int) -> np.ndarray:
        return chance.normal(size=shape).astype(np.float32)

    return Linker(draw(ROLE + 1, LABELS * (ROLE + 1)), draw(BETWEEN, LABELS), draw(len(DISTANCES) + 1, LABELS))


def slow(linker: Linker, link: np.ndarray, one: tuple[int, int], other: tuple[int, int]) -> np.ndarray:
    """The same by the definition, pair by pair."""
    cause = np.append(link[slice(*one), :ROLE].mean(0), 1)
    effect = np.append(link[slice(*other), ROLE : 2 * ROLE].mean(0), 1)
    scores = np.array([cause @ linker.pair[:, n * (ROLE + 1) : (n + 1) * (ROLE + 1)] @ effect for n in range(LABELS)])
    start, end = min(one[1], other[1]), max(one[0], other[0])
    if end > start:
        scores = scores + link[start:end, 2 * ROLE :].mean(0) @ linker.between
    away = sum(bound < other[0] - one[0] for bound in DISTANCES)
    scores = np.exp(scores + linker.distance[away])
    chances: np.ndarray = scores / scores.sum()
    return chances


def chances(linker: Linker, link: np.ndarray, mentions: list[tuple[int, int]]) -> dict[tuple[int, int], list[float]]:
    """What the linker says of every pair that it looks at."""
    batches = linker.chances(link, mentions)
    return {(int(c), int(e)): row for batch in batches for c, e, row in zip(*batch, strict=True)}


def test_every_pair_is_scored_by_the_definition(linker: Linker) -> None:
    link = np.random.default_rng(8).normal(size=(60, 2 * ROLE + BETWEEN)).astype(np.float32)
    mentions = [(0, 2), (5, 6), (5, 9), (20, 24), (58, 60)]
    told = chances(linker, link, mentions)
    assert set(told) == {(a, b) for a in range(5) for b in range(5) if a != b}
    for (a, b), found in told.items():
        assert found == pytest.approx(slow(linker, link, mentions[a], mentions[b]), abs=1e-5)


def test_only_mentions_near_each_other_are_compared(linker: Linker) -> None:
    count = 3 * NEAR
    link = np.zeros((2 * count, 2 * ROLE + BETWEEN), dtype=np.float32)
    told = chances(linker, link, [(2 * n, 2 * n + 1) for n in range(count)])
    assert max(abs(a - b) for a, b in told) == NEAR
    assert len(told) == 2 * sum(min(NEAR, n) for n in range(count))


def test_a_lone_mention_has_no_pairs(linker: Linker) -> None:
    assert chances(linker, np.zeros((3, 2 * ROLE + BETWEEN), dtype=np.float32), [(0, 1)]) == {}


def test_weights_are_read_from_a_file(linker: Linker, tmp_path: Path) -> None:
    np.savez(tmp_path / "links.npz", pair=linker.pair, between=linker.between, distance=linker.distance)
    assert np.array_equal(Linker.load(tmp_path / "links.npz").pair, linker.pair)

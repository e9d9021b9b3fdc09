"""Names: a sequence of labels that makes sense, whatever each word's likeliest label."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from extract.spans import SpanDecoder

LABELS = ("O", "B-ORG", "I-ORG", "B-LOC", "I-LOC")


def _scores(*rows: dict[str, float]) -> NDArray[np.float32]:
    shares = np.array([[row.get(label, 0.01) for label in LABELS] for row in rows], dtype=np.float32)
    return np.asarray(np.log(shares / shares.sum(1, keepdims=True)), dtype=np.float32)


def _decoded(scores: NDArray[np.float32], *starts: int) -> list[str]:
    marks = np.array([place in (0, *starts) for place in range(len(scores))])
    return [LABELS[number] for number in SpanDecoder(LABELS).decode(scores, marks)]


def test_a_name_is_of_one_kind() -> None:
    scores = _scores({"B-ORG": 0.5, "B-LOC": 0.4}, {"I-LOC": 0.8, "I-ORG": 0.1})
    assert _decoded(scores) == ["B-LOC", "I-LOC"]


def test_no_name_crosses_a_sentence() -> None:
    scores = _scores({"B-ORG": 0.9}, {"I-ORG": 0.8, "B-ORG": 0.15})
    assert _decoded(scores) == ["B-ORG", "I-ORG"]
    assert _decoded(scores, 1) == ["B-ORG", "B-ORG"]


def test_sure_words_are_outside() -> None:
    assert _decoded(_scores({"O": 50.0}, {"O": 50.0})) == ["O", "O"]


@pytest.mark.parametrize("seed", range(20))
def test_never_a_name_that_goes_on_without_a_start(seed: int) -> None:
    chance = np.random.default_rng(seed)
    shares = chance.dirichlet(np.ones(len(LABELS)), size=60)
    labels = ["O", *_decoded(np.log(shares).astype(np.float32), 20, 41)]
    for before, label in itertools.pairwise(labels):
        assert not label.startswith("I-") or before[2:] == label[2:]

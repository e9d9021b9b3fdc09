"""Windows: every word counts exactly once, whatever the length of the text."""

import random
from itertools import pairwise

import pytest

from extract.pieces import NEWLINE, PARAGRAPH, SPACE
from extract.windows import CONTEXT, MOST, plan, sections


def _covered(words: list[str], spaces: list[int], lengths: list[int]) -> list[int]:
    places: list[int] = []
    for window in sorted(plan(words, spaces, lengths), key=lambda w: w.keep_from):
        assert window.start <= window.keep_from < window.keep_to <= window.end
        assert sum(lengths[window.start : window.end]) <= MOST + CONTEXT
        places.extend(range(window.keep_from, window.keep_to))
    return places


@pytest.mark.parametrize("seed", range(40))
def test_every_word_counts_once(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randrange(0, 1500)
    words = [chance.choice(["word", ".", "x"]) for _ in range(size)]
    spaces = [chance.choices([SPACE, NEWLINE, PARAGRAPH], [30, 1, 1])[0] for _ in range(size)]
    lengths = [chance.randint(1, 12) for _ in range(size)]
    assert _covered(words, spaces, lengths) == list(range(size))


def test_long_paragraphs_overlap() -> None:
    windows = plan(["w"] * 500, [SPACE] * 500, [1] * 500)
    assert len(windows) > 3
    for one, other in pairwise(windows):
        assert other.start < one.end
        assert one.keep_to == other.keep_from


def test_short_paragraphs_are_read_together() -> None:
    spaces = [PARAGRAPH if place % 10 == 0 else SPACE for place in range(60)]
    assert len(plan(["w"] * 60, spaces, [1] * 60)) == 1


def test_sections_end_with_paragraphs() -> None:
    spaces = [PARAGRAPH if place % 7 == 0 else SPACE for place in range(1000)]
    found = sections(["w"] * 1000, spaces, most=100)
    assert found[0][0] == 0
    assert found[-1][1] == 1000
    assert all(start % 7 == 0 for start, _ in found)
    assert all(one[1] == other[0] for one, other in pairwise(found))
    assert sections([], []) == []

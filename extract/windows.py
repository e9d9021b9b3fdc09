"""Words with the white space before them go in, windows that the encoder can read come out; no word is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.pieces import NEWLINE, PARAGRAPH

MOST = 160
CONTEXT = 28
SECTION = 6000

_SENTENCE_ENDS = frozenset(".!?:;\"'”’)…")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of words that is read at once: words `start` to `end`, of which `keep_from` to `keep_to` count."""

    start: int
    end: int
    keep_from: int
    keep_to: int


def plan(words: Sequence[str], spaces: Sequence[int], lengths: Sequence[int]) -> list[Window]:
    """Returns windows in which every word counts exactly once.

    Paragraphs are read together as long as they fit; one that is too long is read in windows that overlap, so that
    every word has words on both sides.

    Args:
        words: the words of a text.
        spaces: class of the white space before each.
        lengths: number of pieces of each.
    """
    found: list[Window] = []
    start, filled = 0, 0
    for first, last in _paragraphs(words, spaces):
        size = sum(lengths[first:last])
        if filled and filled + size > MOST:
            found.append(Window(start, first, start, first))
            start, filled = first, 0
        if size > MOST:
            found.extend(_overlapping(first, last, lengths))
            start, filled = last, 0
            continue
        filled += size
    if start < len(words):
        found.append(Window(start, len(words), start, len(words)))
    return found


def sections(words: Sequence[str], spaces: Sequence[int], most: int = SECTION) -> list[tuple[int, int]]:
    """Returns stretches of at most `most` words, cut after a paragraph where there is one, else after a sentence."""
    found: list[tuple[int, int]] = []
    start = 0
    while len(words) - start > most:
        end = _good_cut(words, spaces, start + most // 2, start + most)
        found.append((start, end))
        start = end
    if start < len(words):
        found.append((start, len(words)))
    return found


def _good_cut(words: Sequence[str], spaces: Sequence[int], least: int, most: int) -> int:
    for place in range(most, least, -1):
        if _ends_paragraph(words, spaces, place):
            return place
    for place in range(most, least, -1):
        if words[place - 1] in (".", "!", "?"):
            return place
    return most


def _ends_paragraph(words: Sequence[str], spaces: Sequence[int], place: int) -> bool:
    if spaces[place] == PARAGRAPH:
        return True
    return spaces[place] == NEWLINE and words[place - 1][-1:] in _SENTENCE_ENDS


def _paragraphs(words: Sequence[str], spaces: Sequence[int]) -> list[tuple[int, int]]:
    cuts = [place for place in range(1, len(words)) if spaces[place] > 1 and _ends_paragraph(words, spaces, place)]
    return list(zip([0, *cuts], [*cuts, len(words)], strict=True)) if words else []


def _overlapping(first: int, last: int, lengths: Sequence[int]) -> list[Window]:
    found: list[Window] = []
    keep_from = first
    while keep_from < last:
        start = _back(keep_from, first, lengths, CONTEXT)
        end = _ahead(start, last, lengths, MOST)
        end = max(end, keep_from + 1)
        keep_to = last if end == last else max(keep_from + 1, _back(end, keep_from, lengths, CONTEXT))
        found.append(Window(start, end, keep_from, keep_to))
        keep_from = keep_to
    return found


def _back(place: int, least: int, lengths: Sequence[int], budget: int) -> int:
    while place > least and budget >= lengths[place - 1]:
        place -= 1
        budget -= lengths[place]
    return place


def _ahead(place: int, most: int, lengths: Sequence[int], budget: int) -> int:
    while place < most and budget >= lengths[place]:
        budget -= lengths[place]
        place += 1
    return place

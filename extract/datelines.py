"""Words with the white space before them go in, the ends of datelines come out: `SEOUL, Dec. 3 (Yonhap) -- Coupang`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extract.pieces import GLUED, NEWLINE, PARAGRAPH

_MOST = 14  # words of a dateline
_AHEAD = 30  # words behind it in which a second dash tells that both set off an insertion
_DASHES = frozenset(("-", "--", "---", "–", "—", "―"))
_MARKS = frozenset(",.()/")


def datelines(words: Sequence[str], spaces: Sequence[int]) -> Iterator[int]:
    """Yields the place behind each dateline: of the word that the report itself begins with.

    A dateline opens a paragraph with a place in capitals, or ends with an agency in brackets; it may name a region and
    a day, and a dash closes it. `JLR - Britain's largest carmaker - halted` is none.

    >>> words = "SAO PAULO , Brazil ( Reuters ) - JBS halted work .".split()
    >>> list(datelines(words, [3, *[1] * 10]))
    [8]
    """
    for start, word in enumerate(words):
        if (not start or spaces[start] in (NEWLINE, PARAGRAPH)) and word.isalpha() and word[0].isupper():
            dash = _dash(words, start)
            if dash and (_capitals(word) or words[dash - 1] == ")") and _closes(words, spaces, dash):
                yield dash + 1


def _capitals(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _dash(words: Sequence[str], start: int) -> int | None:
    """The first dash behind nothing but names, days and the marks between them."""
    for place in range(start + 1, min(len(words) - 1, start + _MOST)):
        word = words[place]
        if word in _DASHES:
            return place
        if not (word in _MARKS or word[0].isupper() or word.rstrip(".").isdigit()):
            return None
    return None


def _closes(words: Sequence[str], spaces: Sequence[int], dash: int) -> bool:
    """Whether a dash stands free and a sentence begins behind it that goes on without another one."""
    behind = words[dash + 1]
    if spaces[dash] == spaces[dash + 1] == GLUED or not (behind[0].isupper() or not behind[0].isalnum()):
        return False
    for place in range(dash + 1, min(len(words), dash + _AHEAD)):
        if words[place] in (".", "!", "?") or spaces[place] == PARAGRAPH:
            return True
        if words[place] in _DASHES and spaces[place] != GLUED:
            return False
    return True

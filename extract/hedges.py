"""In: a token of a Doc. Out: how firmly its clause is said: asserted, possible, predicted, conditional, ..."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from extract.rules import load
from extract.words import Words

_LONGEST: Final = 30
_BOUNDS: Final = frozenset({";", ":", "—", "–", "“", "”", '"', "(", ")"})
_JOINERS: Final = frozenset({"because", "while", "which", "although", "but", "whereas"})
_OPENERS: Final = frozenset({"CCONJ", "SCONJ", "PRON", "DET", "VERB"})


def find_hedge(words: Words, head: int, *, first: int | None = None) -> str | None:
    """Name the hedge of the clause around token `head`, looked for from `first` on; None where it is said plainly.

    The words that count are those between the marks, speech verbs and conjunctions around the token.
    """
    start, end = _clause(words, head)
    start = start if first is None else max(start, min(first, head))
    return _hedge(words.lowered(start, end)) or ("possible" if _asked(words, head) else None)


@lru_cache(maxsize=1_000)  # a clause is asked for by each event and link in it
def _hedge(said: str) -> str | None:
    rules = load("hedges", lower=True)
    return next((str(rule.values["hedge"]) for rule in rules if rule.regex and rule.regex.search(said)), None)


def _asked(words: Words, head: int) -> bool:
    """True where the token stands in a question, which asserts nothing."""
    end = head
    while end + 1 < len(words) and end - head < _LONGEST and not words[end + 1].opens:
        end += 1
    return any(word.text == "?" for word in words[max(head, end - 2) : end + 1])


def _clause(words: Words, head: int) -> tuple[int, int]:
    start = head
    while start > max(0, head - _LONGEST) and not words[start].opens and not _bounds(words, start - 1):
        start -= 1
    end = head + 1
    while end < min(len(words), head + _LONGEST) and not words[end].opens and not _bounds(words, end):
        end += 1
    return start, end


def _bounds(words: Words, i: int) -> bool:
    word = words[i]
    if word.text in _BOUNDS or word.lower_ in _JOINERS:
        return True
    return word.text == "," and i + 1 < len(words) and words[i + 1].pos_ in _OPENERS

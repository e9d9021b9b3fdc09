"""A word and its lemma go in, an edit script comes out; a script and a word go in, the lemma comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_CASES: Mapping[str, Callable[[str], str]] = {"l": str.lower, "k": str, "c": str.capitalize}


def derive(word: str, lemma: str) -> str:
    """Returns the shortest script that turns `word` into `lemma`.

    A script is a casing (l lower, k keep, c capitalise), the number of letters cut at the end, "+", and
    what is put there: "l3+y" turns "Studies" into "study".
    """
    best, least = "", 10_000
    for case, change in _CASES.items():
        base = change(word)
        shared = _shared(base, lemma)
        cost = len(base) + len(lemma) - 2 * shared
        if cost < least:
            best, least = f"{case}{len(base) - shared}+{lemma[shared:]}", cost
    return best


def apply(script: str, word: str) -> str:
    """Returns the lemma that `script` makes of `word`; never the empty string."""
    cut, _, added = script[1:].partition("+")
    base = _CASES[script[0]](word)
    kept = base[: max(0, len(base) - int(cut))]
    return kept + added or word


def _shared(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length

"""In: a token of a Doc. Out: how firmly its clause is said: asserted, possible, predicted, conditional, ..."""

from __future__ import annotations

from typing import Final

from spacy.tokens import Doc

from extract.rules import load

_LONGEST: Final = 30
_BOUNDS: Final = frozenset({";", ":", "—", "–", "“", "”", '"', "(", ")"})


def find_hedge(doc: Doc, head: int, *, first: int | None = None) -> str | None:
    """Name the hedge of the clause around token `head`, looked for from `first` on; None where it is said plainly.

    The words that count are those between the marks, speech verbs and conjunctions around the token.
    """
    start, end = _clause(doc, head)
    start = start if first is None else max(start, min(first, head))
    words = doc[start:end].text.lower()
    for rule in load("hedges"):
        if rule.regex is not None and rule.regex.search(words):
            return str(rule.values["hedge"])
    return "possible" if _asked(doc, head) else None


def _asked(doc: Doc, head: int) -> bool:
    """True where the token stands in a question, which asserts nothing."""
    end = head
    while end + 1 < len(doc) and end - head < _LONGEST and not doc[end + 1].is_sent_start:
        end += 1
    return "?" in {token.text for token in doc[max(head, end - 2) : end + 1]}


def _clause(doc: Doc, head: int) -> tuple[int, int]:
    start = head
    while start > max(0, head - _LONGEST) and not doc[start].is_sent_start and not _bounds(doc, start - 1):
        start -= 1
    end = head + 1
    while end < min(len(doc), head + _LONGEST) and not doc[end].is_sent_start and not _bounds(doc, end):
        end += 1
    return start, end


def _bounds(doc: Doc, i: int) -> bool:
    token = doc[i]
    if token.text in _BOUNDS or token.lower_ in {"because", "while", "which", "although", "but", "whereas"}:
        return True
    return token.text == "," and i + 1 < len(doc) and doc[i + 1].pos_ in {"CCONJ", "SCONJ", "PRON", "DET", "VERB"}

"""A GUM sentence with its entity column goes in, flat BIO names (PER, ORG, LOC) come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.training.conllu import Token

_KINDS = {"person": "PER", "organization": "ORG", "place": "LOC"}
_BRACKET = re.compile(r"\((?P<open>[^-()]+)-(?P<kind>[a-z]+)[^()]*(?P<once>\))?|(?P<close>[^-()]+)\)")
_JOINERS = frozenset({"of", "and", "the", "for", "&", "-", ".", "'s", "’s", "/"})


def names_of(tokens: Sequence[Token]) -> list[str]:
    """Returns one BIO label a token: the spans of people, organisations and places that are headed by a name."""
    labels = ["O"] * len(tokens)
    spans = sorted(_spans(tokens), key=lambda span: (span[0] - span[1], span[0]))
    for start, end, kind in spans:
        found = _name_in(tokens, start, end)
        if found and all(label == "O" for label in labels[found[0] : found[1]]):
            labels[found[0]] = "B-" + kind
            for place in range(found[0] + 1, found[1]):
                labels[place] = "I-" + kind
    return labels


def _spans(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    opened: dict[str, list[tuple[int, str]]] = {}
    for place, token in enumerate(tokens):
        column = next((part[7:] for part in token.misc.split("|") if part.startswith("Entity=")), "")
        for match in _BRACKET.finditer(column):
            if match["open"]:
                opened.setdefault(match["open"], []).append((place, match["kind"]))
            name = match["close"] or (match["open"] if match["once"] else None)
            if name and opened.get(name):
                start, kind = opened[name].pop()
                if kind in _KINDS:
                    yield start, place + 1, _KINDS[kind]


def _name_in(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int] | None:
    heads = [place for place in range(start, end) if not start < tokens[place].head <= end]
    if not heads or not _proper(tokens[heads[0]]):
        return None
    first, last = heads[0], heads[0]
    while _goes_on(tokens, first - 1, -1, start, end):
        first -= 1
    while _goes_on(tokens, last + 1, 1, start, end):
        last += 1
    return first, last + 1


def _goes_on(tokens: Sequence[Token], place: int, step: int, start: int, end: int) -> bool:
    if not start <= place < end:
        return False
    if _proper(tokens[place]):
        return True
    beyond = place + step
    if tokens[place].form.lower() not in _JOINERS or not start <= beyond < end:
        return False
    return _proper(tokens[beyond]) or (
        tokens[beyond].form == "the" and start <= beyond + step < end and _proper(tokens[beyond + step])
    )


def _proper(token: Token) -> bool:
    return token.xpos in ("NNP", "NNPS")

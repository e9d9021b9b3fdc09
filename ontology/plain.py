"""In: any text. Out: the same, fit for a terminal, a log or an answer."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Put a mark in the place of what no terminal or log should get: control characters and broken encodings.

    >>> printable("a\x1b[31m\udcff")
    'a�[31m�'
    """
    return "".join(character if character.isprintable() else "\ufffd" for character in text)

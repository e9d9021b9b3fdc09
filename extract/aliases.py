"""A name as an article writes it in, the name that we ground it to out: by the alias table, else by a near match."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from extract.rules import table

_CLOSE = 92.0  # percent of rapidfuzz's ratio: one wrong letter in a name of a dozen
_SHORTEST = 6  # letters: in shorter names one letter makes another firm
_LEGAL = re.compile(
    r",? (?:Inc|Incorporated|Corp|Corporation|Co|Company|Ltd|Limited|LLC|LLP|PLC|plc|AG|SE|SA|NV|BV|GmbH|Pty|KK)\.?$"
)
_INITIALS = re.compile(r"(?:[A-Z0-9]\.?&?){2,8}")


def canonical(name: str) -> str:
    """Return the name of the alias table that `name` is or comes nearest to, else `name` without "the" and "Ltd".

    Initials are in the table or stand for themselves: no initials are a near match of any others.

    >>> canonical("Amazon.com Inc."), canonical("Microsofft"), canonical("PIPB")
    ('Amazon', 'Microsoft', 'PIPB')
    """
    bare = name.removeprefix("The ").removeprefix("the ").rstrip(".")
    plain = _LEGAL.sub("", bare)
    for form in (name, bare, plain):
        if form in known():
            return known()[form]
    return _near(plain) or bare


@cache
def known() -> Mapping[str, str]:
    """Return the alias table turned round: every name and alias with the name that it stands for."""
    return {alias: name for name, row in table("organisations").items() for alias in (name, *row["aliases"])}


@lru_cache(maxsize=4096)
def _near(name: str) -> str | None:
    """Find the alias that is one slip away; digits, initials and the first letter must be the same."""
    if len(name) < _SHORTEST or _INITIALS.fullmatch(name):
        return None
    found = process.extractOne(name, _long_aliases(), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if found is None or found[0][0] != name[0] or re.findall(r"\d", found[0]) != re.findall(r"\d", name):
        return None
    return known()[found[0]]


@cache
def _long_aliases() -> tuple[str, ...]:
    return tuple(alias for alias in known() if len(alias) >= _SHORTEST and not _INITIALS.fullmatch(alias))

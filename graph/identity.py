"""In: names, labels and the parts of an identity. Out: their one form, and the content-hash ids of the graph's nodes.

An id is a readable prefix and 80 bits of SHA-256 over the parts, so it depends on what the node is and not on when, or
beside what, it arrived. The same string is the node's IRI under `terms.ID` and its `id` in the property graph.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import Any, Final, Self

import yaml

_FILE: Final = Path(__file__).with_name("identity.yaml")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE: Final = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists and windows of `identity.yaml`; each key's meaning is told there."""

    legal_forms: frozenset[str]
    stand_ins: frozenset[str]
    own_organisation: frozenset[str]
    determiners: frozenset[str]
    pointing: frozenset[str]
    after_head: frozenset[str]
    family: dict[str, str]
    window_days: int
    slack_days: int

    @classmethod
    def from_mapping(cls, data: dict[str, Any]) -> Self:
        """Build from the file's content."""
        lists = ("legal_forms", "stand_ins", "own_organisation", "determiners", "pointing", "after_head")
        family = {kind: name for name, kinds in data["families"].items() for kind in kinds}
        sets = {name: frozenset(data[name]) for name in lists}
        return cls(**sets, family=family, window_days=data["window_days"], slack_days=data["slack_days"])


@cache
def words() -> Words:
    """Return the word lists, read once."""
    return Words.from_mapping(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def content_id(prefix: str, *parts: str | float | bool | None) -> str:
    """Return the id of whatever these parts identify.

    >>> content_id("event", "incident-1", "jobs_lost", None) == content_id("event", "incident-1", "jobs_lost", None)
    True
    >>> content_id("event", "ab", "c") == content_id("event", "a", "bc")
    False
    """
    text = f"[{', '.join([_written(part) for part in (prefix, *parts)])}]"
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _written(part: str | float | bool | None) -> str:
    """Write a part as JSON has it; 5 and 5.0 are one number, and one identity."""
    if isinstance(part, str):
        return encode_basestring_ascii(part)
    if part is None:
        return "null"
    return ("true" if part else "false") if isinstance(part, bool) else repr(float(part))


def breach_id(incident: str) -> str:
    """Return the id of the event that an incident itself is."""
    return content_id("event", incident, "breach")


def tokens(text: str) -> list[str]:
    """Return the words of a phrase in one form: case folded, compatibility forms joined, possessive endings cut.

    >>> tokens("Coupang’s “Order Volumes”")
    ['coupang', 'order', 'volumes']
    """
    found = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return [fold_word(word) for word in found]


def placed_words(text: str) -> list[tuple[int, int, str]]:
    """Return the words of a text as `tokens` does, each with its place in code points, half-open.

    >>> placed_words("At Acme’s shop")
    [(0, 2, 'at'), (3, 9, 'acme'), (10, 14, 'shop')]
    """
    found = _WORD.finditer(text)
    return [(one.start(), one.end(), fold_word(unicodedata.normalize("NFKC", one[0]))) for one in found]


def fold_label(text: str) -> str:
    """Return a phrase without its leading determiners, in one form; equal labels name the same thing.

    >>> fold_label("The closed plants")
    'closed plants'
    """
    found = tokens(text)
    while len(found) > 1 and found[0] in words().determiners:
        found = found[1:]
    return " ".join(found)


def fold_name(name: str) -> str:
    """Return a proper name in one form, without article and legal form.

    >>> fold_name("Acme Holdings, Inc.") == fold_name("ACME")
    True
    """
    found = fold_label(name).split()
    while len(found) > 1 and found[-1] in words().legal_forms:
        found = found[:-1]
    return " ".join(found)


def is_name(text: str) -> bool:
    """Tell whether a phrase names somebody everywhere, as "Kim Min-ji" does and "the company" or "he" do not.

    It does if a word of its head part, other than a determiner or stand-in, is capitalised. Where stand-ins are all of
    the head part, as in "a spokesman for Acme", what follows it counts.
    """
    return bool(name_words(text))


def name_words(text: str) -> list[str]:
    """Return the words that make a phrase a name, as they are written: capitalised, or of letters and digits."""
    listed = words().stand_ins | words().determiners
    head, rest = _split_after_head(_WORD.findall(text))
    spoken = [word for word in head if fold_word(word) not in listed] or [
        word for word in rest if fold_word(word) not in listed | words().after_head
    ]
    return [
        word
        for word in spoken
        if word != word.lower() or (word.isalnum() and not word.isalpha() and not word.isdigit())
    ]


def fold_word(word: str) -> str:
    """Return one word case folded, its possessive ending cut."""
    return _POSSESSIVE.sub("", word.casefold())


def _split_after_head(spoken: list[str]) -> tuple[list[str], list[str]]:
    """Split a noun phrase before the first word that can only follow its head noun."""
    for place, word in enumerate(spoken):
        if place and fold_word(word) in words().after_head:
            return spoken[:place], spoken[place:]
    return spoken, []


def head_noun(thing: str | None) -> str | None:
    """Return the head of a counted thing, in the singular; None where nothing is named.

    >>> head_noun("active accounts of customers in Seoul"), head_noun("monthly active users"), head_noun("companies")
    ('account', 'user', 'company')
    """
    found, _ = _split_after_head(tokens(thing or ""))
    return singular(found[-1]) if found else None


def singular(word: str) -> str:
    """Return an English noun without its plural ending; both forms of a noun give the same string."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word

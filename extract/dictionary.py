"""In: a word and its class. Out: its dictionary form, by the lemma index of spacy-lookups-data."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from spacy.lookups import Lookups, load_lookups

from extract.rules import table

_KINDS: Final = {"NOUN": "noun", "VERB": "verb", "ADJ": "adj", "ADV": "adv"}


@cache
def forms(word: str) -> frozenset[str]:
    """Name the open classes (NOUN, VERB, ADJ, ADV) that a lower-case word form can belong to; empty for strangers."""
    return frozenset(pos for pos in _KINDS if base(word, pos) is not None)


def stems(word: str, base: str) -> set[str]:
    """The lemma of a word and the verb that it could be a form of: "falling" gives "fall" as an adjective too."""
    return {base, lemma(word, "VERB")}


@cache
def lemma(word: str, pos: str) -> str:
    """Give the dictionary form of a lower-case word in its class; the word itself where nothing is known."""
    if pos == "AUX":
        return str(_closed_lemmas().get(word, word))
    return base(word, pos) or word


def base(word: str, pos: str) -> str | None:
    """Give the dictionary form of a lower-case word in an open class (UPOS), None where the word is not known in it."""
    kind = _KINDS.get(pos)
    if kind is None:
        return None
    tables = _tables()
    exceptions = tables["lemma_exc"][kind].get(word)
    if exceptions:
        return str(exceptions[0])
    if word in tables["lemma_index"][kind]:
        return word
    for old, new in tables["lemma_rules"].get(kind, ()):
        if old and word.endswith(old):
            stem = word[: len(word) - len(old)] + new
            if stem in tables["lemma_index"][kind] or (kind == "verb" and stem in tables["verbs"]):
                return str(stem)
    return None


@cache
def _tables() -> dict[str, Any]:
    lookups: Lookups = load_lookups("en", ["lemma_exc", "lemma_index", "lemma_rules"])
    tables: dict[str, Any] = {name: lookups.get_table(name) for name in ("lemma_exc", "lemma_rules")}
    index = lookups.get_table("lemma_index")
    tables["lemma_index"] = {kind: frozenset(index[kind]) for kind in ("noun", "verb", "adj", "adv")}
    tables["lemma_exc"] = {kind: dict(tables["lemma_exc"].get(kind, {})) for kind in ("noun", "verb", "adj", "adv")}
    tables["verbs"] = frozenset(table("wordclasses")["verbs"])
    return tables


@cache
def _closed_lemmas() -> dict[str, str]:
    be = dict.fromkeys(("am", "is", "are", "was", "were", "been", "being", "'re", "’re", "'m", "’m", "'s", "’s"), "be")
    have = dict.fromkeys(("has", "had", "having", "'ve", "’ve"), "have")
    rest = {"does": "do", "did": "do", "'ll": "will", "’ll": "will", "wo": "will", "'d": "would", "ca": "can"}
    return be | have | rest


def mended(guess: str, word: str, pos: str) -> str:
    """Keep a guessed lemma unless it is no word of its class and the dictionary knows the word itself.

    >>> mended("averte", "averted", "VERB")
    'avert'
    """
    kind = _KINDS.get(pos)
    if kind is None or guess in _tables()["lemma_index"][kind]:
        return guess
    return base(word, pos) or guess

"""In: a verb's tokens. Out: what a verb group is, and the word classes that tell its form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from extract.rules import table
from extract.words import Word


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """A main verb with its auxiliaries: `start` is the first auxiliary, `main` the main verb's token."""

    start: int
    main: int
    end: int
    form: str  # finite, infinitive, gerund, participle
    passive: bool
    negated: bool
    modal: str | None


def is_participle(verb: Word) -> bool:
    """True for a form that can be a past participle; many can be a past tense as well."""
    word = verb.lower_
    return word.endswith(("ed", "en", "wn", "ne")) or (word != verb.lemma_ and not word.endswith(("s", "ing")))


@cache
def modals() -> frozenset[str]:
    """Auxiliaries that say what may, will or must be."""
    return frozenset(table("lexicon")["modals"])


@cache
def falls() -> frozenset[str]:
    """Verbs whose subject is the thing that changes."""
    return frozenset(table("lexicon")["intransitive_changes"])


@cache
def times() -> frozenset[str]:
    """Nouns that name a time."""
    return frozenset(table("lexicon")["times"])

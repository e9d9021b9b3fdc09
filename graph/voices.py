"""In: who says something, in an article's words. Out: one key per speaker, and the origin that a witness counts for.

A speaker who is named ("Kim Min-ji", "the Coupang Partners Association") is one voice over all articles; one who is not
("the association", "he", "analysts") is one only within the article. A spokesman's "the company" is the incident's
organisation.
"""

from __future__ import annotations

import re

from graph.assembled import Incident
from graph.identity import fold_label, fold_name, name_words, words
from ontology.records import Article


def voice_of(speaker: str, article: Article, incident: Incident) -> str:
    """Return the key of a speaker: equal for the same speaker, `speaker:` in front if known outside the article."""
    name = fold_name(speaker)
    if incident.organisation is not None and _is_organisation(name, incident):
        return f"speaker:{fold_name(incident.organisation)}"
    return f"speaker:{name}" if _is_named(speaker, article) else f"unnamed:{article.id}:{fold_label(speaker)}"


def origin_of(speaker: str | None, article: Article, incident: Incident) -> str:
    """Return the independent source of a statement: its speaker, else the publisher, else the article itself."""
    if speaker is not None:
        return voice_of(speaker, article, incident)
    return f"publisher:{fold_name(article.publisher)}" if article.publisher else f"article:{article.id}"


def _is_named(speaker: str, article: Article) -> bool:
    """Tell whether the speaker is named; "Drivers" is not, where the article also writes "drivers"."""
    named = name_words(speaker)
    if len(named) == 1 and speaker.startswith(named[0]):
        return re.search(rf"\b{re.escape(named[0].lower())}\b", article.text) is None
    return bool(named)


def _is_organisation(name: str, incident: Incident) -> bool:
    return name in words().own_organisation or name in {fold_name(alias) for alias in incident.aliases}

"""In: who says something, in an article's words. Out: one key per speaker, and the origin that a witness counts for.

A speaker who is named ("Kim Min-ji", "the Coupang Partners Association") is one voice over all articles; one who is not
("the association", "he", "analysts") is one only within the article. A spokesman's "the company" is the incident's
organisation.
"""

from __future__ import annotations

from graph.assembled import Incident
from graph.identity import fold_label, fold_name, is_name, words
from ontology.records import Article


def voice_of(speaker: str, article: str, incident: Incident) -> str:
    """Return the key of a speaker: equal for the same speaker, `speaker:` in front if known outside the article."""
    name = fold_name(speaker)
    if incident.organisation is not None and _is_organisation(name, incident):
        return f"speaker:{fold_name(incident.organisation)}"
    return f"speaker:{name}" if is_name(speaker) else f"unnamed:{article}:{fold_label(speaker)}"


def origin_of(speaker: str | None, article: Article, incident: Incident) -> str:
    """Return the independent source of a statement: its speaker, else the publisher, else the article itself."""
    if speaker is not None:
        return voice_of(speaker, article.id, incident)
    return f"publisher:{fold_name(article.publisher)}" if article.publisher else f"article:{article.id}"


def _is_organisation(name: str, incident: Incident) -> bool:
    return name in words().own_organisation or name in {fold_name(alias) for alias in incident.aliases}

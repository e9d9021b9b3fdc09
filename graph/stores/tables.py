"""In: nothing. Out: what the property graph is made of: the kinds of nodes and of relationships, and their columns.

Every engine for Cypher gets the same tables, types and values. A value that is not known is null, a list never is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Type = Literal["STRING", "INT64", "DOUBLE", "BOOLEAN", "DATE", "STRING[]"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of node, known by its `id`; or, where `ends` says between which, one kind of relationship.

    A relationship is known by its ends, and by its `id` where it has that column. `shared` marks nodes that stand for
    more than one incident, and so go only when nothing is tied to them.
    """

    name: str
    columns: dict[str, Type]
    ends: tuple[tuple[str, str], ...] = ()
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table, each with all its columns; those of a relationship between two kinds, with `a` and `b`.

    `a` and `b` are the ids of the nodes that it runs from and to.
    """

    table: Table
    rows: Sequence[Row]
    ends: tuple[str, str] | None = None


INCIDENT: Final = Table(
    "Incident",
    {
        "id": "STRING",
        "label": "STRING",
        "organisation": "STRING",
        "kind": "STRING",
        "first_day": "DATE",
        "last_day": "DATE",
        "aliases": "STRING[]",
    },
)
EVENT: Final = Table(
    "Event",
    {
        "id": "STRING",
        "label": "STRING",
        "incident": "STRING",
        "kind": "STRING",
        "type": "STRING",
        "group_code": "STRING",
        "effect": "STRING",
        "negated": "BOOLEAN",
        "is_livelihood_impact": "BOOLEAN",
        "n_steps": "INT64",
        "n_mentions": "INT64",
    },
)
GROUP: Final = Table("LivelihoodGroup", {"id": "STRING", "is_livelihood": "BOOLEAN"}, shared=True)
CLAIM: Final = Table(
    "Claim",
    {
        "id": "STRING",
        "incident": "STRING",
        "relation": "STRING",
        "polarity": "STRING",
        "belief": "DOUBLE",
        "hedge": "STRING",
        "n_origins": "INT64",
    },
)
FIGURE: Final = Table(
    "QuantityClaim",
    {
        "id": "STRING",
        "incident": "STRING",
        "text": "STRING",
        "low": "DOUBLE",
        "high": "DOUBLE",
        "unit": "STRING",
        "thing": "STRING",
        "measure": "STRING",
        "group_code": "STRING",
        "qualifier": "STRING",
        "direction": "STRING",
        "speaker": "STRING",
        "hedge": "STRING",
    },
)
ARTICLE: Final = Table(
    "Article",
    {
        "id": "STRING",
        "version": "STRING",
        "title": "STRING",
        "publisher": "STRING",
        "published": "DATE",
        "url": "STRING",
    },
)
AGENT: Final = Table("Agent", {"id": "STRING", "label": "STRING", "kind": "STRING"}, shared=True)

CAUSAL: Final = Table(
    "CAUSAL",
    {
        "id": "STRING",
        "relation": "STRING",
        "belief": "DOUBLE",
        "hedge": "STRING",
        "polarity": "STRING",
        "step": "BOOLEAN",
        "n_origins": "INT64",
        "claim_ids": "STRING[]",
        "article_ids": "STRING[]",
        "speakers": "STRING[]",
        "quotes": "STRING[]",
    },
    (("Event", "Event"),),
)
IN_INCIDENT: Final = Table("IN_INCIDENT", {}, (("Event", "Incident"), ("QuantityClaim", "Incident")))
FALLS_ON: Final = Table("FALLS_ON", {}, (("Event", "LivelihoodGroup"), ("QuantityClaim", "LivelihoodGroup")))
ABOUT: Final = Table("ABOUT", {}, (("Article", "Incident"),))
CAUSE: Final = Table("CAUSE", {}, (("Claim", "Event"),))
EFFECT: Final = Table("EFFECT", {}, (("Claim", "Event"),))
MEASURES: Final = Table("MEASURES", {}, (("QuantityClaim", "Event"),))
TOLD_IN: Final = Table(
    "TOLD_IN",
    {
        "id": "STRING",
        "quote": "STRING",
        "start": "INT64",
        "end": "INT64",
        "signal": "STRING",
        "speaker": "STRING",
        "hedge": "STRING",
        "rule": "STRING",
        "confidence": "DOUBLE",
        "implied": "BOOLEAN",
        "origin": "STRING",
    },
    (("Claim", "Article"), ("QuantityClaim", "Article")),
)
MENTIONED_IN: Final = Table(
    "MENTIONED_IN", {"id": "STRING", "quote": "STRING", "start": "INT64", "end": "INT64"}, (("Event", "Article"),)
)
SAID_BY: Final = Table("SAID_BY", {}, (("Claim", "Agent"), ("QuantityClaim", "Agent")))
PUBLISHED_BY: Final = Table("PUBLISHED_BY", {}, (("Article", "Agent"),))
BREACHED: Final = Table("BREACHED_ORGANISATION", {}, (("Incident", "Agent"),))

NODES: Final = (INCIDENT, EVENT, GROUP, CLAIM, FIGURE, ARTICLE, AGENT)
RELATIONSHIPS: Final = (
    *(CAUSAL, IN_INCIDENT, FALLS_ON, ABOUT, CAUSE, EFFECT, MEASURES, TOLD_IN, MENTIONED_IN),
    *(SAID_BY, PUBLISHED_BY, BREACHED),
)

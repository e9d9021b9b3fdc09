"""In: organisations, the breach event's mentions and the article's day. Out: which incident the article is about."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extract.dates import find_day
from extract.joining import Joined
from extract.organisations import wikidata
from ontology.records import Article, IncidentReference, Mention, Organisation

_KINDS: Final = ("ransomware", "data_breach", "cyber_attack", "theft", "outage")
_NEAR: Final = 120  # characters between a name and a breach phrase that count as together


def refer(
    article: Article, breach: Joined | None, organisations: Sequence[Organisation], told: Sequence[str] = ()
) -> IncidentReference | None:
    """Name the incident; None where the article tells no breach.

    The day is the first that `told`, the sentences that speak of the breach, name; else the day of publication.
    """
    if breach is None:
        return None
    types = Counter(mention.type for mention in breach.mentions)
    kind = max(_KINDS, key=lambda k: (types[k], -_KINDS.index(k)))
    name = next((organisation.name for organisation in organisations if organisation.breached), None)
    published = article.published
    days = (find_day(text, published) for text in told) if published else iter(())
    return IncidentReference(name, kind, next((day for day in days if day), published))


def group_organisations(mentions: Sequence[Mention], breach: Sequence[tuple[int, int]]) -> tuple[Organisation, ...]:
    """Gather mentions by name, in order of first mention, and mark the one that stands by the breach most often."""
    by_name: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_name.setdefault(mention.grounding or mention.span.text, []).append(mention)
    organisations = [Organisation(name, tuple(found), wikidata=wikidata(name)) for name, found in by_name.items()]
    if not organisations or not breach:
        return tuple(organisations)
    starts = [start for start, _ in breach]
    victim = max(organisations, key=lambda o: (_near(o, breach, starts), len(o.mentions), -o.mentions[0].span.start))
    return tuple(replace(o, breached=o is victim) for o in organisations)


def _near(organisation: Organisation, breach: Sequence[tuple[int, int]], starts: Sequence[int]) -> int:
    beside = 0
    for mention in organisation.mentions:
        i = bisect_left(starts, mention.span.start)
        around = breach[max(0, i - 1) : i + 1]
        beside += any(max(start - mention.span.end, mention.span.start - end) <= _NEAR for start, end in around)
    return beside

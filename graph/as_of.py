"""In: a claim with its denials, an event or an incident, and a day. Out: it as it stood by what was published then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from graph.assembled import Claim, EventNode, Incident, Witness
from graph.assembly import label_of, one_print
from graph.belief import claim_belief
from graph.figures import firmest
from graph.reprints import first_prints
from ontology.records import Article


def published_by(
    witnesses: Iterable[Witness], articles: Mapping[str, Article], day: date | None
) -> tuple[Witness, ...]:
    """Return the witnesses whose article was published by a day; all without a day; none of an article without one."""
    return tuple(witness for witness in witnesses if _is_out(witness.article, articles, day))


def _is_out(article: str, articles: Mapping[str, Article], day: date | None) -> bool:
    return day is None or ((published := articles[article].published) is not None and published <= day)


def event_as_of(event: EventNode, articles: Mapping[str, Article], day: date | None) -> EventNode | None:
    """Return an event with the mentions of a day, and called as they call it; None where there is none."""
    mentions = tuple(mention for mention in event.mentions if _is_out(mention.article, articles, day))
    if mentions == event.mentions or not mentions:
        return event if mentions else None
    label = event.label if event.kind == "breach" else label_of(mentions) or event.label
    reasons = event.reasons if len({mention.article for mention in mentions}) > 1 else ()
    return replace(event, label=label, mentions=mentions, reasons=reasons)


def incident_as_of(incident: Incident, articles: Mapping[str, Article], day: date | None) -> Incident:
    """Return an incident with only the articles of a day; it keeps the name that it was found by."""
    reasons = incident.reasons or ("",) * len(incident.articles)
    told = [pair for pair in zip(incident.articles, reasons, strict=True) if _is_out(pair[0], articles, day)]
    whys = tuple(why for _, why in told) if incident.reasons else ()
    return replace(incident, articles=tuple(article for article, _ in told), reasons=whys)


def claim_as_of(
    claim: Claim, denials: Iterable[Claim], articles: Mapping[str, Article], day: date, *, accepted: bool
) -> Claim | None:
    """Return a claim as it stood by a day; None where nobody had told it.

    Args:
        claim: The claim.
        denials: The claims that speak against it.
        articles: All articles by id.
        day: The last day that counts.
        accepted: Whether a curator has accepted it, which counts on any day.
    """
    support = published_by(claim.witnesses, articles, day)
    if not support:
        return None
    against = published_by((witness for one in denials for witness in one.witnesses), articles, day)
    prints = first_prints({witness.article: articles[witness.article] for witness in (*support, *against)}.values())
    belief = claim_belief(one_print(support, prints), one_print(against, prints), accepted=accepted)
    origins = len({witness.origin for witness in support})
    return replace(claim, witnesses=support, belief=belief, hedge=firmest(support), origins=origins)

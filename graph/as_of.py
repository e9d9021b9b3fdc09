"""In: a claim with its denials, and a day. Out: the claim as it stood by that day, counted from what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from graph.assembled import Claim, Witness
from graph.assembly import one_print
from graph.belief import claim_belief
from graph.figures import firmest
from graph.reprints import first_prints
from ontology.records import Article


def published_by(
    witnesses: Iterable[Witness], articles: Mapping[str, Article], day: date | None
) -> tuple[Witness, ...]:
    """Return the witnesses whose article was published by a day; all without a day; none of an article without one."""
    return tuple(
        witness
        for witness in witnesses
        if day is None or ((published := articles[witness.article].published) is not None and published <= day)
    )


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

"""In: what a person finds of a claim or figure, and the graph. Out: a decision in the ledger, or all reviews.

A review is a verdict that a person or an organisation publishes on a statement, as fact-checkers do. It changes nothing
in the graph; it holds whatever is read later, until the decision is undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from graph.assembled import Assembled
from graph.errors import CurationError
from graph.ledger import Decision, Ledger
from ontology.terms import ID

VERB: Final = "review"


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict in words (`rating`) on the claim or figure `claim`, published by somebody on a day.

    `site` is the publisher's host name, `url` where the review stands, `title` what it is called there.
    """

    claim: str
    rating: str
    publisher: str
    day: date
    site: str | None = None
    url: str | None = None
    title: str | None = None


def note_review(ledger: Ledger, graph: Assembled, review: Review, by: str) -> Decision:
    """Note a review as a decision, and return it as it stands in the ledger.

    Raises:
        CurationError: No claim or figure has the id, or there is no rating, publisher, or anybody who notes it.
    """
    claim = review.claim.removeprefix(ID).strip()
    if not any(claim == one.id for one in graph.claims) and not any(claim == one.id for one in graph.figures):
        raise CurationError(f"no claim or figure has the id {claim!r}; `/v1alpha1/claims:search` finds them")
    if not (review.rating.strip() and review.publisher.strip() and by.strip()):
        raise CurationError("a review needs a rating, a publisher, and somebody who notes it; give all three")
    told = {name: value for name, value in asdict(review).items() if name not in ("claim", "day") and value}
    why = f"{review.rating}: {review.title}" if review.title else review.rating
    seq = ledger.decide(VERB, claim, by, {**told, "date": review.day.isoformat(), "why": why})
    return next(one for one in ledger.decisions() if one.seq == seq)


def reviews(graph: Assembled) -> Mapping[str, tuple[Review, ...]]:
    """Return the reviews that hold, by the id of what they are of, oldest first."""
    undone = {decision.detail.get("seq") for decision in graph.decisions if decision.verb == "undo"}
    found: dict[str, list[Review]] = defaultdict(list)
    for decision in graph.decisions:
        if decision.verb == VERB and decision.seq not in undone:
            found[decision.subject].append(_review(decision))
    return {claim: tuple(told) for claim, told in found.items()}


def _review(decision: Decision) -> Review:
    detail = decision.detail
    optional = {name: detail.get(name) for name in ("site", "url", "title")}
    day = date.fromisoformat(detail["date"])
    return Review(decision.subject, detail["rating"], detail["publisher"], day, **optional)

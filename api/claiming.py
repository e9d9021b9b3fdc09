"""In: the claims and figures of a graph, with their reviews. Out: schema.org Claims, and answers to a search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final

from breachtrace import Article, Assembled, Claim, Figure, Review, Witness
from graph.identity import tokens
from graph.reviews import reviews
from ontology.terms import HEDGES, ID, ONTOLOGY

Data = dict[str, Any]
Statement = Claim | Figure
MEDIA: Final = "application/ld+json"
# schema.org names everything but what it has no word for
CONTEXT: Final = ["https://schema.org", {"bt": ONTOLOGY, "seq": "bt:seq", "hedge": "bt:hedge", "belief": "bt:belief"}]


class Claims:
    """The claims and figures that some article still tells, as others exchange them.

    Args:
        graph: The graph that they are in.
    """

    def __init__(self, graph: Assembled) -> None:
        self.seq = graph.seq
        self._articles: Mapping[str, Article] = {article.id: article for article in graph.articles}
        self._labels = {event.id: event.label for event in graph.events}
        self._reviews = reviews(graph)
        told: list[Statement] = [*graph.claims, *graph.figures]
        self._statements: Mapping[str, Statement] = {one.id: one for one in told if not one.unsupported}

    def find(self, claim: str) -> Statement | None:
        """Return a claim or figure by its id or IRI; None where there is none."""
        return self._statements.get(claim.removeprefix(ID))

    def linked(self, one: Statement) -> Data:
        """Lay out a statement as a schema.org Claim, with every appearance, and the reviews that people wrote."""
        first = self._first(one)
        data: Data = {
            "@context": CONTEXT,
            "@type": "Claim",
            "@id": ID + one.id,
            "identifier": one.id,
            "name": self._name(one),
            "text": first.quote.text,
            "author": {"name": self._claimant(first)},
            "datePublished": self._day(first),
            "appearance": [self._appearance(witness) for witness in one.witnesses],
            "hedge": one.hedge,
            "seq": self.seq,
        }
        if isinstance(one, Claim):
            data["belief"] = round(one.belief, 4)
        if told := self._reviews.get(one.id):
            data["review"] = [self._review(review, one) for review in told]
        return {name: value for name, value in data.items() if value is not None}

    def found(self, one: Statement) -> Data:
        """Lay out a statement as the Google Fact Check Tools API does; `id` is ours."""
        first = self._first(one)
        day = self._day(first)
        data = {
            "id": one.id,
            "text": first.quote.text,
            "claimant": self._claimant(first),
            "claimDate": f"{day}T00:00:00Z" if day else None,
        }
        known = {name: value for name, value in data.items() if value is not None}
        return {**known, "claimReview": [_claim_review(review) for review in self._reviews.get(one.id, ())]}

    def search(self, query: str, newer: date | None = None, site: str | None = None) -> list[Statement]:
        """Find statements all of whose words the query holds, by name, quotes and speakers.

        Args:
            query: The words; "" for any.
            newer: Only what was published or reviewed on or after this day.
            site: Only what somebody of this site reviewed.

        Returns:
            The newest first; those without a day come last.
        """
        wanted = set(tokens(query))
        ids = set.intersection(*(self._index.get(word, set()) for word in wanted)) if wanted else set(self._statements)
        kept = (self._statements[key] for key in ids if site is None or site in self._sites(key))
        aged = (one for one in kept if newer is None or ((day := self.newest(one)) is not None and day >= newer))
        return sorted(aged, key=self.order)

    def order(self, one: Statement) -> tuple[int, str]:
        """Return the place of a statement in answers: by its newest day, the last first, then by id."""
        day = self.newest(one)
        return -day.toordinal() if day else 0, one.id

    def newest(self, one: Statement) -> date | None:
        """Return the last day on which it was published or reviewed; None where none is known."""
        told = (self._articles[witness.article].published for witness in one.witnesses)
        days = [*(day for day in told if day), *(review.day for review in self._reviews.get(one.id, ()))]
        return max(days, default=None)

    @cached_property
    def _index(self) -> Mapping[str, set[str]]:
        """Return the ids of the statements that hold each word; made at the first search."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self._statements.values():
            said = (f"{witness.quote.text} {witness.speaker or ''}" for witness in one.witnesses)
            for word in tokens(" ".join([self._name(one), *said])):
                found[word].add(one.id)
        return dict(found)

    def _sites(self, key: str) -> set[str | None]:
        return {review.site for review in self._reviews.get(key, ())}

    def _name(self, one: Statement) -> str:
        if isinstance(one, Figure):
            return one.text
        told = "not " if one.negated else ""
        return f"{self._labels[one.cause]} — {told}{one.relation} — {self._labels[one.effect]}"

    def _first(self, one: Statement) -> Witness:
        """Return the witness to quote: the firmest, then the first that was published."""

        def rank(witness: Witness) -> tuple[int, bool, str, str]:
            day = self._articles[witness.article].published
            return HEDGES.index(witness.hedge), day is None, day.isoformat() if day else "", witness.article

        return min(one.witnesses, key=rank)

    def _claimant(self, witness: Witness) -> str:
        article = self._articles[witness.article]
        return witness.speaker or article.publisher or article.id

    def _day(self, witness: Witness) -> str | None:
        day = self._articles[witness.article].published
        return day.isoformat() if day else None

    def _appearance(self, witness: Witness) -> Data:
        article = self._articles[witness.article]
        data = {
            "@type": "NewsArticle",
            "identifier": article.id,
            "headline": article.title,
            "url": article.url,
            "publisher": {"@type": "Organization", "name": article.publisher} if article.publisher else None,
            "datePublished": article.published.isoformat() if article.published else None,
            "hasPart": {"@type": "Quotation", "text": witness.quote.text, "spokenByCharacter": _spoken(witness)},
        }
        return {name: value for name, value in data.items() if value is not None}

    def _review(self, review: Review, one: Statement) -> Data:
        data = {
            "@type": "ClaimReview",
            "claimReviewed": self._first(one).quote.text,
            "itemReviewed": {"@id": ID + one.id},
            "reviewRating": {"@type": "Rating", "alternateName": review.rating},
            "author": {"@type": "Organization", "name": review.publisher, "url": _site(review)},
            "datePublished": review.day.isoformat(),
            "url": review.url,
            "name": review.title,
        }
        return {name: value for name, value in data.items() if value is not None}


def _spoken(witness: Witness) -> Data | None:
    return {"name": witness.speaker} if witness.speaker else None


def _site(review: Review) -> str | None:
    return f"https://{review.site}" if review.site else None


def _claim_review(review: Review) -> Data:
    publisher = {"name": review.publisher, "site": review.site}
    data = {
        "publisher": {name: value for name, value in publisher.items() if value},
        "url": review.url,
        "title": review.title,
        "reviewDate": f"{review.day.isoformat()}T00:00:00Z",
        "textualRating": review.rating,
        "languageCode": "en",
    }
    return {name: value for name, value in data.items() if value is not None}


def pages(found: Iterable[Statement], after: tuple[int, str] | None, claims: Claims) -> Iterator[Statement]:
    """Yield what comes after a place in the order of answers."""
    return (one for one in found if after is None or claims.order(one) > after)

"""In: parts of records (spans, witnesses, events, articles). Out: their quads, in one named graph, without blank nodes.

Every node's IRI comes from what it is, so the same records give the same quads. Classes are stated with all the classes
above them, so that no query needs inference.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import pyoxigraph as ox

from graph.assembled import EventNode, Witness
from graph.identity import content_id, is_name
from graph.ledger import content_hash
from ontology import iris, terms
from ontology.records import Article, Span

_TYPE: Final = ox.NamedNode(iris.RDF + "type")
_DATE: Final = ox.NamedNode(iris.XSD + "date")
# What each class stands under, nearest first.
_ABOVE: Final = {
    iris.EVENT: (iris.SEM_EVENT, iris.FARO_EVENT),
    iris.DATA_BREACH: (iris.EVENT, iris.SEM_EVENT, iris.FARO_EVENT),
    iris.RESPONSE_EVENT: (iris.EVENT, iris.SEM_EVENT, iris.FARO_EVENT),
    iris.IMPACT_EVENT: (iris.EVENT, iris.SEM_EVENT, iris.FARO_EVENT),
    iris.LIVELIHOOD_IMPACT: (iris.IMPACT_EVENT, iris.EVENT, iris.SEM_EVENT, iris.FARO_EVENT),
    iris.CAUSAL_CLAIM: (iris.CLAIM, iris.ENTITY),
    iris.QUANTITY_CLAIM: (iris.CLAIM, iris.ENTITY, iris.QUANTITY),
    iris.MENTION: (iris.EVIDENCE, iris.ANNOTATION),
    iris.WITNESS: (iris.EVIDENCE, iris.ANNOTATION),
    iris.EXTRACTION: (iris.ACTIVITY,),
    iris.SPEAKER: (iris.AGENT,),
    iris.NEWS_ARTICLE: (iris.ENTITY,),
    iris.QUANTITATIVE_VALUE: (iris.QUANTITY_VALUE,),
}


def version_id(article: Article) -> str:
    """Give the id of one version of an article; its IRI also names the graph that holds what was read out of it."""
    return content_id("article", article.id, content_hash(article))


def witness_id(subject: str, version: str, witness: Witness) -> str:
    """Give the id of one witness for a claim or figure, in one version of an article."""
    marked = None if witness.signal is None else witness.signal.start
    parts = (witness.speaker, witness.rule, witness.hedge, marked, witness.confidence, witness.implied)
    return _evidence_id("witness", subject, version, witness.quote, *parts)


def mention_id(subject: str, version: str, span: Span) -> str:
    """Give the id of one mention of an event, in one version of an article."""
    return _evidence_id("mention", subject, version, span)


def _evidence_id(prefix: str, subject: str, version: str, span: Span, *parts: str | float | None) -> str:
    return content_id(prefix, terms.ID + subject, version, span.start, span.end, *parts)


def speaker_id(words: str, version: str) -> str:
    """Give the id of a speaker: one over all articles by a name, one of this version by other words ("she")."""
    return content_id("speaker", words, None if is_name(words) else version)


def organisation_id(name: str) -> str:
    """Give the id of an organisation by its name."""
    return content_id("organisation", name)


def is_livelihood_impact(event: EventNode) -> bool:
    """Tell whether an event is an impact on a living; one that is told not to have happened is none."""
    lives = event.group is not None and event.group not in terms.NOT_LIVELIHOODS
    return event.kind == "impact" and lives and not event.negated


def node(identifier: str) -> ox.NamedNode:
    """Give the node of an id."""
    return ox.NamedNode(terms.ID + identifier)


def concept(scheme: str, code: str) -> ox.NamedNode:
    """Give the node of a code of a vocabulary."""
    return ox.NamedNode(iris.concept(scheme, code))


class Quads:
    """The quads of one named graph, as they are told; telling the same twice adds nothing that a store would keep."""

    def __init__(self, graph: ox.NamedNode, articles: Sequence[Article]) -> None:
        self.graph = graph
        self.quads: list[ox.Quad] = []
        self._versions = {article.id: version_id(article) for article in articles}
        self._run: ox.NamedNode | None = None
        for article in articles:
            self._article(article)

    def tell(
        self, subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal | str | float | bool | date | None
    ) -> None:
        """Add one quad; None adds nothing, a plain value becomes a typed literal."""
        if value is None:
            return
        if isinstance(value, date):
            value = ox.Literal(value.isoformat(), datatype=_DATE)
        elif not isinstance(value, ox.NamedNode | ox.Literal):
            value = ox.Literal(value)
        self.quads.append(ox.Quad(subject, ox.NamedNode(predicate), value, self.graph))

    def be(self, subject: ox.NamedNode, kind: str) -> None:
        """Say what class a node is of, and all the classes above."""
        for each in (kind, *_ABOVE.get(kind, ())):
            self.quads.append(ox.Quad(subject, _TYPE, ox.NamedNode(each), self.graph))

    def version(self, article: str) -> ox.NamedNode:
        """Give the version of an article that these quads are about, by the article's id."""
        return node(self._versions[article])

    def _article(self, article: Article) -> None:
        version = self.version(article.id)
        self.be(version, iris.NEWS_ARTICLE)
        self.tell(version, iris.IDENTIFIER, article.id)
        self.tell(version, iris.LABEL, article.title or article.id)
        self.tell(version, iris.HEADLINE, article.title)
        self.tell(version, iris.DATE_PUBLISHED, article.published)
        self.tell(version, iris.URL, article.url)
        if article.publisher is not None:
            self.tell(version, iris.PUBLISHER, self.organisation(article.publisher))

    def run(self, article: str, extractor: str) -> None:
        """Say which extractor read the article."""
        run = node(content_id("extraction", self._versions[article], extractor))
        agent = node(content_id("extractor", extractor))
        self.be(run, iris.EXTRACTION)
        self.tell(run, iris.USED, self.version(article))
        self.tell(run, iris.WAS_ASSOCIATED_WITH, agent)
        self.be(agent, iris.SOFTWARE_AGENT)
        self.tell(agent, iris.LABEL, extractor)
        self._run = run

    def interval(self, owner: str, first: date | None, last: date | None) -> ox.NamedNode:
        """Describe the days from first to last, both included, either of them open."""
        interval = node(f"{owner}-time")
        self.be(interval, iris.INTERVAL)
        for predicate, day in ((iris.HAS_BEGINNING, first), (iris.HAS_END, last)):
            if day is not None:
                instant = node(f"day-{day.isoformat()}")
                self.be(instant, iris.INSTANT)
                self.tell(instant, iris.IN_XSD_DATE, day)
                self.tell(interval, predicate, instant)
        return interval

    def organisation(self, name: str) -> ox.NamedNode:
        """Describe an organisation by its name."""
        organisation = node(organisation_id(name))
        self.be(organisation, iris.ORGANIZATION)
        self.tell(organisation, iris.NAME, name)
        self.tell(organisation, iris.LABEL, name)
        return organisation

    def speaker(self, words: str, article: str) -> ox.NamedNode:
        """Describe who says something; words that are no name ("she", "a spokesperson") are somebody of one article."""
        speaker = node(speaker_id(words, self._versions[article]))
        self.be(speaker, iris.SPEAKER)
        self.tell(speaker, iris.LABEL, words)
        return speaker

    def stretch(self, article: str, span: Span) -> ox.NamedNode:
        """Describe a stretch of an article: its source, its exact words, and where they stand."""
        identifier = content_id("stretch", self._versions[article], span.start, span.end)
        stretch, selector = node(identifier), node(f"{identifier}-selector")
        self.be(stretch, iris.SPECIFIC_RESOURCE)
        self.tell(stretch, iris.HAS_SOURCE, self.version(article))
        self.tell(stretch, iris.HAS_SELECTOR, selector)
        self.be(selector, iris.TEXT_QUOTE_SELECTOR)
        self.be(selector, iris.TEXT_POSITION_SELECTOR)
        self.tell(selector, iris.EXACT, span.text)
        self.tell(selector, iris.START, span.start)
        self.tell(selector, iris.END, span.end)
        return stretch

    def mention(self, subject: str, article: str, span: Span) -> None:
        """Say that a phrase of an article speaks of the subject, an event."""
        told = node(mention_id(subject, self._versions[article], span))
        self._evidence(node(subject), told, iris.MENTION, article, span)

    def witness(self, subject: str, witness: Witness) -> None:
        """Say that an article tells the subject, a claim: in which words, by whom and how firmly."""
        told = node(witness_id(subject, self._versions[witness.article], witness))
        self._evidence(node(subject), told, iris.WITNESS, witness.article, witness.quote)
        if witness.signal is not None:
            self.tell(told, iris.MARKER, self.stretch(witness.article, witness.signal))
        if witness.speaker is not None:
            self.tell(told, iris.WAS_ATTRIBUTED_TO, self.speaker(witness.speaker, witness.article))
        self.tell(told, iris.HEDGE, concept("hedge", witness.hedge))
        self.tell(told, iris.RULE, witness.rule)
        self.tell(told, iris.CONFIDENCE, float(witness.confidence))
        self.tell(told, iris.IMPLIED, witness.implied)
        self.tell(told, iris.ORIGIN, witness.origin or None)

    def _evidence(self, subject: ox.NamedNode, evidence: ox.NamedNode, kind: str, article: str, span: Span) -> None:
        self.be(evidence, kind)
        self.tell(subject, iris.HAS_EVIDENCE, evidence)
        self.tell(evidence, iris.HAS_TARGET, self.stretch(article, span))
        self.tell(evidence, iris.WAS_GENERATED_BY, self._run)

"""In: parts of records (spans, witnesses, events, articles). Out: their statements, in one named graph, as lines.

A line is a statement as N-Triples has it, without the full stop: text, for a store reads many statements fastest as
text. Every node's IRI comes from what it is, so the same records give the same lines, and there are no blank nodes.
What an article says word for word, its evidence, is described once, however many nodes of whichever graph rest on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

import pyoxigraph as ox

from graph.assembled import EventMention, EventNode, Witness
from graph.identity import content_id, is_name
from graph.ledger import content_hash
from ontology import iris, terms
from ontology.records import Article, Span

_VERSION: Final = "article-"  # what the id of a version begins with
_ESCAPED: Final = re.compile(r'["\\\n\r]')
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
# What each class stands under, nearest first.
_ABOVE: Final = {
    iris.EVENT: (iris.SEM_EVENT, iris.FARO_EVENT),
    iris.DATA_BREACH: (iris.EVENT, iris.SEM_EVENT, iris.FARO_EVENT),
    iris.RESPONSE_EVENT: (iris.EVENT, iris.SEM_EVENT, iris.FARO_EVENT),
    iris.IMPACT_EVENT: (iris.EVENT, iris.SEM_EVENT, iris.FARO_EVENT),
    iris.LIVELIHOOD_IMPACT: (iris.IMPACT_EVENT, iris.EVENT, iris.SEM_EVENT, iris.FARO_EVENT),
    iris.CAUSAL_CLAIM: (iris.CLAIM, iris.ENTITY),
    iris.QUANTITY_CLAIM: (iris.CLAIM, iris.ENTITY, iris.QUANTITY),
    iris.DECISION: (iris.ACTIVITY,),
    iris.MENTION: (iris.EVIDENCE, iris.ANNOTATION),
    iris.WITNESS: (iris.EVIDENCE, iris.ANNOTATION),
    iris.EXTRACTION: (iris.ACTIVITY,),
    iris.SPEAKER: (iris.AGENT,),
}
# Classes of others, neither of them under the other, that a node is of at once.
_TOO: Final = {iris.NEWS_ARTICLE: (iris.ENTITY,), iris.QUANTITATIVE_VALUE: (iris.QUANTITY_VALUE,)}


@lru_cache(maxsize=1_000)  # asked for again and again while an article's incident is written
def version_id(article: Article) -> str:
    """Give the id of one version of an article; its IRI also names the graph that holds what was read out of it."""
    return text_id(article.id, content_hash(article))


def text_id(article: str, content: str) -> str:
    """Give the id of one version of an article by the hash of its content, where the version itself is not at hand."""
    return content_id(_VERSION.rstrip("-"), article, content)


def witness_id(version: str, witness: Witness) -> str:
    """Give the id of one witness in one version of an article; several claims and figures may rest on it."""
    quote, signal = witness.quote, witness.signal
    marked = (None, None) if signal is None else (signal.start, signal.end)
    how = (witness.speaker, witness.rule, witness.hedge, *marked, witness.confidence, witness.implied)
    return content_id("witness", version, quote.start, quote.end, *how)


def mention_id(version: str, span: Span) -> str:
    """Give the id of one mention in one version of an article; several events may rest on it."""
    return _place_id("mention", version, span)


def _place_id(prefix: str, version: str, span: Span) -> str:
    """Give the id of a place in one version of an article, which tells the version and the place."""
    return f"{prefix}-{version.removeprefix(_VERSION)}-{span.start}-{span.end}"


def speaker_id(words: str, version: str) -> str:
    """Give the id of a speaker: one over all articles by a name, one of this version by other words ("she")."""
    return content_id("speaker", words, None if is_name(words) else version)


def organisation_id(name: str) -> str:
    """Give the id of an organisation by its name."""
    return content_id("organisation", name)


def is_livelihood_impact(event: EventNode) -> bool:
    """Tell whether an event is an impact on a living; what is denied or unsupported is none."""
    lives = event.group is not None and event.group not in terms.NOT_LIVELIHOODS
    return event.kind == "impact" and lives and not event.negated and not event.unsupported


def node(identifier: str) -> ox.NamedNode:
    """Give the node of an id.

    Raises:
        ValueError: The id cannot be part of an IRI.
    """
    return ox.NamedNode(terms.ID + identifier)


def ref(identifier: str) -> str:
    """Write the node of an id, one that is made of hashes or checked; `node` is for those that come from outside."""
    return f"<{terms.ID}{identifier}>"


@cache
def term(iri: str) -> str:
    """Write a class, property, unit or concept; there are few of them."""
    return str(ox.NamedNode(iri))


def concept(scheme: str, code: str) -> str:
    """Write a code of a vocabulary."""
    return term(iris.concept(scheme, code))


def literal(value: str | float | bool | date) -> str:
    r"""Write a plain value as a typed literal.

    >>> literal('5" and 6"')
    '"5\\" and 6\\""'
    """
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES) if _ESCAPED.search(value) else value}"'
    if isinstance(value, bool):
        return _typed("true" if value else "false", "boolean")
    if isinstance(value, int):
        return _typed(str(value), "integer")
    return _typed(value.isoformat(), "date") if isinstance(value, date) else str(ox.Literal(value))


def _typed(text: str, kind: str) -> str:
    return f'"{text}"^^<{iris.XSD}{kind}>'


def parsed(lines: Iterable[str], graph: ox.NamedNode) -> Iterator[ox.Quad]:
    """Read lines as quads of a graph."""
    text = " .\n".join((*lines, ""))
    return (
        ox.Quad(one.subject, one.predicate, one.object, graph)
        for one in ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES)
    )


class Quads:
    """The lines of one named graph, as they are told; a node that is told of again is described once.

    Args:
        articles: Those that the lines are about.
        above: Whether a node is said to be of all the classes above its own.
    """

    def __init__(self, articles: Sequence[Article], *, above: bool = True) -> None:
        self.lines: list[str] = []
        self._classes = _classes if above else _class
        self._known: dict[object, str] = {}  # what is described already, by what it is
        self._versions = {article.id: version_id(article) for article in articles}

    def tell(self, subject: str, predicate: str, value: str | float | bool | date | None) -> None:
        """Add a statement with a plain value; None adds nothing."""
        if value is not None:
            self.lines.append(f"{subject} <{predicate}> {literal(value)}")

    def tie(self, subject: str, predicate: str, other: str | None) -> None:
        """Add a statement on two nodes, as they are written; None adds nothing."""
        if other is not None:
            self.lines.append(f"{subject} <{predicate}> {other}")

    def be(self, subject: str, kind: str) -> None:
        """Say what class a node is of."""
        self.lines += [f"{subject} {ending}" for ending in self._classes(kind)]

    def version(self, article: str) -> str:
        """Give the version of an article that these lines are about, by the article's id."""
        return ref(self._versions[article])

    def article(self, article: Article) -> None:
        """Describe a version of an article."""
        version = self.version(article.id)
        self.be(version, iris.NEWS_ARTICLE)
        self.tell(version, iris.IDENTIFIER, article.id)
        self.tell(version, iris.LABEL, article.title or article.id)
        self.tell(version, iris.HEADLINE, article.title)
        self.tell(version, iris.DATE_PUBLISHED, article.published)
        self.tell(version, iris.URL, article.url)
        if article.publisher is not None:
            self.tie(version, iris.PUBLISHER, self.organisation(article.publisher))

    def history(self, article: str, versions: Sequence[str]) -> None:
        """Chain the versions of an article, by the hashes of their contents, each to the one that it replaced."""
        for old, new in pairwise(versions):
            replaced = ref(text_id(article, old))
            self.be(replaced, iris.NEWS_ARTICLE)
            self.tell(replaced, iris.IDENTIFIER, article)
            self.tie(ref(text_id(article, new)), iris.WAS_REVISION_OF, replaced)

    def run(self, article: str, extractor: str) -> None:
        """Say which extractor read the article."""
        run = ref(content_id("extraction", self._versions[article], extractor))
        agent = ref(content_id("extractor", extractor))
        self.be(run, iris.EXTRACTION)
        self.tie(run, iris.USED, self.version(article))
        self.tie(run, iris.WAS_ASSOCIATED_WITH, agent)
        self.be(agent, iris.SOFTWARE_AGENT)
        self.tell(agent, iris.LABEL, extractor)

    def interval(self, owner: str, first: date | None, last: date | None) -> str:
        """Describe the days from first to last, both included, either of them open."""
        interval = ref(f"{owner}-time")
        self.be(interval, iris.INTERVAL)
        for predicate, day in ((iris.HAS_BEGINNING, first), (iris.HAS_END, last)):
            if day is not None:
                self.tie(interval, predicate, self._day(day))
        return interval

    def _day(self, day: date) -> str:
        if (known := self._known.get(day)) is not None:
            return known
        instant = self._known[day] = ref(f"day-{day.isoformat()}")
        self.be(instant, iris.INSTANT)
        self.tell(instant, iris.IN_XSD_DATE, day)
        return instant

    def organisation(self, name: str) -> str:
        """Describe an organisation by its name."""
        if (known := self._known.get(name)) is not None:
            return known
        organisation = self._known[name] = ref(organisation_id(name))
        self.be(organisation, iris.ORGANIZATION)
        self.tell(organisation, iris.NAME, name)
        self.tell(organisation, iris.LABEL, name)
        return organisation

    def speaker(self, words: str, article: str) -> str:
        """Describe who says something; words that are no name ("she", "a spokesperson") are somebody of one article."""
        if (known := self._known.get((words, article))) is not None:
            return known
        speaker = self._known[words, article] = ref(speaker_id(words, self._versions[article]))
        self.be(speaker, iris.SPEAKER)
        self.tell(speaker, iris.LABEL, words)
        return speaker

    def stretch(self, article: str, span: Span) -> str:
        """Describe a stretch of an article: its source, its exact words, and where they stand."""
        key = (article, span.start, span.end)
        if (known := self._known.get(key)) is not None:
            return known
        identifier = _place_id("stretch", self._versions[article], span)
        stretch = self._known[key] = ref(identifier)
        selector = ref(f"{identifier}-selector")
        self.be(stretch, iris.SPECIFIC_RESOURCE)
        self.tie(stretch, iris.HAS_SOURCE, self.version(article))
        self.tie(stretch, iris.HAS_SELECTOR, selector)
        self.be(selector, iris.TEXT_QUOTE_SELECTOR)
        self.be(selector, iris.TEXT_POSITION_SELECTOR)
        self.tell(selector, iris.EXACT, span.text)
        self.tell(selector, iris.START, span.start)
        self.tell(selector, iris.END, span.end)
        return stretch

    def mentioned(self, mention: EventMention) -> str:
        """Give the node of a mention, without describing it."""
        return ref(mention_id(self._versions[mention.article], mention.span))

    def mention(self, mention: EventMention) -> None:
        """Describe a phrase of an article that speaks of events."""
        self._evidence(self.mentioned(mention), iris.MENTION, mention.article, mention.span)

    def told(self, witness: Witness) -> str:
        """Give the node of a witness, without describing it."""
        return ref(witness_id(self._versions[witness.article], witness))

    def witness(self, witness: Witness) -> None:
        """Describe how an article tells claims or figures: in which words, by whom and how firmly."""
        told = self.told(witness)
        if not self._evidence(told, iris.WITNESS, witness.article, witness.quote):
            return
        if witness.signal is not None:
            self.tie(told, iris.MARKER, self.stretch(witness.article, witness.signal))
        if witness.speaker is not None:
            self.tie(told, iris.WAS_ATTRIBUTED_TO, self.speaker(witness.speaker, witness.article))
        self.tie(told, iris.HEDGE, concept("hedge", witness.hedge))
        self.tell(told, iris.RULE, witness.rule)
        self.tell(told, iris.CONFIDENCE, float(witness.confidence))
        self.tell(told, iris.IMPLIED, witness.implied or None)

    def _evidence(self, evidence: str, kind: str, article: str, span: Span) -> bool:
        """Describe evidence; tell whether it was not described before."""
        if evidence in self._known:
            return False
        self._known[evidence] = evidence
        self.be(evidence, kind)
        self.tie(evidence, iris.HAS_TARGET, self.stretch(article, span))
        return True


@cache
def _classes(kind: str) -> tuple[str, ...]:
    """Write what is said of a node of a class: predicate and object, of it and of the classes above."""
    return (*_class(kind), *map(_is, _ABOVE.get(kind, ())))


@cache
def _class(kind: str) -> tuple[str, ...]:
    """Write what is said of a node of a class without the classes above."""
    return tuple(map(_is, (kind, *_TOO.get(kind, ()))))


def _is(kind: str) -> str:
    return f"{term(iris.RDF + 'type')} {term(kind)}"

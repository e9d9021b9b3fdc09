"""In: the graph. Out: what the routes look up in it: by incident, by article, and by words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from api.presenting import Context, called
from breachtrace import Article, Assembled, Claim, EventNode, Figure, Incident, Reconciled
from graph.arithmetic import Contradiction, contradictions
from graph.curation import Curation
from graph.identity import fold_label
from graph.reconcile import reconcile


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be searched: its label, what is quoted of it, and both as they are compared."""

    kind: str
    id: str
    incident: str | None
    label: str
    quotes: tuple[tuple[str, str, int, int], ...]  # the quote, its article, start and end
    folded: str
    folded_quotes: tuple[str, ...]


class Index:
    """Looks things up in one graph; each part is made when it is first asked for."""

    def __init__(self, graph: Assembled) -> None:
        self._graph = graph

    @cached_property
    def context(self) -> Context:
        """What evidence is laid out with."""
        return Context(self._graph)

    @cached_property
    def incidents(self) -> dict[str, Incident]:
        """The incidents by id."""
        return {one.id: one for one in self._graph.incidents}

    @cached_property
    def articles(self) -> dict[str, Article]:
        """The articles by id."""
        return {one.id: one for one in self._graph.articles}

    @cached_property
    def events(self) -> dict[str, EventNode]:
        """The events by id."""
        return {one.id: one for one in self._graph.events}

    @cached_property
    def events_of(self) -> dict[str, list[EventNode]]:
        """The events of each incident."""
        return _grouped((one.incident, one) for one in self._graph.events)

    @cached_property
    def claims_of(self) -> dict[str, list[Claim]]:
        """The claims of each incident, which is that of their cause."""
        return _grouped((self.events[one.cause].incident, one) for one in self._graph.claims)

    @cached_property
    def figures_of(self) -> dict[str, list[Figure]]:
        """The figures of each incident."""
        return _grouped((one.incident, one) for one in self._graph.figures)

    @cached_property
    def told_by(self) -> dict[str, list[Claim | Figure]]:
        """The claims and figures that each article is a witness of."""
        stated: Iterable[Claim | Figure] = (*self._graph.claims, *self._graph.figures)
        pairs = ((article, one) for one in stated for article in sorted({w.article for w in one.witnesses}))
        return _grouped(pairs)

    @cached_property
    def incident_of(self) -> dict[str, str]:
        """The incident that each article tells of."""
        return {article: one.id for one in self._graph.incidents for article in one.articles}

    @cached_property
    def versions(self) -> dict[str, tuple[str, ...]]:
        """The versions of each article that had another text before."""
        return {one.article: one.versions for one in self._graph.histories}

    @cached_property
    def recommended(self) -> frozenset[str]:
        """The figures that a curator would go by."""
        return Curation.read(self._graph.decisions).recommended

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """The percentages that contradict the amounts of their own sentences."""
        return contradictions(self._graph)

    def measures(self, incident: str, as_of: date | None = None) -> list[Reconciled]:
        """Return the measures of an incident, as they stood on a day, in the order of their names."""
        figures = self.figures_of.get(incident, ())
        told = {witness.article for figure in figures for witness in figure.witnesses}
        articles = tuple(self.articles[article] for article in sorted(told))
        events = tuple(self.events_of.get(incident, ()))
        part = Assembled(self._graph.seq, articles, events=events, figures=tuple(figures))
        found = reconcile(part, incident, as_of, self.recommended)
        return sorted(found, key=lambda one: str(one.measure))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All that can be searched, by kind and id."""
        return tuple(self._entries())

    def _entries(self) -> Iterator[Entry]:
        for incident in self._graph.incidents:
            yield _entry("incident", incident, incident.id, " / ".join((incident.label, *incident.aliases)))
        for event in self._graph.events:
            yield _entry("event", event, event.incident, event.label)
        for claim in self._graph.claims:
            cause, effect = self.events[claim.cause], self.events[claim.effect]
            verb = ("does not " if claim.negated else "") + claim.relation
            yield _entry("claim", claim, cause.incident, f"{cause.label} {verb} {effect.label}")
        for figure in self._graph.figures:
            told = (figure.text, figure.thing, called(figure.group or ""), figure.speaker)
            yield _entry("figure", figure, figure.incident, ", ".join(part for part in told if part))
        for article in self._graph.articles:
            label = " / ".join(filter(None, (article.title, article.publisher))) or article.id
            yield _entry("article", article, self.incident_of.get(article.id), label)


def _entry(kind: str, node: Any, incident: str | None, label: str) -> Entry:
    quotes = [(one.quote.text, one.article, one.quote.start, one.quote.end) for one in getattr(node, "witnesses", ())]
    folded = tuple(fold_label(text) for text, *_ in quotes)
    return Entry(kind, node.id, incident, label, tuple(quotes), fold_label(label), folded)


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for key, one in pairs:
        groups[key].append(one)
    return dict(groups)

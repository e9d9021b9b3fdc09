"""In: nothing. Out: the records of the assembled graph: one node per incident, event, claim and figure, with evidence.

Ids are content hashes (`graph.identity`), the same in RDF, in the property graph and here. Tuples are sorted by id, so
that the same ledger gives the same graph whatever the order of arrival.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from graph.ledger import Decision
from ontology.records import Article, Span


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident: an organisation, a kind of incident and the days between which it was told to have come out."""

    id: str
    label: str
    organisation: str | None
    kind: str
    first_day: date | None
    last_day: date | None
    aliases: tuple[str, ...]
    articles: tuple[str, ...]
    reasons: tuple[str, ...] = ()  # why each article is one of this incident, in the order of `articles`


@dataclass(frozen=True, slots=True)
class EventMention:
    """One phrase of one article that speaks of the event."""

    article: str
    span: Span


@dataclass(frozen=True, slots=True)
class EventNode:
    """All mentions, over all articles, of one event: (incident, type, who it falls on, harm or benefit).

    `negated` marks what is told not to have happened ("no jobs were lost"): a node of its own, and no impact.
    """

    id: str
    incident: str
    kind: str
    type: str
    group: str | None
    effect: str | None
    label: str
    mentions: tuple[EventMention, ...]
    negated: bool = False
    reasons: tuple[str, ...] = ()  # why what several articles tell is one event; empty where one tells it

    @property
    def unsupported(self) -> bool:
        """Whether every article that told it is withdrawn: it stays, and counts for nothing."""
        return not self.mentions


@dataclass(frozen=True, slots=True)
class Witness:
    """One appearance of a statement: where it stands, word for word, who says it and how firmly.

    `origin` names the independent source that the witness counts for: a speaker, or the article itself.
    """

    article: str
    quote: Span
    signal: Span | None
    speaker: str | None
    hedge: str
    rule: str
    confidence: float
    implied: bool
    origin: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One causal statement between two events with every witness for it; `hedge` is the firmest of theirs."""

    id: str
    cause: str
    effect: str
    relation: str
    negated: bool
    belief: float
    hedge: str
    origins: int
    witnesses: tuple[Witness, ...]

    @property
    def unsupported(self) -> bool:
        """Whether every article that told it is withdrawn: it stays, and counts for nothing."""
        return not self.witnesses


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure on one measure by one speaker: an interval with its wording, and every witness for it."""

    id: str
    incident: str
    event: str | None
    group: str | None
    thing: str | None
    unit: str
    low: float | None
    high: float | None
    qualifier: str
    direction: str
    text: str
    speaker: str | None
    hedge: str
    witnesses: tuple[Witness, ...]

    @property
    def unsupported(self) -> bool:
        """Whether every article that told it is withdrawn: it stays, and counts for nothing."""
        return not self.witnesses


@dataclass(frozen=True, slots=True)
class History:
    """The versions of one article by their content hashes, the newest, which is the current one, last."""

    article: str
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The whole graph at one `seq` of the ledger.

    What only withdrawn articles told is in it as well, without a witness or mention (`unsupported`). `decisions` are
    the curators' that were carried out, oldest first; `histories` those of the articles that had another text before.
    """

    seq: int
    articles: tuple[Article, ...] = ()
    incidents: tuple[Incident, ...] = ()
    events: tuple[EventNode, ...] = ()
    claims: tuple[Claim, ...] = ()
    figures: tuple[Figure, ...] = ()
    dropped: tuple[str, ...] = field(default=())  # what could not be placed, each a line that says why
    decisions: tuple[Decision, ...] = ()
    histories: tuple[History, ...] = ()

    def supported(self) -> Assembled:
        """Return the graph without the events, claims and figures that only withdrawn articles told."""
        return replace(
            self,
            events=tuple(one for one in self.events if not one.unsupported),
            claims=tuple(one for one in self.claims if not one.unsupported),
            figures=tuple(one for one in self.figures if not one.unsupported),
        )

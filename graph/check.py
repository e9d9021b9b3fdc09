"""In: an Extraction of a text, and the assembled graph. Out: a verdict on every figure and causal statement in it.

The text is assembled as an article would be, in the incident that it is about, so that its figures and links have the
same measures and events as the records, and are compared with them by interval and by path; no likeness of words or
vectors decides. The rules are a table in `docs/checking.md`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Final

from graph.assembled import Assembled, Claim, EventNode, Figure, Incident
from graph.assembly import assemble_incident
from graph.belief import claim_belief
from graph.check_figures import Told, judge_all
from graph.check_links import Linked, Links, answer
from graph.check_telling import Telling
from graph.curation import Curation
from graph.errors import CheckLimitError
from graph.figures import firmest
from graph.identity import tokens
from graph.intervals import interval_of, wording
from graph.matching import asked, match
from graph.naming import Meant, Naming
from graph.reconcile import Reconciled, reconcile
from graph.verdicts import Checked, Statement, Verdict, reasons, wordlists
from ontology.records import CausalLink, Event, Extraction, QuantityClaim

_WORST_FIRST: Final = ("contradicted", "superseded", "differs", "unverifiable")  # verdicts on a statement's figures


def check(
    extraction: Extraction,
    graph: Assembled,
    incident: Incident | None = None,
    as_of: date | None = None,
    seconds: float = math.inf,
) -> Checked:
    """Check every figure and causal statement of a text.

    Args:
        extraction: What was read out of the text.
        graph: The assembled graph.
        incident: The incident that all of it is about; None to go by the firms that the text names.
        as_of: Answer from what was published by this day; records of articles without a day are then left out.
        seconds: How long it may take; the clock is looked at after each statement.

    Raises:
        CheckLimitError: It took longer.
    """
    checking = _Checking(extraction, graph, incident, as_of)
    judged = chain(map(checking.figure, extraction.quantities), map(checking.link, _links(extraction)))
    found = list(_within(seconds, judged))
    found.sort(key=lambda one: (one.statement.span, one.statement.kind, one.statement.effect))
    return Checked(graph.seq, as_of, tuple(found))


def _within(seconds: float, judged: Iterator[Verdict]) -> Iterator[Verdict]:
    end = time.monotonic() + seconds
    for one in judged:
        if time.monotonic() > end:
            raise CheckLimitError(seconds)
        yield one


def _links(extraction: Extraction) -> list[CausalLink]:
    """Return the links that say more than the figures in them, and are told in so many words.

    Of two links between the same two events, and of two from one cause whose effects are parts of one phrase ("did not
    cause job losses", "job losses among drivers"), the surer one is kept.
    """
    events = {event.id: event for event in extraction.events}
    counted = [claim.quantity.span for claim in extraction.quantities]
    found: dict[object, CausalLink] = {}
    for link in sorted(extraction.links, key=lambda one: one.evidence.confidence):
        effect = events[link.effect]
        bare = effect.type == "other" and effect.group is None
        counts = any(one.start < c.end and c.start < one.end for one in effect.spans for c in counted)
        if not link.implied and effect.type not in wording()["exposure"] and not (bare and counts):
            ends = {events[link.cause].spans[0].text, effect.spans[0].text}
            found[link.evidence.quote, frozenset(ends)] = link
    kept: list[CausalLink] = []
    for link in reversed(found.values()):
        if not any(_is_part(link, other, events) for other in kept):
            kept.append(link)
    return kept


def _is_part(link: CausalLink, other: CausalLink, events: Mapping[str, Event]) -> bool:
    """Tell whether two links of a sentence come from one cause, and their effects overlap or stand side by side."""
    one, two = (events[each.effect].spans[0] for each in (link, other))
    alike = (link.cause, link.evidence.quote) == (other.cause, other.evidence.quote)
    return alike and one.start <= two.end + 1 and two.start <= one.end + 1


@dataclass(frozen=True, slots=True)
class _Records:
    """What is on record of one incident by the day that is asked for."""

    measures: tuple[Reconciled, ...]
    events: dict[str, EventNode]
    links: Links


class _Checking:
    """One text that is being checked; what its incidents have on record is looked up once."""

    def __init__(self, extraction: Extraction, graph: Assembled, given: Incident | None, as_of: date | None) -> None:
        self._extraction, self._graph, self._given, self._as_of = extraction, graph, given, as_of
        self._naming = Naming(extraction, graph, as_of)
        self._curation = Curation.read(graph.decisions)
        self._telling = Telling(graph)
        self._records: dict[str, _Records] = {}
        self._replaced: dict[str, set[str]] = {}
        self._judged: list[tuple[QuantityClaim, str]] = []  # each figure that was judged, with its verdict

    def figure(self, claim: QuantityClaim) -> Verdict:
        """Give the verdict on one figure."""
        found = self._figure(claim)
        self._judged.append((claim, found.verdict))
        return found

    def _figure(self, claim: QuantityClaim) -> Verdict:
        quantity = claim.quantity
        statement = Statement("figure", quantity.span, claim.evidence.quote, claim.speaker, claim.hedge)
        meant = self._meant(statement)
        if meant.incident is None:
            return self._telling.verdict(statement, meant.reason)
        part = self._told(meant.incident, replace(self._extraction, quantities=(claim,), links=()))
        (mine,) = part.figures
        events = {event.id: event for event in part.events}
        one = asked(mine, events)
        statement = replace(statement, interval=interval_of(mine), measure=one.measure)
        if quantity.low is quantity.high is None:
            return self._telling.verdict(statement, "vague", meant.incident)
        records = self._on_record(meant.incident)
        if mine.event is not None and events[mine.event].negated and mine.event not in records.events:
            return self._telling.verdict(statement, "denied_figure", meant.incident)
        found = match(one, records.measures, records.events, meant.incident)
        if found.reason:
            return self._telling.figure(statement, meant.incident, found.reason, found.measures, ())
        voice = _voice(mine.speaker, mine.witnesses[0].origin)
        told = Told(interval_of(mine), (mine.low, mine.high), voice, mine.speaker, mine.hedge)
        judged = judge_all(told, found.measures)
        reason = judged.reason
        if reason == "superseded" and self._tells_replaced(mine, meant.incident):
            reason = "told_history"
        return self._telling.figure(statement, meant.incident, reason, (judged.measure,), judged.by)

    def _tells_replaced(self, figure: Figure, incident: Incident) -> bool:
        """Tell whether the text itself says that another figure took this one's place."""
        if incident.id not in self._replaced:  # it is the same for all figures of the text
            told = self._told(incident, replace(self._extraction, links=()))
            places = (one for measure in reconcile(told, incident.id) for one in measure.positions)
            self._replaced[incident.id] = {one.figure.id for one in places if one.standing == "superseded"}
        return figure.id in self._replaced[incident.id]

    def link(self, link: CausalLink) -> Verdict:
        """Give the verdict on one causal link; the figures of the text have to be judged before."""
        events = {event.id: event for event in self._extraction.events}
        quote = link.evidence.quote
        cause, effect = (events[end].spans[0].text for end in (link.cause, link.effect))
        statement = Statement(
            "causal", quote, quote, link.speaker, link.hedge, None, None, cause, effect, link.relation, link.negated
        )
        meant = self._meant(statement)
        if meant.incident is None:
            return self._telling.verdict(statement, meant.reason)
        part = self._told(meant.incident, replace(self._extraction, quantities=(), links=(link,)))
        if not _is_directed(link, events[link.cause]):
            return self._telling.verdict(statement, "direction_unread", meant.incident)
        if not part.claims:
            return self._telling.verdict(statement, "end_unknown", meant.incident)
        (mine,) = part.claims
        ends = {event.id: event for event in part.events}
        voice = _voice(link.speaker, mine.witnesses[0].origin)
        told = Linked(ends[mine.cause], ends[mine.effect], mine.relation, mine.negated, mine.hedge, voice, link.speaker)
        found = answer(told, self._on_record(meant.incident).links)
        reason = self._with_figures(found.reason, link, events[link.effect])
        return self._telling.links(statement, meant.incident, reason, found.claims, found.standing)

    def _with_figures(self, reason: str, link: CausalLink, effect: Event) -> str:
        """Return the reason, or where a path bears the link out but not a figure of its effect, what says so."""
        if not reason.startswith("path") or reasons()[reason].verdict != "supported":
            return reason
        carried = {verdict for claim, verdict in self._judged if _carries(link, effect, claim)}
        return next((f"figure_{one}" for one in _WORST_FIRST if one in carried), reason)

    def _meant(self, statement: Statement) -> Meant:
        if self._given is not None:
            return Meant(self._given)
        figure = statement.span if statement.kind == "figure" else None
        return self._naming.meant(statement.quote, figure, statement.speaker)

    def _told(self, incident: Incident, part: Extraction) -> Assembled:
        """Assemble a part of the text as an article on the incident; what curators rejected elsewhere is kept here."""
        return assemble_incident(incident, [part], replace(self._curation, rejected={}))

    def _on_record(self, incident: Incident) -> _Records:
        if incident.id not in self._records:
            measures = reconcile(self._graph, incident.id, self._as_of, self._curation.recommended)
            events = {one.id: one for one in self._graph.events if one.incident == incident.id}
            claims = [one for one in self._graph.claims if one.cause in events]
            known = claims if self._as_of is None else list(self._known_by(claims, self._as_of))
            self._records[incident.id] = _Records(measures, events, Links(incident, events.values(), known))
        return self._records[incident.id]

    def _known_by(self, claims: Iterable[Claim], day: date) -> Iterator[Claim]:
        """Yield the claims as they stood on a day, believed for what was published by then."""
        days = {article.id: article.published for article in self._graph.articles}
        kept = {one.id: tuple(w for w in one.witnesses if (told := days[w.article]) and told <= day) for one in claims}
        places = {(one.cause, one.effect, one.relation, one.negated): one.id for one in claims}
        for one in claims:
            if witnesses := kept[one.id]:
                denial = kept.get(places.get((one.cause, one.effect, one.relation, not one.negated), ""), ())
                belief = claim_belief(witnesses, denial, accepted=one.id in self._curation.accepted)
                origins = len({witness.origin for witness in witnesses})
                yield replace(one, witnesses=witnesses, hedge=firmest(witnesses), belief=belief, origins=origins)


def _is_directed(link: CausalLink, cause: Event) -> bool:
    """Tell whether a link agrees with its causal words: what stands in front of "led to" is the cause."""
    signal = link.evidence.signal
    if signal is None or wordlists()["forward"].isdisjoint(tokens(signal.text)):
        return True
    inside = [one for one in cause.spans if link.evidence.quote.start <= one.start < link.evidence.quote.end]
    before = any(one.start < signal.end for one in inside)
    return before or not inside or "by" in tokens(link.evidence.quote.text[signal.start - link.evidence.quote.start :])


def _carries(link: CausalLink, effect: Event, claim: QuantityClaim) -> bool:
    """Tell whether a figure of the link's own sentences measures its effect, or stands in the effect's words."""
    quote, place = link.evidence.quote, claim.quantity.span
    if not quote.start <= place.start < quote.end:
        return False
    return claim.event == effect.id or any(one.start < place.end and place.start < one.end for one in effect.spans)


def _voice(speaker: str | None, origin: str) -> str:
    """Return the key of a speaker; "" for none, and for what is nobody in particular, such as "officials"."""
    said = set(tokens(speaker or ""))
    if said <= wordlists()["nobody"] or not said.isdisjoint(wordlists()["incident_heads"]):
        return ""
    return origin

"""In: a causal statement, its ends as events, and an incident's part of the graph. Out: its verdict, by the paths.

A path of firm links from the cause to the effect bears a statement out; a link that the records deny speaks against
it. That no path is on record says nothing at all.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final

import networkx as nx

from graph.assembled import Claim, EventNode, Incident
from graph.check_figures import is_named_alike
from graph.identity import breach_id, fold_name, singular, tokens
from graph.selection import HARMFUL
from graph.verdicts import wordlists

_LEAST: Final = 1e-12  # the belief a link counts with if it has none, for -ln(0) is not finite
_START: Final = "start"  # stands before every cause
_GOAL: Final = "goal"  # stands after every effect


@dataclass(frozen=True, slots=True)
class Linked:
    """A causal statement: its ends, as the text's own events, and how it is put. `voice` as in `check_figures.Told`."""

    cause: EventNode
    effect: EventNode
    relation: str
    negated: bool
    hedge: str
    voice: str
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A reason code, and the claims that it rests on: the steps of a path in order, or those that deny or reverse."""

    reason: str
    claims: tuple[Claim, ...] = ()
    standing: str = "step"


class Links:
    """The events and causal claims of one incident.

    Args:
        incident: The incident.
        events: Its events.
        claims: Its claims; those without a witness count for nothing.
    """

    def __init__(self, incident: Incident, events: Iterable[EventNode], claims: Iterable[Claim]) -> None:
        self.incident = incident
        self.events: Mapping[str, EventNode] = {event.id: event for event in events if not event.unsupported}
        ends = {claim.id: claim for claim in claims if not claim.unsupported}
        self.claims = [one for one in ends.values() if {one.cause, one.effect} <= set(self.events)]

    def places(self, told: EventNode) -> set[str]:
        """Return the events of the graph that an event of the text may be; empty where the records know none."""
        breach = breach_id(self.incident.id)
        if told.id == breach or self._is_incident(told):
            return {breach} & set(self.events)
        fallen = told.group is not None or told.type == "other"  # of the rest, the words tell on whom it falls
        if fallen and told.id in self.events and self.events[told.id].negated == told.negated:
            return {told.id}
        return {one.id for one in self.events.values() if one.id != breach and self._is_one(told, one)}

    def _is_incident(self, told: EventNode) -> bool:
        """Tell whether an event that was not read as the incident is called so, by such words and the firm alone."""
        content, heads = _content(told.label) - self._firm, wordlists()["incident_heads"]
        return not content.isdisjoint(heads) and content <= heads | wordlists()["incident_words"]

    @cached_property
    def _firm(self) -> frozenset[str]:
        return frozenset(word for name in self.incident.aliases for word in _content(fold_name(name)))

    def _is_one(self, told: EventNode, known: EventNode) -> bool:
        """Tell whether an event of the text may be a known one: by its type and group, else by all of its words."""
        if told.negated != known.negated:
            return False
        spoken = _spoken(known)
        content = _content(told.label) - self._firm
        if told.type == "other":
            deed = {word for word in content if not word[0].isdigit()} - _content(told.group or "")
            return bool(deed) and content <= spoken  # "8,000 drivers" tells of nothing that was done
        if told.type != known.type:
            return False
        if told.group is None:
            bare = content - _content(told.type) - wordlists()["plain_verbs"]
            return not bare or not bare.isdisjoint(spoken)
        return told.group == known.group or (known.group is None and not spoken.isdisjoint(_content(told.group)))

    def paths(self, causes: Collection[str], effects: Collection[str], *, firm: bool) -> tuple[Claim, ...]:
        """Return the most believed path from any of the causes to any of the effects; empty where there is none."""
        network: nx.DiGraph[str] = nx.DiGraph()
        network.add_nodes_from((_START, _GOAL))
        for claim in sorted(self.claims, key=lambda one: (one.belief, one.id)):  # a better one overwrites
            if claim.relation in HARMFUL and not claim.negated and (not firm or _is_firm(claim)):
                weight = -math.log(min(max(claim.belief, _LEAST), 1.0))
                network.add_edge(claim.cause, claim.effect, weight=weight, claim=claim)
        network.add_edges_from(((_START, cause) for cause in causes), weight=0.0)
        network.add_edges_from(((effect, _GOAL) for effect in effects), weight=0.0)
        if not nx.has_path(network, _START, _GOAL):
            return ()
        nodes = nx.dijkstra_path(network, _START, _GOAL)[1:-1]
        return tuple(network.edges[pair]["claim"] for pair in pairwise(nodes))

    def between(
        self, causes: Collection[str], effects: Collection[str], relations: Collection[str], *, negated: bool
    ) -> list[Claim]:
        """Return the direct claims between events, most believed first."""
        found = (one for one in self.claims if one.cause in causes and one.effect in effects)
        alike = (one for one in found if one.relation in relations and one.negated == negated)
        return sorted(alike, key=lambda one: (-one.belief, one.id))

    def negations(self, effects: Iterable[str]) -> set[str]:
        """Return the events that are told not to have happened, of what did, and the other way round."""
        wanted = {_kind(self.events[key], negated=not self.events[key].negated) for key in effects}
        return {one.id for one in self.events.values() if _kind(one, negated=one.negated) in wanted}

    def opposites(self, told: EventNode) -> set[str]:
        """Return the events of the opposite type that fall on the same group."""
        pairs = wordlists()["opposites"]
        turned = {**pairs, **{two: one for one, two in pairs.items()}}.get(told.type)
        found = (one for one in self.events.values() if one.type == turned and not one.negated)
        return {one.id for one in found if one.group == told.group}


def answer(told: Linked, links: Links) -> Answer:
    """Judge a causal statement by the paths and denials on record.

    A statement that something did not follow, or that what did not happen followed, is the denial of the link.
    """
    causes = links.places(told.cause)
    happened = links.places(replace(told.effect, negated=False)) - causes
    unhappened = (links.places(replace(told.effect, negated=True)) | links.negations(happened)) - causes
    told = replace(told, negated=told.negated or told.effect.negated)  # one "not" may be read as both
    if causes and (happened or unhappened):
        return next(_rules(told, links, causes, happened, unhappened))
    path = links.paths(causes, links.opposites(told.effect), firm=True)
    return Answer("opposite_effect", path) if path and not told.negated else Answer("end_unknown")


def _rules(told: Linked, links: Links, causes: set[str], effects: set[str], unhappened: set[str]) -> Iterator[Answer]:
    averting = told.relation == "prevents"
    firm, loose, denials = _evidence(told, links, causes, effects, unhappened)
    if firm and denials:
        against = denials if not told.negated else firm
        yield Answer("link_disputed", tuple(against), "denial" if against is denials else "step")
    if denials:
        yield Answer("denial" if told.negated else "denied", tuple(denials), "denial")
    if told.negated and firm:
        yield Answer("told_after_all", tuple(firm))
    if firm:
        yield Answer(_by_whom(told, firm), tuple(firm))
    other = links.between(causes, effects, HARMFUL if averting else ("prevents",), negated=False)
    if (contrary := [one for one in other if _is_firm(one)]) and not told.negated:
        yield Answer("averted", tuple(contrary))
    if loose:
        hedged = told.hedge in wordlists()["loose"] and not told.negated
        yield Answer("path_as_hedged" if hedged else "path_hedged", tuple(loose))
    if not averting and not told.negated and (back := links.paths(effects, causes, firm=True)):
        yield Answer("reversed", back, "reverse")
    yield Answer("no_path")


def _evidence(
    told: Linked, links: Links, causes: set[str], effects: set[str], unhappened: set[str]
) -> tuple[Sequence[Claim], Sequence[Claim], Sequence[Claim]]:
    """Return the firm path that bears the link out, the best path however hedged, and what denies it."""
    if told.relation == "prevents":
        found = links.between(causes, effects, ("prevents",), negated=False)
        denials = links.between(causes, effects, ("prevents",), negated=True)
        return [one for one in found if _is_firm(one)][:1], found[:1], denials
    denials = links.between(causes, effects, HARMFUL, negated=True)
    for negated in (False, True):  # "did not cause B" may be read as "did not cause no B": one "not" as both
        denials += links.between(causes, unhappened, HARMFUL, negated=negated)
    return links.paths(causes, effects, firm=True), links.paths(causes, effects, firm=False), denials


def _by_whom(told: Linked, path: Sequence[Claim]) -> str:
    """Say whether the speaker that the statement names says anything of the path that bears it out."""
    witnesses = [witness for claim in path for witness in claim.witnesses]
    if not told.voice or any(
        one.origin == told.voice or is_named_alike(one.speaker, told.speaker) for one in witnesses
    ):
        return "path"
    return "path_by_others"


def _is_firm(claim: Claim) -> bool:
    return claim.hedge not in wordlists()["loose"]


def _kind(event: EventNode, *, negated: bool) -> tuple[object, ...]:
    label = event.label if event.type == "other" else None
    return event.type, event.group, event.effect, label, negated


def _spoken(event: EventNode) -> set[str]:
    """Return all the words that the records have for an event, with those of its type and group."""
    codes = f"{event.type} {event.group or ''}"
    return _content(" ".join([codes, event.label, *(mention.span.text for mention in event.mentions)]))


def _content(phrase: str) -> set[str]:
    """Return the words of a phrase that say something, in the singular; numbers say what is counted, not what it is."""
    spoken = tokens(phrase.replace("_", " "))
    return {singular(word) for word in spoken if word not in wordlists()["idle"] and not word[0].isdigit()}

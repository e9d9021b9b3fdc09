"""In: the assembled graph, and an incident or event. Out: the k most believed causal paths from it, or to it, told.

What is denied, and what a cause is told to have averted, is no step of a path unless asked for; what only withdrawn
articles told is none at all. A path states what it rests on: its weakest link, its loosest wording, who says it, and
which of its joins only the merging of articles made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.as_of import event_as_of, incident_as_of
from graph.assembled import Assembled, Claim, EventNode, Figure, Incident
from graph.belief import chain
from graph.errors import TraceError
from graph.identity import breach_id
from graph.incidents import find_incident
from graph.paths import Found, Search, find_paths
from graph.question import EVERY, Question, question
from graph.selection import Index, Selection
from graph.telling import sentence
from ontology.terms import GROUPS, HEDGES, ID, NOT_LIVELIHOODS


@dataclass(frozen=True, slots=True)
class Path:
    """One causal path, from a cause to what it led to; most often from a breach to a livelihood impact.

    `hops` are claims in order, `events` their ends, one more than the hops, `figures` what measures each of these
    events. `belief` is the product of the hops'. `weakest` is the place of the least believed hop, `loosest_hedge` the
    least firm wording of any hop. `speakers` are named in the articles' words. `single_narrative` says that no more
    than one origin stands behind all of it. `inferred_joins` holds the place of each hop that shares no article with
    the hop after it: no article tells the two together, our merging of events joined them. `goal` is the group or the
    event whose k paths it is one of, `group` and `effect` are those of its last event. `sentence` tells it in words.
    """

    group: str
    effect: str
    events: tuple[EventNode, ...]
    hops: tuple[Claim, ...]
    belief: float
    weakest: int
    loosest_hedge: str
    speakers: tuple[str, ...]
    articles: tuple[str, ...]
    single_narrative: bool
    inferred_joins: tuple[int, ...]
    goal: str = ""
    figures: tuple[tuple[Figure, ...], ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """All that was found: paths by goal, most believed first; and what no path reaches.

    `incident` is that of the `start`. `unreached` are the impacts of the incident that were asked for, that the
    articles tell of, and that no path within the question's limits joins to the start. `unproven` are the goals for
    which time was up before their k paths were proven to be the most believed; the paths that are given were.
    """

    incident: Incident
    seq: int
    paths: tuple[Path, ...]
    unreached: tuple[EventNode, ...]
    start: EventNode | None = None
    unproven: tuple[str, ...] = ()
    question: Question = field(default_factory=Question)


class Tracer:
    """A graph that is laid out to be traced: made once for each `seq`, and then used from any number of threads."""

    def __init__(self, assembled: Assembled) -> None:
        self.assembled = assembled
        self._index = Index.of(assembled)
        self._groups = np.array([_group_number(event) for event in assembled.events], np.int64)
        entered = np.diff(self._index.arrays.into.start) > 0
        breaches = np.array([event.kind == "breach" for event in assembled.events], np.bool_)
        self._beginnings = np.flatnonzero(breaches | ~entered)
        self._incidents = {incident.id: incident for incident in assembled.incidents}

    def trace(self, start: Incident | EventNode, question: Question | None = None) -> Trace:
        """Find the k most believed simple paths from an incident or event to what is asked for, or back from it.

        Raises:
            TraceError: What is to be reached is no group and no event, or a number or code is out of its range.
        """
        asked = question or Question()
        asked.check()
        event = self.event(breach_id(start.id)) if isinstance(start, Incident) else start
        day, articles = asked.filters.as_of, self._index.articles
        incident = incident_as_of(
            start if isinstance(start, Incident) else self._incidents[start.incident], articles, day
        )
        if event is None:  # no article tells of the incident itself
            return Trace(incident, self.assembled.seq, (), self._unreached(incident, asked, set()), None, (), asked)
        ends = self._ends(asked)
        ends = ends[ends != self._index.places[event.id]]
        selection = Selection(self._index, asked.filters)
        cost = -math.log(asked.min_belief) if asked.min_belief > 0.0 else math.inf
        search = Search(asked.k, asked.max_hops, cost, asked.back, asked.timeout)
        source = self._index.places[event.id]
        found = find_paths(self._index.arrays, source, ends, self._goals(ends, asked), selection.costs, search)
        paths = [path for goal in found.goals for path in self._paths(found, goal, selection, asked)]
        return Trace(
            incident=incident,
            seq=self.assembled.seq,
            paths=tuple(sorted(paths, key=_rank(paths))),
            unreached=self._unreached(incident, asked, set(found.reached.tolist())),
            start=event_as_of(event, articles, day) or event,
            unproven=tuple(self._goal(goal) for goal in sorted(found.goals) if not found.is_complete(goal)),
            question=asked,
        )

    def ask(self, start: str, **asked: Any) -> Trace:
        """Trace from what goes by a name; further arguments are those of `Question` and `Filters`.

        Raises:
            IncidentError: It is no event's id, and no incident goes by that name, or several do.
            TraceError: What is to be reached is no group and no event, or a number or code is out of its range.
        """
        return self.trace(self.found(start), question(**asked))

    def found(self, name: str) -> Incident | EventNode:
        """Return the event that has an id, or the incident that goes by a name, alias or id.

        Raises:
            IncidentError: No incident goes by that name, or several do.
        """
        return self.event(name.strip().removeprefix(ID)) or find_incident(self.assembled, name)

    def event(self, identifier: str) -> EventNode | None:
        """Return an event by its id; None where there is none."""
        place = self._index.places.get(identifier)
        return None if place is None else self.assembled.events[place]

    def _ends(self, asked: Question) -> NDArray[np.int64]:
        """Return the places of the events that are looked for."""
        if asked.to is None and asked.back:
            return self._beginnings
        if asked.to == EVERY:
            return np.arange(len(self.assembled.events))
        if asked.to in self._index.places:
            return np.array([self._index.places[str(asked.to)]])
        if asked.to is not None and asked.to not in GROUPS:
            raise TraceError(
                f"{asked.to!r} is no event and no group; name an event's id, or one of {', '.join(GROUPS)}"
            )
        return np.flatnonzero(np.isin(self._groups, _asked_groups(asked.to)))

    def _goals(self, ends: NDArray[np.int64], asked: Question) -> NDArray[np.int64]:
        """Number the goals: groups first, then events, for those that are counted on their own."""
        own = len(GROUPS) + ends
        if asked.per_event or asked.to in self._index.places:
            return own
        return np.where(self._groups[ends] >= 0, self._groups[ends], own)

    def _goal(self, number: int) -> str:
        return GROUPS[number] if number < len(GROUPS) else self.assembled.events[number - len(GROUPS)].id

    def _paths(self, found: Found, goal: int, selection: Selection, asked: Question) -> Iterator[Path]:
        columns, day = self._index.arrays.columns, asked.filters.as_of
        for _, links in found.paths(goal):
            places = [columns.cause[links[0]], *columns.effect[links]]
            told = [self.assembled.events[place] for place in places]
            events = [event_as_of(one, self._index.articles, day) or one for one in told]
            path = path_of(events, [selection.claim(link) for link in links.tolist()])
            figures = tuple(tuple(selection.figures(event.id)) for event in events)
            yield replace(path, goal=self._goal(goal), figures=figures)

    def _unreached(self, incident: Incident, asked: Question, reached: set[int]) -> tuple[EventNode, ...]:
        if asked.back or (asked.to is not None and asked.to not in GROUPS):
            return ()
        wanted = np.flatnonzero(np.isin(self._groups, _asked_groups(asked.to))).tolist()
        events = (self.assembled.events[place] for place in wanted if place not in reached)
        then = (
            event_as_of(event, self._index.articles, asked.filters.as_of)
            for event in events
            if event.incident == incident.id
        )
        return tuple(event for event in then if event is not None)


def trace(assembled: Assembled, start: Incident | EventNode, to: str | None = None, k: int = 3, **asked: Any) -> Trace:
    """Trace once; for several questions make a `Tracer`. Further arguments are those of `Question` and `Filters`."""
    return Tracer(assembled).trace(start, question(to=to, k=k, **asked))


def _group_number(event: EventNode) -> int:
    """Give the place of the group that an impact falls on; -1 for an event that is none, or did not happen."""
    impact = event.kind == "impact" and not event.negated and not event.unsupported
    return GROUPS.index(event.group) if impact and event.group in GROUPS else -1


def _asked_groups(code: str | None) -> list[int]:
    """Give the places of the groups that are asked for; all livelihoods for None."""
    asked = [group for group in GROUPS if group not in NOT_LIVELIHOODS] if code is None else [code]
    return [GROUPS.index(group) for group in asked]


def _rank(paths: Sequence[Path]) -> Callable[[Path], tuple[float, str, float, int, str]]:
    """Return the order of paths: the goal with the most believed path first, and so for each goal."""
    best: dict[str, float] = {}
    for path in paths:
        best[path.goal] = max(best.get(path.goal, 0.0), path.belief)
    return lambda path: (-best[path.goal], path.goal, -path.belief, len(path.hops), path.events[-1].id)


def path_of(events: Sequence[EventNode], hops: Sequence[Claim]) -> Path:
    """Describe a path by its events and the claims between them."""
    told = [{witness.article for witness in hop.witnesses} for hop in hops]
    witnesses = [witness for hop in hops for witness in hop.witnesses]
    last = events[-1]
    return Path(
        group=last.group or "",
        effect=last.effect or "",
        events=tuple(events),
        hops=tuple(hops),
        belief=chain(hop.belief for hop in hops),
        weakest=min(range(len(hops)), key=lambda place: hops[place].belief, default=0),
        loosest_hedge=max((hop.hedge for hop in hops), key=HEDGES.index, default=HEDGES[0]),
        speakers=tuple(sorted({witness.speaker for witness in witnesses if witness.speaker})),
        articles=tuple(sorted(set().union(*told))),
        single_narrative=len({witness.origin for witness in witnesses}) <= 1,
        inferred_joins=tuple(place for place, (one, two) in enumerate(pairwise(told)) if not one & two),
        sentence=sentence(events, hops),
    )

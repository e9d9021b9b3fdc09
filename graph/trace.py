"""In: the assembled graph and an incident. Out: the k most believed causal paths from the breach to each livelihood.

A link costs `-ln(belief)`, so the cheapest simple paths are the most believed ones. What is denied, and what a cause is
told to have averted, is no step of a path unless asked for; what only withdrawn articles told is none at all. A path
states what it rests on: its weakest link, its loosest wording, who says it, and which of its joins only the merging of
articles made.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

import networkx as nx

from graph.assembled import Assembled, Claim, EventNode, Incident
from graph.belief import chain
from graph.identity import breach_id
from ontology.terms import HEDGES, NOT_LIVELIHOODS

HARMFUL: Final = ("causes", "enables", "includes")
_LEAST: Final = 1e-12  # the belief a link counts with if it has none, for -ln(0) is not finite
_GOAL: Final = "goal"  # stands after every end; no event has such an id


@dataclass(frozen=True, slots=True)
class Path:
    """One causal path, from the breach to a livelihood impact.

    `hops` are claims in order, `events` their ends, one more than the hops. `belief` is the product of the hops'.
    `weakest` is the place of the least believed hop, `loosest_hedge` the least firm wording of any hop. `speakers` are
    named in the articles' words. `single_narrative` says that no more than one origin stands behind all of it.
    `inferred_joins` holds the place of each hop that shares no article with the hop after it: no article tells the two
    together, our merging of events joined them.
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


@dataclass(frozen=True, slots=True)
class Trace:
    """All that was found from one incident: paths by group, most believed first; and what no path reaches.

    `unreached` are the livelihood impacts that the articles tell of and no chain of links joins to the breach.
    """

    incident: Incident
    seq: int
    paths: tuple[Path, ...]
    unreached: tuple[EventNode, ...]


def trace(
    assembled: Assembled,
    incident: Incident,
    group: str | None = None,
    k: int = 3,
    *,
    per_event: bool = False,
    relations: Collection[str] = HARMFUL,
    denied: bool = False,
) -> Trace:
    """Find the k most believed simple paths from the incident to each livelihood that it touches.

    Args:
        assembled: The graph.
        incident: One of its incidents.
        group: A livelihood code, to have the paths to this group alone; any code, consumers too. None for all
            livelihoods.
        k: How many paths at most.
        per_event: Count the k paths for each impact rather than for each group.
        relations: The relations that a path may use; add `prevents` to see what was averted.
        denied: Whether a path may use links that the articles deny.
    """
    events = {event.id: event for event in assembled.events if event.incident == incident.id}
    graph = _graph(assembled.claims, events, relations, denied=denied)
    source = breach_id(incident.id)
    impacts = [event for event in events.values() if _is_asked(event, group)]
    reached = nx.descendants(graph, source) if source in graph else set()
    goals: dict[str, list[str]] = defaultdict(list)
    for event in sorted(impacts, key=lambda event: event.id):
        if event.id in reached:
            goals[event.id if per_event else event.group or ""].append(event.id)
    paths = [path for ends in goals.values() for path in islice(_paths(graph, events, source, ends), k)]
    unreached = tuple(event for event in impacts if event.id not in reached)
    return Trace(incident, assembled.seq, tuple(sorted(paths, key=_rank(paths))), unreached)


def _rank(paths: Sequence[Path]) -> Callable[[Path], tuple[float, str, float, int, str]]:
    """Return the order of paths: the group with the most believed path first, and so within a group."""
    best: dict[str, float] = {}
    for path in paths:
        best[path.group] = max(best.get(path.group, 0.0), path.belief)
    return lambda path: (-best[path.group], path.group, -path.belief, len(path.hops), path.events[-1].id)


def _is_asked(event: EventNode, group: str | None) -> bool:
    if event.kind != "impact" or event.group is None or event.negated or event.unsupported:
        return False
    return event.group not in NOT_LIVELIHOODS if group is None else event.group == group


def _graph(
    claims: Iterable[Claim], events: Collection[str], relations: Collection[str], *, denied: bool
) -> nx.DiGraph[str]:
    """Return the causal graph of one incident: between two events, the most believed claim alone."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    known = set(events)
    graph.add_nodes_from(sorted(known))
    for claim in sorted(claims, key=lambda claim: (claim.belief, claim.id)):  # a better one overwrites
        wanted = claim.relation in relations and (denied or not claim.negated) and not claim.unsupported
        if wanted and {claim.cause, claim.effect} <= known:
            graph.add_edge(claim.cause, claim.effect, weight=-math.log(max(claim.belief, _LEAST)), claim=claim)
    return graph


def _paths(graph: nx.DiGraph[str], events: dict[str, EventNode], source: str, ends: Sequence[str]) -> Iterator[Path]:
    """Yield the simple paths from the source to any end, most believed first."""
    leads = set(ends).union(*(nx.ancestors(graph, end) for end in ends))
    search: nx.DiGraph[str] = nx.DiGraph(graph.subgraph(leads))
    search.add_edges_from(((end, _GOAL) for end in ends), weight=0.0)
    for nodes in nx.shortest_simple_paths(search, source, _GOAL, weight="weight"):
        along = nodes[:-1]
        yield _path([events[node] for node in along], [graph.edges[pair]["claim"] for pair in pairwise(along)])


def _path(events: Sequence[EventNode], hops: Sequence[Claim]) -> Path:
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
    )

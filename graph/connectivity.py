"""In: the assembled graph. Out: how well it hangs together: livelihood impacts that a breach reaches, loose pieces."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from graph.assembled import Assembled
from graph.question import Question
from graph.trace import Tracer


@dataclass(frozen=True, slots=True)
class Connectivity:
    """`impacts` counts the livelihood impacts, `reached` those that a path joins to their breach.

    `pieces` counts the connected pieces of events and causal links; `loose` those without the breach of their incident,
    single events without any link included. `unsupported` counts the claims and figures that only withdrawn articles
    told; they are in no other count.
    """

    incidents: int
    impacts: int
    reached: int
    pieces: int
    loose: int
    unsupported: int = 0

    @property
    def share(self) -> float:
        """The share of livelihood impacts that are reached; 1 where there is none."""
        return self.reached / self.impacts if self.impacts else 1.0

    def counts(self) -> dict[str, float]:
        """Name the numbers as the command line and the tools show them."""
        return {
            "livelihood_impacts": self.impacts,
            "livelihood_impacts_reached": self.reached,
            "share_reached": round(self.share, 4),
            "pieces": self.pieces,
            "loose_pieces": self.loose,
            "unsupported": self.unsupported,
        }


def connectivity(assembled: Assembled) -> Connectivity:
    """Measure how well the graph hangs together."""
    impacts = reached = 0
    tracer, each = Tracer(assembled), Question(k=1, per_event=True)
    for incident in assembled.incidents:
        found = tracer.trace(incident, each)
        ends = {path.events[-1].id for path in found.paths}
        reached += len(ends)
        impacts += len(ends) + len(found.unreached)
    whole: nx.Graph[str] = nx.Graph()
    whole.add_nodes_from(event.id for event in assembled.events if not event.unsupported)
    links = (claim for claim in assembled.claims if not claim.negated and not claim.unsupported)
    whole.add_edges_from((claim.cause, claim.effect) for claim in links)
    breaches = {event.id for event in assembled.events if event.kind == "breach"}
    pieces = list(nx.connected_components(whole))
    loose = sum(1 for piece in pieces if piece.isdisjoint(breaches))
    unsupported = sum(one.unsupported for one in assembled.claims) + sum(one.unsupported for one in assembled.figures)
    return Connectivity(len(assembled.incidents), impacts, reached, len(pieces), loose, unsupported)


def counted(assembled: Assembled) -> dict[str, float]:
    """Count what the graph holds, and how well it hangs together."""
    kinds = ("articles", "incidents", "events", "claims", "figures")
    return {
        "seq": assembled.seq,
        **{name: len(getattr(assembled, name)) for name in kinds},
        **connectivity(assembled).counts(),
        "links_within_one_event": len(assembled.dropped),
    }

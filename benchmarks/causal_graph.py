"""In: a number of links and a seed. Out: a made-up causal graph of that size, as arrays; the same seed, the same graph.

Breaches follow a power law, as incidents do: one is large, most are small; the largest is given as many events as a
share of the links. Within a breach every event has an earlier one as its cause, rather one that has many effects
already (so that out-degrees follow a power law too), and further links go from an earlier to a later event, but for one
in `LOOPS`, which leads back to an ancestor of its cause: a feedback, and so a cycle. Some events are impacts on a
livelihood. One link in `TWINS` is a second claim on the same two events.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.arrays import Arrays, Columns

LARGEST = 0.155  # of the links, how many events the largest breach has
STEEPNESS = 1.3  # the breach of rank r has 1 / r ** STEEPNESS of the largest one's events
SMALLEST = 4
LIVELIHOODS = 0.1755  # of the events
LOOPS = 40
TWINS = 50
HUBS = 1.6  # how strongly causes are early events
BELIEF = (0.1, 0.9)  # of each link, evenly spread between


@dataclass(frozen=True, slots=True)
class Made:
    """The graph; breach `i` has the events from `breaches[i]` to `breaches[i + 1]`, and is the first of them."""

    arrays: Arrays
    breaches: NDArray[np.int64]
    livelihoods: NDArray[np.int64]

    def of(self, breach: int) -> NDArray[np.int64]:
        """Return the livelihood impacts of a breach."""
        begin, end = np.searchsorted(self.livelihoods, self.breaches[breach : breach + 2])
        return self.livelihoods[begin:end]


def make(links: int, seed: int = 0) -> Made:
    """Make a graph with this many links."""
    chance = np.random.default_rng(seed)
    largest = links * LARGEST
    ranks = np.arange(1, math.ceil((largest / SMALLEST) ** (1 / STEEPNESS)) + 1)
    sizes = np.maximum((largest / ranks**STEEPNESS).astype(np.int64), SMALLEST)
    begin = np.concatenate([[0], np.cumsum(sizes)])
    count = int(begin[-1])
    first = np.repeat(begin[:-1], sizes)
    own = np.arange(count) - first
    parent = first + (own * chance.random(count) ** HUBS).astype(np.int64)
    events = np.flatnonzero(own > 0)
    more = _more_links(chance, links - len(events), events, first, own, parent)
    ends = np.concatenate([np.stack([parent[events], events]), more], axis=1)
    breaches = begin.astype(np.int64)
    livelihoods = np.flatnonzero((chance.random(count) < LIVELIHOODS) & (own > 0))
    return Made(Arrays.build(count, _columns(chance, ends)), breaches, livelihoods)


def _more_links(
    chance: np.random.Generator,
    number: int,
    events: NDArray[np.int64],
    first: NDArray[np.int64],
    own: NDArray[np.int64],
    parent: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Draw the links beside those from every event's first cause: forward ones, feedbacks, and second claims."""
    effect = chance.choice(events, number)
    cause = first[effect] + (own[effect] * chance.random(number) ** HUBS).astype(np.int64)
    back = chance.random(number) < 1 / LOOPS
    ancestor = effect[back]
    for _ in range(4):
        ancestor = np.where(
            (chance.random(len(ancestor)) < 0.75) & (own[parent[ancestor]] > 0), parent[ancestor], ancestor
        )
    cause[back], effect[back] = effect[back], ancestor
    twin = chance.random(number) < 1 / TWINS
    cause[twin] = parent[effect[twin]]
    loop = cause == effect
    cause[loop] = parent[effect[loop]]
    return np.stack([cause, effect])


def _columns(chance: np.random.Generator, ends: NDArray[np.int64]) -> Columns:
    number: int = ends.shape[1]
    shuffled = chance.permutation(number)
    none, flag = np.zeros(number, np.int32), np.zeros(number, np.bool_)
    relation: NDArray[np.int8] = chance.choice(3, size=number, p=(0.8, 0.1, 0.1)).astype(np.int8)
    hedge: NDArray[np.int64] = chance.integers(0, 5, size=number)
    origins: NDArray[np.int64] = chance.integers(1, 4, size=number)
    return Columns(
        cause=ends[0][shuffled].astype(np.int32),
        effect=ends[1][shuffled].astype(np.int32),
        belief=BELIEF[0] + (BELIEF[1] - BELIEF[0]) * chance.random(number),
        relation=relation,
        hedge=hedge.astype(np.int8),
        origins=origins.astype(np.int32),
        negated=flag,
        disputed=flag,
        first=none,
        last=none,
        claim=np.arange(number, dtype=np.int32),
    )

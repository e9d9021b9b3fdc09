"""In: what somebody wants to know of the causal graph. Out: the question, held to its ranges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from graph.errors import TraceError
from graph.selection import Filters
from ontology.terms import HEDGES, RELATIONS

EVERY: Final = "*"  # every event


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a trace.

    Args:
        to: A group's code for the impacts on it, an event's id for that event, `*` for every event. None for all
            livelihood impacts; backwards, for the breaches and all that no cause is told of.
        k: How many paths at most to each group, and to each event without one.
        per_event: Whether the k are counted for each event instead.
        back: Whether to ask what led to the start, rather than what it led to.
        max_hops: The most links that a path may have; None for any number.
        min_belief: The least belief of a path as a whole.
        timeout: Seconds after which what is proven by then is the answer; None to go on to the end.
        filters: What the links have to be.
    """

    to: str | None = None
    k: int = 3
    per_event: bool = False
    back: bool = False
    max_hops: int | None = None
    min_belief: float = 0.0
    timeout: float | None = None
    filters: Filters = field(default_factory=Filters)

    def check(self) -> None:
        """Hold the numbers and codes to their ranges.

        Raises:
            TraceError: One of them is out of its range.
        """
        filters = self.filters
        for name, fits, range_ in (
            ("k", self.k >= 1, "1 or more"),
            ("max_hops", self.max_hops is None or self.max_hops >= 1, "1 or more"),
            ("min_belief", 0.0 <= self.min_belief <= 1.0, "between 0 and 1"),
            ("min_link_belief", 0.0 <= filters.min_link_belief <= 1.0, "between 0 and 1"),
            ("timeout", self.timeout is None or self.timeout >= 0.0, "0 or more seconds"),
            ("max_hedge", filters.max_hedge in HEDGES, f"one of {', '.join(HEDGES)}"),
            ("relations", set(filters.relations) <= set(RELATIONS), f"of {', '.join(RELATIONS)}"),
        ):
            if not fits:
                raise TraceError(f"{name} has to be {range_}")


def question(**asked: Any) -> Question:
    """Make a question of what `Question` and `Filters` take, put side by side.

    >>> question(to="driver", min_origins=2).filters.min_origins
    2
    """
    own = {name: asked.pop(name) for name in list(asked) if name in Question.__dataclass_fields__}
    return Question(**own, filters=own.pop("filters", None) or Filters(**asked))

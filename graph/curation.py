"""In: curators' decisions, oldest first. Out: what assembly has to do differently because of them.

Decisions name articles, organisations and content-hash ids, so they hold after every re-ingest. The verbs:

- `same`: the organisations `subject` and `detail["as"]` are one (an alias, a subsidiary)
- `merge`: the incident or event `detail["with"]` is `subject`
- `split`: what the articles `detail["articles"]` tell of is not the incident or event `subject` but another
- `reject`, `accept`: the claim or figure `subject` is misread, or is right
- `recommend`: the figure `subject` is the one to go by on its measure
- `review`: a person's verdict in words on the claim or figure `subject`, `detail["rating"]`; it changes nothing here
- `undo`: the decision with the `seq` `detail["seq"]` no longer holds

All but the last and `same` also name an article of the incident that they are about (`detail["article"]`), by way of
which one finds what they touch; a decision without it holds as well, but all is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from graph.errors import DecisionError
from graph.identity import content_id, fold_name
from graph.ledger import Decision

BY_WAY_OF: Final = "article"  # the detail that names one article of the incident that a decision is about
_NEEDS: Final = {
    "same": "as",
    "merge": "with",
    "split": "articles",
    "reject": None,
    "accept": None,
    "recommend": None,
    "review": "rating",
    "undo": "seq",
}


@dataclass(frozen=True, slots=True)
class Curation:
    """All decisions that hold, by what they are about. Empty is no curation at all."""

    same: frozenset[tuple[str, str]] = frozenset()
    merged: Mapping[str, str] = field(default_factory=dict)
    apart: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rejected: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    recommended: frozenset[str] = frozenset()

    @classmethod
    def read(cls, decisions: Iterable[Decision]) -> Self:
        """Sum up decisions; of `accept` and `reject` on one subject the later one counts.

        Raises:
            DecisionError: A verb is unknown, or lacks its detail.
        """
        told = [_checked(decision) for decision in decisions]
        undone = {decision.detail["seq"] for decision in told if decision.verb == "undo"}
        holding = [decision for decision in told if decision.seq not in undone]
        last = {one.subject: one for one in holding if one.verb in ("accept", "reject")}
        return cls(
            same=frozenset(
                (fold_name(one.subject), fold_name(one.detail["as"])) for one in holding if one.verb == "same"
            ),
            merged={one.detail["with"]: one.subject for one in holding if one.verb == "merge"},
            apart={
                (one.subject, article): content_id(
                    one.subject.split("-")[0], one.subject, *sorted(one.detail["articles"])
                )
                for one in holding
                if one.verb == "split"
                for article in one.detail["articles"]
            },
            rejected={one.subject: one.by for one in last.values() if one.verb == "reject"},
            accepted=frozenset(one.subject for one in last.values() if one.verb == "accept"),
            recommended=frozenset(one.subject for one in holding if one.verb == "recommend"),
        )

    def place(self, key: str, article: str) -> str:
        """Return the id under which what an article tells of an incident or event is kept."""
        key = self.apart.get((key, article), key)
        seen = {key}
        while key in self.merged:
            key = self.merged[key]
            if key in seen:  # merges in a ring: all of them are one, whichever we came from
                return min(seen)
            seen.add(key)
        return key


def _checked(decision: Decision) -> Decision:
    if decision.verb not in _NEEDS:
        raise DecisionError(decision.seq, f"unknown verb {decision.verb!r}; use one of {', '.join(_NEEDS)}")
    needed = _NEEDS[decision.verb]
    if needed is not None and needed not in decision.detail:
        raise DecisionError(decision.seq, f"{decision.verb!r} lacks {needed!r} in its detail; undo it and decide again")
    return decision

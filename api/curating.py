"""In: curators' decisions. Out: one line for each, or plain data for JSON; and the verbs of the command."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from breachtrace import Decision
from ontology.plain import printable


class Verb(StrEnum):
    """What can be decided, and `list` for what was."""

    ACCEPT = "accept"
    REJECT = "reject"
    MERGE = "merge"
    SPLIT = "split"
    RECOMMEND = "recommend"
    SAME = "same"
    UNDO = "undo"
    LIST = "list"


def decided(one: Decision) -> str:
    """Tell a decision in one line: `12: reject claim-3f2a, by kim, 2026-01-05T10:00:00+00:00 (why)`."""
    # `article` only says for which incident a decision counts
    named = {name: value for name, value in one.detail.items() if name not in ("why", "article")}
    others = "".join(
        f" {name} {', '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in named.items()
    )
    why = f" ({one.detail['why']})" if "why" in one.detail else ""
    return printable(f"{one.seq}: {one.verb} {one.subject}{others}, by {one.by}, {one.at}{why}")


def decision_data(one: Decision) -> dict[str, Any]:
    """Lay a decision out as JSON data; `seq` is its number, for `undo`."""
    return {
        "seq": one.seq,
        "at": one.at,
        "verb": one.verb,
        "subject": one.subject,
        "by": one.by,
        "detail": dict(one.detail),
    }

"""In: the events and claims of a causal path. Out: one plain English sentence that tells it.

Events are told by their type and whom they fall on, with the articles' own words in brackets; claims by their relation,
as firmly as they were said. All words are in `telling.yaml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from graph.assembled import Claim, EventNode
from graph.identity import tokens, words

_FILE: Final = Path(__file__).with_name("telling.yaml")


@cache
def phrases() -> dict[str, dict[str, Any]]:
    """Return the words, read once."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def sentence(events: Sequence[EventNode], hops: Sequence[Claim]) -> str:
    """Tell a path: what the first event did to the second, which did something to the third, and so on."""
    told = told_event(events[0])
    for place, (hop, effect) in enumerate(zip(hops, events[1:], strict=True)):
        told += f"{', which' if place else ''} {told_relation(hop)} {told_event(effect)}"
    return told[:1].upper() + told[1:] + "."


def told_relation(claim: Claim) -> str:
    """Say what a cause did, as firmly as it was said: `may have caused`."""
    form = phrases()["hedges"][claim.hedge]["negated" if claim.negated else "plain"]
    return str(form).format(**phrases()["relations"][claim.relation])


def told_event(event: EventNode) -> str:
    """Call an event by its type, whom it falls on, and the articles' words; an incident by its own name."""
    label = " ".join(event.label.split())
    if event.kind == "breach":
        return label if label.partition(" ")[0].lower() in words().determiners else f"the {label}"
    noun, group = phrases()["events"][event.type], phrases()["groups"].get(event.group or "")
    whom = f" for {group}" if group else ""
    denied = "the absence of " if event.negated else ""
    if noun is None:
        return f"{denied}“{label}”{whom}"
    said = "" if set(tokens(label)) <= set(tokens(noun + whom)) else f" (“{label}”)"
    return f"{denied}{noun}{whom}{said}"

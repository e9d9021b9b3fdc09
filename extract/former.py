"""The figures of one text with their claims in, the same out, with those marked that a correction has replaced.

In "1.9 million customers, not 1.2 million as the firm first said" the 1.2 million are no claim of whoever speaks. The
rules are in `rules/corrections.yaml`; the id of the one that fits (`former. ...`) is the rule of the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.rules import Rule, load, regex
from ontology.records import Event, Quantity, QuantityClaim, Span

_PREFIX = "former."


def with_former(text: str, events: Sequence[Event], claims: Sequence[QuantityClaim]) -> tuple[QuantityClaim, ...]:
    """Return the claims in their order; a former figure counts what the one counts that took its place.

    It has no speaker, for nobody who is told to speak here stands by it, and its quote holds both figures.
    """
    found = list(claims)
    for old, claim in enumerate(claims):
        told = _replaced_by(text, claims, old)
        if told is not None:
            rule, new = told
            found[new] = _of_breach(_levelled(found[new], claim), events)
            found[old] = _as_former(text, claim, found[new], rule.id)
    return tuple(found)


def _replaced_by(text: str, claims: Sequence[QuantityClaim], old: int) -> tuple[Rule, int] | None:
    """Return the rule by which a figure is a former one, and the place of the figure that is told instead."""
    own = claims[old].evidence.quote
    near = [n for n in range(max(0, old - 4), min(len(claims), old + 5)) if _is_near(own, claims[n].evidence.quote)]
    others = [n for n in near if n != old and claims[n].quantity.unit == claims[old].quantity.unit]
    if not others:
        return None
    end = max(claims[n].evidence.quote.end for n in near)
    masked, places = _masked(text, own.start, end, [(n, claims[n].quantity.span) for n in near], old)
    for rule in load("corrections"):
        match = rule.regex.search(masked) if rule.regex and rule.id.startswith(_PREFIX) else None
        if match is None:
            continue
        inside = [n for n in others if match.start() <= places[n] < match.end()]
        beside = [n for n in others if claims[n].evidence.quote == own]
        if inside or beside:
            return rule, min(inside or beside, key=lambda n: abs(places[n] - places[old]))
    return None


def _is_near(own: Span, other: Span) -> bool:
    """Whether a sentence is the figure's own or begins right behind it."""
    return own.start <= other.start <= own.end + 2


def _masked(text: str, start: int, end: int, spans: Sequence[tuple[int, Span]], old: int) -> tuple[str, dict[int, int]]:
    """Return a stretch of the text with a sign for each figure, and where the signs stand."""
    parts, places, at, length = [], {}, start, 0
    for n, span in spans:
        parts += [text[at : span.start], "§" if n == old else "#"]
        places[n] = length + max(0, span.start - at)
        length, at = places[n] + 1, span.end
    return "".join((*parts, text[at:end])), places


def _levelled(claim: QuantityClaim, old: QuantityClaim) -> QuantityClaim:
    """The corrected figure as a level of what the correction is of: "up from" tells no rise of the thing itself."""
    quantity = replace(claim.quantity, direction="none")
    named = regex("corrections", "counted.number_of").search(claim.evidence.quote.text)
    if not _is_counted(quantity) and _is_counted(old.quantity):
        quantity = replace(quantity, thing=old.quantity.thing)
    elif named is not None and not _is_counted(quantity):
        quantity = replace(quantity, thing=named["thing"].strip())
    return replace(claim, quantity=quantity)


def _of_breach(claim: QuantityClaim, events: Sequence[Event]) -> QuantityClaim:
    """The corrected figure as the size of the breach, where its sentence only says that so many were affected."""
    quote = claim.evidence.quote
    own = next((event for event in events if event.id == claim.event), None)
    breach = next((event for event in events if event.kind == "breach"), None)
    if breach is None or own is None or own.type != "other":
        return claim
    told = any(quote.start <= span.start and span.end <= quote.end for span in breach.spans)
    return replace(claim, event=breach.id, group=None) if told else claim


def _is_counted(quantity: Quantity) -> bool:
    """Whether what is counted stands right behind the number."""
    return bool(quantity.thing) and quantity.span.text.endswith(quantity.thing or "")


def _as_former(text: str, old: QuantityClaim, new: QuantityClaim, rule: str) -> QuantityClaim:
    quantity = replace(old.quantity, thing=new.quantity.thing, direction="none")
    end = max(old.evidence.quote.end, new.evidence.quote.end)
    start = min(old.evidence.quote.start, new.evidence.quote.start)
    evidence = replace(old.evidence, quote=Span(start, end, text[start:end]), rule=rule)
    hedge = "asserted" if old.hedge == "reported" else old.hedge
    return replace(
        old, quantity=quantity, event=new.event, group=new.group, speaker=None, hedge=hedge, evidence=evidence
    )

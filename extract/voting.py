"""In: what rules and heads found in one Doc. Out: the event mentions and links that stand, each with its confidence.

The one place where rules and heads meet. A mention or link stands where the weighed votes for it reach the threshold of
`votes.yaml`; its confidence is what the votes amount to, and its rule names all that voted for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any, Final

from spacy.tokens import Doc

from extract.events import EventMention, classified
from extract.frames import Told
from extract.heads import Heads
from extract.rules import table
from ontology.terms import RELATIONS

HEAD: Final = "head"
_IMPACTS: Final = {"harm": "harm", "benefit": "benefit"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands: mentions in reading order, links in reading order."""

    events: tuple[EventMention, ...]
    links: tuple[Told, ...]


def vote(doc: Doc) -> Verdict:
    """Let rules and heads vote; where no head has spoken, what the rules found stands as it is."""
    heads = Heads(doc)
    if not heads:
        return Verdict(tuple(doc._.events), tuple(doc._.links))
    mentions = _Mentions(doc, heads)
    for mention in (*doc._.events, *(end for link in doc._.links for end in (link.cause, link.effect))):
        mentions.add(mention)
    ordered = mentions.ordered()
    place = {mention: n for n, mention in enumerate(ordered)}
    chances = heads.pairs([(m.start, m.end) for m in ordered])
    told = {(place[mentions.home(link.cause)], place[mentions.home(link.effect)]): link for link in doc._.links}
    ordered = [_taken_up(n, ordered, chances) for n in range(len(ordered))]
    links = tuple(_links(doc, heads, ordered, told, chances))
    ends = {end for link in links for end in (link.cause, link.effect)}
    events = tuple(m for m in ordered if m in ends or (m.kind != "event" and mentions.stands(m)))
    return Verdict(events, links)


class _Mentions:
    """The mentions of both, one for each stretch: those that overlap by half of the shorter are one."""

    def __init__(self, doc: Doc, heads: Heads) -> None:
        self._doc, self._heads = doc, heads
        self._found: list[EventMention] = []
        self._home: dict[EventMention, int] = {}
        self._at: dict[int, list[int]] = {}  # by token
        for marked in heads.marked("event"):
            root = doc[marked.start : marked.end].root.i
            mention = EventMention(marked.start, marked.end, root, rule=f"{HEAD}.event")
            self._keep(_kinded(doc, mention, marked.label))

    def add(self, mention: EventMention) -> None:
        """Take in a mention that a rule found."""
        if mention in self._home:
            return
        near = {n: None for token in range(mention.start, mention.end) for n in self._at.get(token, ())}
        at = next((n for n in near if _overlap(mention, self._found[n])), None)
        if at is None:
            at = self._keep(mention)
        elif self._found[at].rule == f"{HEAD}.event":
            self._found[at] = self._both(self._found[at], mention)
        self._home[mention] = at

    def _keep(self, mention: EventMention) -> int:
        self._found.append(mention)
        for token in range(mention.start, mention.end):
            self._at.setdefault(token, []).append(len(self._found) - 1)
        return len(self._found) - 1

    def _both(self, head: EventMention, rule: EventMention) -> EventMention:
        """One mention for two: the head's stretch and kind, and what only rules know."""
        known = rule if head.type == "other" and rule.kind == head.kind else head
        return replace(
            head,
            type=known.type,
            head=rule.head if head.start <= rule.head < head.end else head.head,
            rule=f"{rule.rule}+{HEAD}",
            again=rule.again,
            antecedent=rule.antecedent,
        )

    def home(self, mention: EventMention) -> EventMention:
        """The mention that stands for one that was added."""
        return self._found[self._home[mention]]

    def ordered(self) -> list[EventMention]:
        """All mentions in reading order."""
        return sorted(self._found, key=lambda m: (m.start, m.end))

    def stands(self, mention: EventMention) -> bool:
        """True where a mention that no link holds is kept."""
        votes = table("votes")["event"]
        ruled = mention.rule != f"{HEAD}.event"
        chance = self._heads.inside("event", (mention.start, mention.end))
        return _weighed(votes, chance, ruled and votes["rule"]) >= votes["least"]


def _kinded(doc: Doc, mention: EventMention, label: str) -> EventMention:
    """The mention with the kind of its label and the type that the words tell, if that is of the same kind."""
    kind, effect = ("impact", label) if label in _IMPACTS else (label, None)
    typed = classified(doc, mention, breach=kind == "breach")
    kept = typed.type if typed.kind == kind else "other"
    if kind == "breach" and kept == "other":
        kept = "data_breach"
    return replace(mention, kind=kind, effect=effect, type=kept)


def _overlap(a: EventMention, b: EventMention) -> bool:
    return 2 * (min(a.end, b.end) - max(a.start, b.start)) >= min(a.end - a.start, b.end - b.start)


def _taken_up(
    n: int, mentions: Sequence[EventMention], chances: dict[tuple[int, int], dict[str, float]]
) -> EventMention:
    """The mention, told which earlier one it takes up where the heads are sure enough of it."""
    least = table("votes")["same"]["least"]
    earlier = [(max(chances[k, n]["same"], chances[n, k]["same"]), k) for k in range(n) if (k, n) in chances]
    chance, best = max(earlier, default=(0.0, 0))
    if chance < least or mentions[n].antecedent is not None:
        return mentions[n]
    return replace(mentions[n], antecedent=(mentions[best].start, mentions[best].end))


def _links(
    doc: Doc,
    heads: Heads,
    mentions: Sequence[EventMention],
    told: dict[tuple[int, int], Told],
    chances: dict[tuple[int, int], dict[str, float]],
) -> Iterator[Told]:
    votes = table("votes")["link"]
    signals = [(marked.start, marked.end) for marked in heads.marked("signal")]
    for pair in sorted({*told, *chances}):
        said = chances.get(pair, {})
        by_rule = told.get(pair)
        chance = sum(said.get(relation, 0.0) for relation in RELATIONS)
        weight = votes["rules"].get(by_rule.rule.partition(".")[0], 0.0) if by_rule is not None else 0.0
        confidence = _weighed(votes, chance, weight)
        cause, effect = mentions[pair[0]], mentions[pair[1]]
        if confidence < votes["least"] or cause is effect:
            continue
        if by_rule is not None:
            rule = by_rule.rule if chance < 0.5 else f"{by_rule.rule}+{HEAD}"
            yield replace(by_rule, cause=cause, effect=effect, rule=rule, confidence=round(confidence, 3))
        else:
            relation = max(RELATIONS, key=lambda name: said.get(name, 0.0))
            signal = _signal(signals, cause, effect)
            first = doc[min(cause.start, effect.start)].sent.start
            yield Told(
                cause,
                effect,
                relation,
                signal,
                f"{HEAD}.link",
                head=effect.head,
                first=first,
                confidence=round(confidence, 3),
            )


def _weighed(votes: dict[str, Any], chance: float, rule: float) -> float:
    """The chance that follows from a head's chance and a rule's weight: a logistic sum of both."""
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    return 1 / (1 + exp(-(votes["bias"] + votes["head"] * log(chance / (1 - chance)) + rule)))


def _signal(signals: Iterable[tuple[int, int]], cause: EventMention, effect: EventMention) -> tuple[int, int] | None:
    """The signal that stands between the two, or else at the side of one of them."""
    low, high = min(cause.end, effect.end), max(cause.start, effect.start)
    opening = min(cause.start, effect.start)

    def away(signal: tuple[int, int]) -> int:
        if low <= signal[0] and signal[1] <= high:
            return 0
        return abs(signal[1] - opening) + 1

    near = min(signals, key=away, default=None)
    return near if near is not None and away(near) <= 4 else None

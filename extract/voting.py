"""In: what rules and heads found in one Doc. Out: the event mentions and links that stand, each with its confidence.

The one place where rules and heads meet. A mention or link stands where the weighed votes for it reach the threshold of
`votes.yaml`; its confidence is what the votes amount to, and its rule names all that voted for it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any, Final

from spacy.tokens import Doc

from extract.events import EventMention, classified
from extract.frames import Told
from extract.heads import SLIGHT, Heads
from extract.rules import table
from extract.words import words_of
from ontology.terms import RELATIONS

HEAD: Final = "head"
_NAMING: Final = {"NOUN", "PROPN", "VERB", "ADJ", "NUM"}
_POINTING: Final = {"DT", "PRP", "WDT"}
_BESIDE: Final = 3  # tokens between a signal and the mention that it stands beside
_IMPACTS: Final = frozenset({"harm", "benefit"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands: mentions in reading order, links in reading order."""

    events: tuple[EventMention, ...]
    links: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention that may stand alone, or a pair of mentions that may be a link, with the votes for it.

    Attributes:
        cause: the mention, or the cause of a pair.
        effect: the effect of a pair, None for a mention.
        told: the link that a rule found between the two.
        votes: what is weighed, by name: see `votes.yaml`.
        relation: what the heads take the link for.
    """

    cause: EventMention
    effect: EventMention | None
    told: Told | None
    votes: dict[str, float]
    relation: str = "causes"

    @property
    def confidence(self) -> float:
        """The chance that it is right."""
        return weighed(table("votes")["mention" if self.effect is None else "link"], self.votes)


def vote(doc: Doc) -> Verdict:
    """Let rules and heads vote; where no head has spoken, what the rules found stands as it is."""
    heads = Heads(doc)
    if not heads:
        return Verdict(tuple(doc._.events), tuple(doc._.links))
    mentions, pairs = candidates(doc, heads)
    signals = [(marked.start, marked.end) for marked in heads.marked("signal")]
    links = tuple(_link(doc, pair, signals) for pair in pairs if pair.confidence >= table("votes")["link"]["least"])
    ends = {end for link in links for end in (link.cause, link.effect)}
    least = table("votes")["mention"]["least"]
    events = (m.cause for m in mentions if m.cause in ends or (m.cause.kind != "event" and m.confidence >= least))
    return Verdict(tuple(events), links)


def candidates(doc: Doc, heads: Heads) -> tuple[list[Candidate], list[Candidate]]:
    """List all mentions and all pairs of them that a rule or a head has anything to say for, in reading order."""
    found = _Mentions(doc, heads)
    for mention in (*doc._.events, *(end for link in doc._.links for end in (link.cause, link.effect))):
        found.add(mention)
    ordered = found.ordered()
    place = {mention: n for n, mention in enumerate(ordered)}
    told = {(place[found.home(link.cause)], place[found.home(link.effect)]): link for link in doc._.links}
    chances = heads.pairs([(m.start, m.end) for m in ordered], told.keys())
    ordered = list(_taken_up(ordered, chances))
    inside = [logit(heads.inside("event", (m.start, m.end))) for m in ordered]
    roles = [tuple(logit(heads.inside(role, (m.start, m.end))) for role in ("cause", "effect")) for m in ordered]
    mentions = [
        Candidate(m, None, None, {"head": chance, "rule": float(m.rule != f"{HEAD}.event")})
        for m, chance in zip(ordered, inside, strict=True)
    ]
    pairs = []
    for c, e in sorted({*told, *chances}):
        said, by_rule = chances.get((c, e), {}), told.get((c, e))
        chance = sum(said.get(relation, 0.0) for relation in RELATIONS)
        if c == e or (by_rule is None and chance < SLIGHT):
            continue
        votes = {"head": logit(chance), "ends": min(inside[c], inside[e]), "clauses": min(roles[c][0], roles[e][1])}
        if by_rule is not None:
            votes[by_rule.rule.partition(".")[0]] = 1.0
        relation = max(RELATIONS, key=lambda name: said.get(name, 0.0))
        pairs.append(Candidate(ordered[c], ordered[e], by_rule, votes, relation))
    return mentions, pairs


def logit(chance: float) -> float:
    """The log odds of a chance, which is kept off 0 and 1."""
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    return log(chance / (1 - chance))


def weighed(weights: dict[str, Any], votes: dict[str, float]) -> float:
    """The chance that follows from the weighed votes: a logistic sum.

    >>> weighed({"bias": 0.0, "head": 1.0, "verb": 2.0}, {"head": -2.0, "verb": 1.0})
    0.5
    """
    total = weights["bias"] + sum(weights[name] * value for name, value in votes.items())
    return 1 / (1 + exp(-total))


class _Mentions:
    """The mentions of both, one for each stretch: those that overlap by half of the shorter are one."""

    def __init__(self, doc: Doc, heads: Heads) -> None:
        self._found: list[EventMention] = []
        self._home: dict[EventMention, int] = {}
        self._at: dict[int, list[int]] = {}  # by token
        for marked in heads.marked("event"):
            end = _mended(doc, marked.start, marked.end)
            if end is not None:
                mention = EventMention(marked.start, end, doc[marked.start : end].root.i, rule=f"{HEAD}.event")
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


def _mended(doc: Doc, start: int, end: int) -> int | None:
    """Where a stretch that the heads marked should end: behind the noun of its article; None where it names nothing."""
    if any(token.pos_ in _NAMING or (token.pos_ == "PRON" and token.tag_ in _POINTING) for token in doc[start:end]):
        return end
    noun = doc[end - 1].head
    return noun.i + 1 if doc[end - 1].dep_.startswith("det") and noun.i >= end and noun.pos_ in _NAMING else None


def _kinded(doc: Doc, mention: EventMention, label: str) -> EventMention:
    """The mention with the kind of its label and the type that the words tell, if that is of the same kind."""
    kind, effect = ("impact", label) if label in _IMPACTS else (label, None)
    typed = classified(words_of(doc), mention, breach=kind == "breach")
    kept = typed.type if typed.kind == kind or (kind, typed.kind) == ("event", "impact") else "other"
    if kind == "breach" and kept == "other":
        kept = "data_breach"
    return replace(mention, kind=kind, effect=effect, type=kept)


def _overlap(a: EventMention, b: EventMention) -> bool:
    return 2 * (min(a.end, b.end) - max(a.start, b.start)) >= min(a.end - a.start, b.end - b.start)


def _taken_up(
    mentions: Sequence[EventMention], chances: dict[tuple[int, int], dict[str, float]]
) -> Iterator[EventMention]:
    """Yield the mentions, each told which earlier one it takes up where the heads are sure enough of it."""
    least, best = table("votes")["same"]["least"], dict.fromkeys(range(len(mentions)), (0.0, 0))
    for (a, b), labels in chances.items():
        best[max(a, b)] = max(best[max(a, b)], (labels.get("same", 0.0), min(a, b)))
    for n, mention in enumerate(mentions):
        chance, k = best[n]
        taken = chance >= least and chance > 0.0 and mention.antecedent is None
        yield replace(mention, antecedent=(mentions[k].start, mentions[k].end)) if taken else mention


def _link(doc: Doc, pair: Candidate, signals: Sequence[tuple[int, int]]) -> Told:
    """The link that stands for a pair: what a rule told, or what the heads say."""
    cause, effect, confidence = pair.cause, pair.effect, round(pair.confidence, 3)
    assert effect is not None
    if pair.told is not None:
        rule = pair.told.rule if pair.votes["head"] < 0 else f"{pair.told.rule}+{HEAD}"
        return replace(pair.told, cause=cause, effect=effect, rule=rule, confidence=confidence)
    return Told(
        cause,
        effect,
        pair.relation,
        _signal(signals, cause, effect),
        f"{HEAD}.link",
        head=effect.head,
        first=words_of(doc).sentence(min(cause.start, effect.start))[0],
        confidence=confidence,
    )


def _signal(signals: Sequence[tuple[int, int]], cause: EventMention, effect: EventMention) -> tuple[int, int] | None:
    """The signal that stands between the two, or else at the side of one of them."""
    low, high = min(cause.end, effect.end), max(cause.start, effect.start)
    opening = min(cause.start, effect.start)

    def away(signal: tuple[int, int]) -> int:
        if low <= signal[0] and signal[1] <= high:
            return 0
        return abs(signal[1] - opening) + 1

    first = bisect_left(signals, opening - _BESIDE, key=lambda signal: signal[1])
    last = bisect_right(signals, max(high, opening + _BESIDE), key=lambda signal: signal[0])
    near = min(signals[first:last], key=away, default=None)
    return near if near is not None and away(near) <= _BESIDE + 1 else None

"""In: what rules and heads say of people and of events. Out: group mentions, and the groups that an event falls on.

The place where rules and heads meet on livelihoods, as `voting` is for events and links: every choice is a logistic sum
of votes, with the weights of `rules/votes.yaml`. Where no head has spoken, the rules stand alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from math import log1p
from typing import Final

from spacy.tokens import Doc

from extract.affected import fall_on, named_in, points, told_harmed
from extract.events import EventMention
from extract.heads import Heads
from extract.rules import lexicon, table
from extract.trades import Trades
from extract.voting import HEAD, logit, weighed
from extract.words import words_of
from ontology.records import Mention, Span
from ontology.terms import NOT_LIVELIHOODS

Range = tuple[int, int]

_LEANING: Final = 1.0  # log odds for marking people: what they are not is told by the vote
_TRIED: Final = 2  # groups that the heads may propose for one mention
_TITLE, _KIND = "title", "kind"  # families of rules that say less than the others
_BACK, _AHEAD = 3, 1  # sentences before and behind an event in which the group may be that it falls on


@dataclass(frozen=True, slots=True)
class Vote:
    """One choice with the votes for it, by the names of `votes.yaml`."""

    kind: str
    code: str
    votes: dict[str, float]

    @property
    def confidence(self) -> float:
        """The chance that the choice is right."""
        return weighed(table("votes")[self.kind], self.votes)


def vote_groups(doc: Doc, ruled: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the group mentions that stand, in reading order, each with the group that most is said for."""
    heads = Heads(doc)
    if not heads:
        yield from (mention for mention in ruled if _family(mention) != _KIND)
        return
    least = table("votes")["group"]["least"]
    for place, mention, choices in group_choices(doc, heads, ruled):
        best = max(choices, key=lambda choice: choice.confidence)
        if best.confidence >= least:
            rule = mention.rule if mention is not None and mention.grounding == best.code else f"{HEAD}.living"
            yield Mention(place, "group", best.code, rule)


def group_choices(
    doc: Doc, heads: Heads, ruled: Sequence[Mention]
) -> Iterator[tuple[Span, Mention | None, list[Vote]]]:
    """Yield every phrase that may name people by their living: its span, the rule's mention, a vote for each group."""
    tokens = {mention: _tokens(doc, mention.span) for mention in ruled if mention.grounding is not None}
    marked = [(m.start, m.end) for m in heads.marked("people", _LEANING)]
    free = [stretch for stretch in marked if not any(s < stretch[1] and stretch[0] < e for s, e in tokens.values())]
    found: list[tuple[Range, Mention | None]] = [(stretch, mention) for mention, stretch in tokens.items()]
    found += [(stretch, None) for stretch in free]
    trades = Trades(doc)
    for stretch, mention in sorted(found, key=lambda pair: pair[0]):
        around = {trades.code(stretch, stretch, kind) for kind in ("worker", "firm")}
        yield _span(doc, stretch), mention, list(_group_votes(heads, stretch, mention, around))


def _group_votes(heads: Heads, stretch: Range, mention: Mention | None, around: Set[str | None]) -> Iterator[Vote]:
    chances = heads.classes("living", stretch)
    chances.pop("none", None)
    codes = sorted(chances, key=lambda code: -chances[code])[:_TRIED]
    said = mention.grounding if mention is not None else None
    people = logit(heads.inside("people", stretch))
    told = sorted(code for code in around if code is not None)
    for code in dict.fromkeys([*([said] if said else []), *codes, *told]):
        votes = {"people": people, "living": logit(chances.get(code, 0.0)), "trade": float(code in around)}
        if said is not None:
            votes[_family(mention) if said == code else "against"] = 1.0
        yield Vote("group", code, votes)


@dataclass
class Livings:
    """Who is spoken of in one Doc, and what happens to them."""

    doc: Doc
    mentions: Sequence[Mention]
    heads: Heads = field(init=False)

    def __post_init__(self) -> None:
        """Take what the encoder left on the Doc."""
        self.heads = Heads(self.doc)

    @cached_property
    def _places(self) -> list[tuple[int, Range, str]]:
        """Sentence number, tokens and group of every mention, in reading order."""
        found = ((_tokens(self.doc, m.span), m.grounding) for m in self.mentions if m.grounding is not None)
        return [(self._number(tokens[0]), tokens, code) for tokens, code in found]

    @cached_property
    def _often(self) -> Counter[str]:
        return Counter(code for _, _, code in self._places)

    def _number(self, token: int) -> int:
        """The number of the sentence around a token."""
        return bisect_right(words_of(self.doc).sentences, token, key=lambda sentence: sentence[0])

    def falls_on(self, event: EventMention, sentence: Range) -> list[str]:
        """Name the groups that an impact falls on, the surest first; empty where it falls on nobody that is named."""
        if not self.heads:
            return self._ruled(event, sentence)
        least = table("votes")["falls"]["least"]
        choices = sorted(self.fall_choices(event, sentence), key=lambda choice: -choice.confidence)
        return [choice.code for choice in choices if choice.confidence >= least]

    def fall_choices(self, event: EventMention, sentence: Range) -> Iterator[Vote]:
        """Yield a vote for every group that is named near an event."""
        stretch = (event.start, event.end)
        living = self.heads.classes("living", stretch)
        harm = logit(self.heads.labels("event", stretch).get("harm", 0.0))
        ruled = self._ruled(event, sentence)
        here = self._number(event.head)
        last = next((code for _, tokens, code in reversed(self._places) if tokens[0] < event.start), None)
        pointed = points(self.doc, event)
        for code, (distance, away, tokens) in self._nearest(event, here).items():
            votes = {
                "inside": float(event.start <= tokens[0] < event.end),
                "before": float(away == 0 and tokens[0] < event.start),
                "behind": float(away == 0 and tokens[0] >= event.end),
                "back": float(away == -1),
                "ahead": float(away > 0),
                "distance": log1p(distance),
                "subject": float(self._is_subject(event, tokens)),
                "living": logit(living.get(code, 0.0)),
                "nobody": logit(living.get("none", 0.0)),
                "harm": harm,
                "often": log1p(self._often[code]),
                "points": float(pointed and code == last),
                "others": float(code in NOT_LIVELIHOODS),
                "rule": float(code in ruled),
            }
            yield Vote("falls", code, votes)

    def _ruled(self, event: EventMention, sentence: Range) -> list[str]:
        """The groups that an event falls on by the rules alone; what befalls a market falls on those that are named."""
        of_the_market = event.type in lexicon("of_the_market")
        if of_the_market and not named_in(self.doc, self.mentions, event, sentence):
            return []
        return fall_on(self.doc, self.mentions, event, sentence)

    def _nearest(self, event: EventMention, here: int) -> dict[str, tuple[int, int, Range]]:
        """For each group near an event, tokens and sentences between the two, and the tokens of its nearest mention."""
        found: dict[str, tuple[tuple[int, int], int, Range]] = {}
        for number, tokens, code in self._places:
            away = number - here
            if -_BACK <= away <= _AHEAD:
                inside = event.start <= tokens[0] < event.end
                order = 0 if inside else 1 if away == 0 else 2 if away < 0 else 3
                distance = max(0, tokens[0] - event.end, event.start - tokens[1])
                if code not in found or (order, distance) < found[code][0]:
                    found[code] = (order, distance), away, tokens
        return {code: (distance, away, tokens) for code, ((_, distance), away, tokens) in found.items()}

    def _is_subject(self, event: EventMention, tokens: Range) -> bool:
        root = self.doc[tokens[0] : tokens[1]].root
        if not root.dep_.startswith("nsubj"):
            return False
        over = self.doc[event.head]
        for _ in range(3):
            if over.i == root.head.i:
                return True
            over = over.head
        return False

    def harmed(self, struck: frozenset[str]) -> frozenset[str]:
        """Name the groups whose living is harmed; `struck` are those on which a harm falls that is not denied."""
        if not self.heads:
            return struck | told_harmed(self.doc, self.mentions)
        least = table("votes")["affected"]["least"]
        return frozenset(choice.code for choice in self.harm_choices(struck) if choice.confidence >= least)

    def harm_choices(self, struck: frozenset[str]) -> Iterator[Vote]:
        """Yield for every group that is named the votes for its being harmed."""
        told = told_harmed(self.doc, self.mentions)
        for code in self._often:
            votes = {
                "falls": float(code in struck),
                "told": float(code in told),
                "often": log1p(self._often[code]),
                "others": float(code in NOT_LIVELIHOODS),
            }
            yield Vote("affected", code, votes)


def _family(mention: Mention | None) -> str:
    """The vote that a rule has: a title and a noun that may mean anybody say less than what was written for a group."""
    family = mention.rule.partition(".")[0] if mention is not None else ""
    return family if family in (_TITLE, _KIND) else "rule"


def _tokens(doc: Doc, span: Span) -> Range:
    found = doc.char_span(span.start, span.end, alignment_mode="expand")
    return (found.start, found.end) if found is not None else (0, 1)


def _span(doc: Doc, stretch: Range) -> Span:
    found = doc[stretch[0] : stretch[1]]
    return Span(found.start_char, found.end_char, found.text)

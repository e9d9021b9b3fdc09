"""A Doc in, the phrases that name people or firms by their living out, each grounded to a livelihood code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from spacy.tokens import Doc, Token

from extract.occupations import first_match, is_known, rules_for, singular, titled
from extract.phrases import Phrases
from extract.rules import Rule, load
from extract.trades import Trades
from ontology.records import Mention, Span

_WHOLE_ARTICLE = frozenset(
    {"agent", "clerk", "dealer", "driver", "firm", "mechanic", "practice"}
)  # kinds of bare words that the article's topic speaks of
_THE_FIRM = re.compile(
    r"(?:\bthe\s|[’']s\s(?:\w+\s)?(?:largest|biggest|oldest|leading|second-largest)\s)[\w\s-]*$", re.IGNORECASE
)
_OWNERS = frozenset({"'s", "’s", "'", "’"})
_OF_A_PLACE = frozenset({" of ", " at ", " in ", " across ", " of the ", " at the ", " in the ", " across the "})
_FIRMS: Final = frozenset({"supplier", "health_provider", "dealer", "food_producer", "small_merchant"})
_APPOSED = re.compile(r"(?:an?|one of|the) ", re.IGNORECASE)
_LISTED = re.compile(r"(?:,? (?:and|or)|, (?:an?|the)) ")
_BODY = re.compile(
    r"[’']?s?[’']? (?:\w+ )?(?:association|federation|union|chamber|guild|council|lobby|league|alliance|society)\b",
    re.IGNORECASE,
)
_OF_ANY_TRADE: Final = frozenset({"worker", "people", "firm", "practice"})
_HEADS: Final = frozenset({"nsubj", "obj", "iobj", "obl", "conj", "ROOT", "appos", "parataxis", "vocative"})
_NOBODY: Final = frozenset({"any", "no", "neither", "nobody"})
_COMPARED: Final = frozenset({"more", "fewer", "less", "longer"})
_BACK = 200  # code points before the sentence in which a context still counts


@dataclass(frozen=True, slots=True)
class _Candidate:
    span: Span
    sentence: tuple[int, int]
    rule: Rule

    tokens: tuple[int, int]
    inside: tuple[int, int]

    @property
    def head(self) -> str:
        return singular(self.span.text.rpartition(" ")[2].lower())

    @property
    def kind(self) -> str:
        """The kind of bare word, empty where the phrase says it all."""
        return str(self.rule.values.get("takes", ""))


def find_groups(doc: Doc) -> Iterator[Mention]:
    """Yield every mention of a livelihood group in order, without overlap; `grounding` is a code of `terms.GROUPS`.

    The span is the noun phrase that ends in the vocabulary word. A word that says little alone ("drivers", "staff")
    takes up the code of a fuller phrase of the article that ends alike ("parcel delivery drivers"), else of the words
    around it (`rules/group_contexts.yaml`, `rules/trades.yaml`). Needs sentences and parts of speech. Which
    of the words that may mean anybody (`kind` in their rule's id) mean somebody by his living, the vote must tell.
    """
    phrases = Phrases(doc)
    candidates = _merged(phrases.text, list(_candidates(phrases)))
    yield from _Grounding(phrases, candidates).mentions()


class _Grounding:
    """Gives the candidates of one text their codes, in reading order."""

    def __init__(self, phrases: Phrases, candidates: Sequence[_Candidate]) -> None:
        self._text, self._candidates = phrases.text, candidates
        self._trades = Trades(phrases.doc)
        typed = [candidate for candidate in candidates if not candidate.kind]
        self._fuller = {candidate.head: candidate.rule.values["group"] for candidate in reversed(typed)}
        self._topics = _topics(phrases.text, {candidate.kind for candidate in candidates})

    def mentions(self) -> Iterator[Mention]:
        """Yield a mention for each candidate whose code is told."""
        for candidate in self._candidates:
            group = self._code(candidate)
            if not candidate.kind:
                self._fuller[candidate.head] = group
            if group:
                yield Mention(candidate.span, "group", group, candidate.rule.id)

    def _code(self, found: _Candidate) -> str:
        values, kind = found.rule.values, found.kind
        if not kind:
            return str(values["group"])
        group = self._fuller.get(found.head) or _nearby(self._text, found, kind) or self._topics.get(kind)
        if not group and kind in _OF_ANY_TRADE:
            group = self._trades.code(found.tokens, found.inside, kind)
        return group or ("" if values.get("needs") else str(values["group"]))


def _nearby(text: str, found: _Candidate, kind: str) -> str | None:
    """Find the context nearest to the phrase in its sentence, else in what stands before it."""
    start, end = found.sentence
    return _nearest(text, found, kind, start, end) or _nearest(text, found, kind, max(0, start - _BACK), start)


def _nearest(text: str, found: _Candidate, kind: str, start: int, end: int) -> str | None:
    nearest: tuple[int, str] | None = None
    for rule in _contexts(kind):
        assert rule.regex is not None
        for match in rule.regex.finditer(text, start, end):
            distance = max(found.span.start - match.end(), match.start() - found.span.end)
            if distance >= 0 and (nearest is None or distance < nearest[0]):
                nearest = distance, rule.values["group"]
    return nearest[1] if nearest else None


def _topics(text: str, kinds: Set[str]) -> dict[str, str]:
    """Say for each of `kinds` that an article's topic speaks of which group it makes of a bare word."""
    topics = {}
    for kind in _WHOLE_ARTICLE & kinds:
        counts: Counter[str] = Counter()
        for rule in _contexts(kind):
            assert rule.regex is not None
            counts[rule.values["group"]] += sum(1 for _ in rule.regex.finditer(text))
        best = [*counts.most_common(2), ("", 0), ("", 0)]
        if best[0][1] > 1 and best[0][1] >= 2 * best[1][1]:
            topics[kind] = best[0][0]
    return topics


@cache
def _contexts(kind: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in load("group_contexts") if rule.values["takes"] == kind)


def _candidates(phrases: Phrases) -> Iterator[_Candidate]:
    end = -1
    for token in phrases.doc:
        phrase = _ending_at(phrases, token) if is_known(token.lower_) else None
        if phrase is None or phrase[0] < end or _is_denied(phrases, phrase):
            continue
        text = phrases.words(phrase)
        rules = rules_for(token.lower_)
        rule = first_match(rules, text) or first_match(rules, phrases.with_of(phrase)) or titled(text)
        if rule is None or _is_named(phrases, phrase) or _is_the_firm(text, rule):
            continue
        end = phrase[1]
        start = phrases.doc[phrase[0]].idx
        clauses = phrases.clauses(token.i)
        bounds = phrases.doc[clauses.start].idx, phrases.end((clauses.start, clauses.end))
        span = Span(start, start + len(text), text)
        yield _Candidate(span, bounds, rule, phrase, (clauses.start, clauses.end))


def _merged(text: str, candidates: list[_Candidate]) -> list[_Candidate]:
    """Join "a supplier, a maker of deli goods" to the group told last; drop the place of "nurses at hospitals"."""
    kept: list[_Candidate] = []
    for candidate in candidates:
        gap = text[kept[-1].span.end : candidate.span.start] if kept else "."
        if gap in _OF_A_PLACE and candidate.rule.values["group"] in _FIRMS:
            continue
        apposed = gap == ", " and _APPOSED.match(candidate.span.text) and not _LISTED.match(text, candidate.span.end)
        if apposed:
            kept[-1] = replace(kept[-1], rule=candidate.rule)
        else:
            kept.append(candidate)
    return kept


def _ending_at(phrases: Phrases, token: Token) -> tuple[int, int] | None:
    """Return the noun phrase that ends with `token`, or its part up to an owner: "shoppers" of "shoppers' trust".

    A phrase that runs on into another ("the growers 700 pounds") or into a name ("planter Ana Ruiz") is cut there.
    """
    phrase = phrases.noun_at(token.i)
    if phrase is None or phrase[1] == token.i + 1:
        return phrase
    behind = phrases.doc[token.i + 1]
    named = token.pos_ == "NOUN" and all(word.pos_ == "PROPN" for word in phrases.doc[token.i + 1 : phrase[1]])
    ends = behind.lower_ in _OWNERS or named or token.dep_.partition(":")[0] in _HEADS
    return (phrase[0], token.i + 1) if ends else None


def _is_denied(phrases: Phrases, phrase: tuple[int, int]) -> bool:
    """Whether nobody is meant, "no dockers", or a body of them, "the exporters' association"."""
    text, end = phrases.text, phrases.end(phrase)
    denied = phrases.doc[phrase[0]].lower_ in _NOBODY and phrases.doc[phrase[0] + 1].lower_ not in _COMPARED
    return denied or bool(_BODY.match(text, end))


def _is_named(phrases: Phrases, phrase: tuple[int, int]) -> bool:
    """Whether the phrase is the tail of a name: "Federation of Micro Enterprises"."""
    start = phrase[0]
    if start < 2 or phrases.doc[start - 1].lower_ not in ("of", "for", "and"):
        return False
    return phrases.doc[start - 2].is_title and phrases.doc[phrase[1] - 1].is_title and phrases.doc[start].is_title


def _is_the_firm(text: str, rule: Rule) -> bool:
    """Whether one firm is meant that the article is about: "the retailer", "Japan's biggest brewery"."""
    firms = rule.values.get("firms", ())
    last = text.rpartition(" ")[2].lower()
    return last in firms and _THE_FIRM.search(text) is not None

"""A Doc in, the phrases that name people or firms by their living out, each grounded to a livelihood code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from spacy.tokens import Doc

from extract.phrases import Phrases
from extract.rules import Rule, load
from ontology.records import Mention, Span

_WHOLE_ARTICLE = frozenset(
    {"driver", "firm", "practice", "worker"}
)  # kinds of bare words that the article's topic speaks of
_THE_FIRM = re.compile(
    r"(?:\bthe\s|[’']s\s(?:\w+\s)?(?:largest|biggest|oldest|leading|second-largest)\s)[\w\s-]*$", re.IGNORECASE
)
_OWNERS = frozenset({"'s", "’s", "'", "’"})
_OF_A_PLACE = frozenset({" of ", " at ", " in ", " across ", " of the ", " at the ", " in the ", " across the "})
_FIRMS = frozenset({"supplier", "health_provider", "dealer", "food_producer", "small_merchant"})
_APPOSED = re.compile(r"(?:an?|one of|the) ", re.IGNORECASE)
_LISTED = re.compile(r"(?:,? (?:and|or)|, (?:an?|the)) ")
_BODY = re.compile(
    r"[’']?s?[’']? (?:\w+ )?(?:association|federation|union|chamber|guild|council|lobby|league|alliance|society)\b",
    re.IGNORECASE,
)
_BACK = 200  # code points before the sentence in which a context still counts


@dataclass(frozen=True, slots=True)
class _Candidate:
    span: Span
    sentence: tuple[int, int]
    rule: Rule

    @property
    def head(self) -> str:
        return _singular(self.span.text.rpartition(" ")[2].lower())


def find_groups(doc: Doc) -> Iterator[Mention]:
    """Yield every mention of a livelihood group in order, without overlap; `grounding` is a code of `terms.GROUPS`.

    The span is the noun phrase that ends in the vocabulary word. A word that says little alone ("drivers", "staff")
    takes up the code of a fuller phrase of the article that ends alike ("parcel delivery drivers"), else of the words
    around it (`rules/group_contexts.yaml`). Needs sentences and parts of speech.
    """
    phrases = Phrases(doc)
    candidates = _merged(phrases.text, list(_candidates(phrases)))
    fuller: dict[str, str] = {}
    for candidate in reversed(candidates):
        if "takes" not in candidate.rule.values:
            fuller[candidate.head] = candidate.rule.values["group"]
    topics = _topics(phrases.text, {str(candidate.rule.values.get("takes")) for candidate in candidates})
    for candidate in candidates:
        group = _grounded(phrases.text, candidate, fuller, topics)
        if "takes" not in candidate.rule.values:
            fuller[candidate.head] = group or ""
        if group:
            yield Mention(candidate.span, "group", group, candidate.rule.id)


def _grounded(text: str, found: _Candidate, fuller: Mapping[str, str], topics: Mapping[str, str]) -> str | None:
    values = found.rule.values
    kind = values.get("takes")
    if kind is None:
        return str(values["group"])
    group = fuller.get(found.head) or _nearby(text, found, kind) or topics.get(kind)
    return group or (None if values.get("needs") else str(values["group"]))


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
    heads = _heads()
    end = -1
    for token in phrases.doc:
        rules = heads.get(token.lower_)
        phrase = _ending_at(phrases, token.i) if rules else None
        if rules is None or phrase is None or phrase[0] < end or _is_denied(phrases, phrase):
            continue
        text = phrases.words(phrase)
        rule = _first_match(rules, text) or _first_match(rules, phrases.with_of(phrase))
        if rule is not None and not _is_named(phrases, phrase) and not _is_the_firm(text, rule):
            end = phrase[1]
            start = phrases.doc[phrase[0]].idx
            clauses = phrases.clauses(token.i)
            bounds = phrases.doc[clauses.start].idx, phrases.end((clauses.start, clauses.end))
            yield _Candidate(Span(start, start + len(text), text), bounds, rule)


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


def _ending_at(phrases: Phrases, token: int) -> tuple[int, int] | None:
    """Return the noun phrase that ends with `token`, or its part up to an owner: "shoppers" of "shoppers' trust"."""
    phrase = phrases.noun_at(token)
    if phrase is None or phrase[1] == token + 1:
        return phrase
    return (phrase[0], token + 1) if phrases.doc[token + 1].lower_ in _OWNERS else None


def _is_denied(phrases: Phrases, phrase: tuple[int, int]) -> bool:
    """Whether nobody is meant, "no dockers", or a body of them, "the exporters' association"."""
    text, end = phrases.text, phrases.end(phrase)
    return phrases.doc[phrase[0]].lower_ in ("any", "no", "neither", "nobody") or bool(_BODY.match(text, end))


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


def _first_match(rules: tuple[Rule, ...], text: str) -> Rule | None:
    for rule in rules:
        assert rule.regex is not None
        if rule.regex.search(text):
            return rule
    return None


@cache
def _heads() -> Mapping[str, tuple[Rule, ...]]:
    """Index the rules by the last word, singular and plural, of each of their heads."""
    index: dict[str, list[Rule]] = {}
    for rule in load("groups"):
        for head in rule.values["heads"]:
            word = head.split()[-1].split("-")[-1].lower()
            for form in {word, *_plurals(word)}:
                rules = index.setdefault(form, [])
                if rule not in rules:
                    rules.append(rule)
    return MappingProxyType({word: tuple(rules) for word, rules in index.items()})


def _plurals(word: str) -> tuple[str, ...]:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return (word[:-1] + "ies",)
    return (word + "es",) if word.endswith(("s", "x", "ch", "sh")) else (word + "s",)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word

"""A Doc in, the phrases that name people or firms by their living out, each grounded to a livelihood code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from spacy.tokens import Doc

from extract.phrases import Phrases
from extract.rules import Rule, load
from ontology.records import Mention, Span


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    rule: Rule


def find_groups(doc: Doc) -> Iterator[Mention]:
    """Yield every mention of a livelihood group in order, without overlap; `grounding` is a code of `terms.GROUPS`.

    The span is the longest noun phrase around the vocabulary word. A bare word ("drivers") takes up the code of the
    nearest fuller phrase before it ("parcel delivery drivers") that ends alike.
    """
    fuller: dict[str, str] = {}
    for found in list(_candidates(doc)):
        text = doc.text[found.start : found.end]
        head = _singular(text.rpartition(" ")[2].lower())
        group = str(found.rule.values["group"])
        if not found.rule.values.get("bare"):
            fuller[head] = group
        elif head in fuller:
            group = fuller[head]
        elif found.rule.values.get("needs") and found.rule.values["needs"] not in fuller.values():
            continue
        yield Mention(Span(found.start, found.end, text), "group", group, found.rule.id)


def _candidates(doc: Doc) -> Iterator[_Candidate]:
    phrases = Phrases(doc)
    heads = _heads()
    last_end = -1
    for token in doc:
        rules = heads.get(token.lower_)
        if rules is None:
            continue
        phrase = phrases.around(token.i)
        if phrase is None or phrase[0] < last_end:
            continue
        text = phrases.text(phrase)
        rule = _first_match(rules, text)
        if rule is not None:
            last_end = phrase[1]
            yield _Candidate(doc[phrase[0]].idx, phrases.end(phrase), rule)


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

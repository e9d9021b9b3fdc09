"""A noun phrase in, the rule out that says whose living it names: of `rules/groups.yaml`, else a noun of the titles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from extract.rules import Rule, load, table

_LONGEST = 4  # words of the longest title


def rules_for(word: str) -> tuple[Rule, ...]:
    """Return the rules whose heads end in `word` (lower case, singular or plural), in the order of the file."""
    return _heads().get(word, ())


def first_match(rules: tuple[Rule, ...], text: str) -> Rule | None:
    """Return the first rule whose pattern is found in the phrase."""
    for rule in rules:
        assert rule.regex is not None
        if rule.regex.search(text):
            return rule
    return None


def titled(text: str) -> Rule | None:
    """Return the rule of the longest title of `rules/occupations.yaml` that ends a phrase, None where none does.

    >>> titled("seven laid-off sewing machinists").values["group"]
    'factory_worker'
    """
    words = text.lower().replace("’", "'").split()[-_LONGEST:]
    words = [*words[:-1], singular(words[-1])] if words else []
    for start in range(len(words)):
        rule = _titles().get(" ".join(words[start:]))
        if rule is not None:
            return rule
    last = words[-1].rpartition("-")[2] if words else ""
    return _titles().get(last)


def is_known(word: str) -> bool:
    """Whether a phrase that ends in `word` may name a living."""
    return word in _heads() or singular(word).rpartition("-")[2] in _last_words()


def singular(word: str) -> str:
    """Return a noun without its plural ending: "factories" gives "factory", "herdsmen" "herdsman"."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("men") and word != "specimen":
        return word[:-2] + "an"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word


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


@cache
def _titles() -> Mapping[str, Rule]:
    """Index the titles, singular; a noun of a kind takes its code from the words around."""
    told = table("occupations")
    index: dict[str, Rule] = {}
    for kind, row in told["kinds"].items():
        values = {"takes": kind, "group": row.get("default", ""), "needs": "default" not in row, "weak": True}
        rule = Rule(f"kind.{kind}", "", "", "", MappingProxyType(values), None)
        index |= {form: rule for noun in row["nouns"] for form in _forms(noun)}
    for code, nouns in told["names"].items():
        rule = Rule(f"title.{code}", "", "", "", MappingProxyType({"group": code}), None)
        index |= {form: rule for noun in nouns for form in _forms(noun)}
    return MappingProxyType(index)


def _forms(noun: str) -> set[str]:
    """What `singular` makes of a noun and of its plural, which is not always the noun: "crèches" gives "crèch"."""
    return {singular(noun), singular(f"{noun}s")}


@cache
def _last_words() -> frozenset[str]:
    return frozenset(title.split()[-1].rpartition("-")[2] for title in _titles())


def _plurals(word: str) -> tuple[str, ...]:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return (word[:-1] + "ies",)
    return (word + "es",) if word.endswith(("s", "x", "ch", "sh")) else (word + "s",)

"""A rule file's name in, its rules out: parsed once, checked, kept.

A rule file is a YAML list of rules. Each has an `id` that is unique in its file, a `pattern` (a regular expression,
matched without regard to case; or a list of token patterns of spaCy's matchers), an `example` that the pattern finds
and a `counterexample` that it does not. Whatever else a rule has is in `Rule.values`. A word table is a YAML mapping
and has no rules: see `table`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from extract.errors import RuleError

_KEYS = ("id", "pattern", "example", "counterexample")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `regex` is the compiled pattern, None where the pattern is a list of token patterns."""

    id: str
    pattern: str | list[Any]
    example: str
    counterexample: str
    values: Mapping[str, Any]
    regex: re.Pattern[str] | None


@cache
def load(name: str, *, lower: bool = False) -> tuple[Rule, ...]:
    """Read the rules of `name`.yaml, in the order of the file.

    With `lower` they match text in lower case only, which takes a third of the time.

    Raises:
        RuleError: A rule lacks a key, repeats an id, or has a pattern that does not compile.
    """
    seen: set[str] = set()
    rules = []
    for row in _parse(name):
        rule = _rule(name, row, 0 if lower else re.IGNORECASE)
        if rule.id in seen:
            raise RuleError(name, rule.id, "the id is used twice")
        seen.add(rule.id)
        rules.append(rule)
    return tuple(rules)


@cache
def regex(name: str, rule_id: str) -> re.Pattern[str]:
    """Return the compiled pattern of one rule of `name`.yaml.

    Raises:
        RuleError: The file has no rule of that id with a regular expression.
    """
    for rule in load(name):
        if rule.id == rule_id and rule.regex is not None:
            return rule.regex
    raise RuleError(name, rule_id, "there is no such rule with a regular expression")


@cache
def table(name: str) -> Mapping[str, Any]:
    """Read the word table `name`.yaml: a mapping, as it stands in the file.

    Raises:
        RuleError: The file holds no mapping.
    """
    content = _parse(name)
    if not isinstance(content, dict):
        raise RuleError(name, "", "a word table is a mapping")
    return content


@cache
def lexicon(key: str) -> frozenset[str]:
    """The words of one list of lexicon.yaml, to be asked for membership."""
    return frozenset(table("lexicon")[key])


def _parse(name: str) -> Any:
    text = resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)


def _rule(name: str, row: Mapping[str, Any], flags: int = re.IGNORECASE) -> Rule:
    missing = [key for key in _KEYS if not row.get(key)]
    if missing:
        raise RuleError(name, str(row.get("id", "")), f"it has no {missing[0]}")
    pattern = row["pattern"]
    try:
        regex = re.compile(pattern, flags) if isinstance(pattern, str) else None
    except re.error as error:
        raise RuleError(name, row["id"], f"its pattern does not compile: {error}") from error
    values = {key: value for key, value in row.items() if key not in _KEYS}
    return Rule(row["id"], pattern, row["example"], row["counterexample"], values, regex)

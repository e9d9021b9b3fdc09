"""Every rule file keeps its promises: each example is found, each counterexample is not, ids are unique."""

from __future__ import annotations

from importlib import resources

import pytest

import extract.rules
from extract.errors import RuleError
from extract.rules import Rule, load, table

_FILES = sorted(file.name for file in resources.files(extract.rules).iterdir() if file.name.endswith(".yaml"))
_TABLES = {
    "numerals",
    "shared_currencies",
    "currencies",
    "openers",
    "organisations",
    "pointers",
    "lexicon",
    "wordclasses",
    "speech",
    "votes",
    "occupations",
    "trades",
}
_READ_IN_CONTEXT = {"verbs", "signals", "events"}  # their patterns need more than the text: see test_link_rules


def _rules() -> list[tuple[str, Rule]]:
    names = [name.removesuffix(".yaml") for name in _FILES]
    return [
        (name, rule)
        for name in names
        if name not in _TABLES | _READ_IN_CONTEXT
        for rule in load(name)
        if rule.regex is not None
    ]


@pytest.mark.parametrize(("file", "rule"), _rules(), ids=lambda value: getattr(value, "id", value))
def test_the_example_is_found_and_the_counterexample_is_not(file: str, rule: Rule) -> None:
    assert rule.regex is not None
    assert rule.regex.search(rule.example), f"{file}: {rule.id}: {rule.example!r}"
    assert not rule.regex.search(rule.counterexample), f"{file}: {rule.id}: {rule.counterexample!r}"


def test_a_file_is_parsed_once() -> None:
    assert load("bounds") is load("bounds")
    assert table("numerals") is table("numerals")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"id": "a", "pattern": "x", "example": "x"}, "no counterexample"),
        ({"id": "a", "pattern": "(", "example": "x", "counterexample": "y"}, "does not compile"),
    ],
)
def test_a_broken_rule_is_named(row: dict[str, str], problem: str) -> None:
    with pytest.raises(RuleError, match=problem):
        extract.rules._rule("some", row)


def test_a_table_is_a_mapping() -> None:
    with pytest.raises(RuleError, match="mapping"):
        table("bounds")

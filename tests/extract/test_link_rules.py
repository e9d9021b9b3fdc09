"""Every rule's own example and counterexample, and the rule files as a whole."""

from __future__ import annotations

import pytest
from spacy.language import Language

from extract.links import find_links
from extract.pipeline import load as load_pipeline
from extract.rules import Rule, load


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def found(nlp: Language, text: str) -> set[str]:
    return {link.rule for link in find_links(nlp(text))}


LINK_RULES = [rule for name in ("verbs", "signals") for rule in load(name)]


@pytest.mark.parametrize("rule", LINK_RULES, ids=lambda rule: rule.id)
def test_link_rule_finds_its_example_and_not_its_counterexample(nlp: Language, rule: Rule) -> None:
    assert rule.id in found(nlp, rule.example)
    assert rule.id not in found(nlp, rule.counterexample)


@pytest.mark.parametrize("name", ["events", "hedges"])
def test_phrase_rules_find_their_examples(name: str) -> None:
    for rule in load(name):
        assert rule.regex is not None
        assert rule.regex.search(rule.example.lower()), rule.id
        assert "change" in rule.values or not rule.regex.search(rule.counterexample.lower()), rule.id

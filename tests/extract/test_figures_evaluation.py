"""The sets that are there are scored, those that are missing left out, and the JSON holds the measures by set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy

from extract.base import load_base
from extract.evaluation.figures import hidden, score_sets


def test_only_the_sets_that_are_there_are_scored(tmp_path: Path) -> None:
    (tmp_path / "recognizers_text").mkdir()
    rows = [
        {"Input": "12 men", "Results": [{"Start": 0, "End": 1, "Resolution": {"value": "12"}}]},
        {"Input": "no men", "Results": [{"Start": 0, "End": 1, "Resolution": {"value": "0"}}]},
    ]
    (tmp_path / "recognizers_text" / "NumberModel.json").write_text(json.dumps(rows))
    assert score_sets(tmp_path, spacy.blank("en"), misses=False) == {"recognizers_text": {"number": 50.0}}


def test_headcounts_are_ranked_and_judged(tmp_path: Path) -> None:
    (tmp_path / "hhs_breaches").mkdir()
    row = {
        "text": "Two laptops were stolen. The theft affected approximately 2,802 individuals. It employs 9,000 people.",
        "individuals_affected": 2802,
    }
    (tmp_path / "hhs_breaches" / "any.jsonl").write_text(json.dumps(row))
    assert score_sets(tmp_path, load_base(), misses=False) == {"hhs_breaches": {"first": 100.0}}


def test_misses_of_the_hidden_half_are_not_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "recognizers_text").mkdir()
    texts = [f"case {word}" for word in "abcdefghijkl"]
    rows = [{"Input": text, "Results": [{"Start": 0, "End": 0, "Resolution": {"value": "1"}}]} for text in texts]
    (tmp_path / "recognizers_text" / "NumberModel.json").write_text(json.dumps(rows))
    score_sets(tmp_path, spacy.blank("en"), misses=True)
    told = capsys.readouterr().out
    assert "found nothing" in told
    assert {text for text in texts if repr(text) in told} == {text for text in texts if not hidden(text)}


def test_a_miss_names_the_rule_that_fired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "recognizers_text").mkdir()
    texts = [f"{word} cats" for word in ("one", "two", "three", "four", "five", "six")]
    rows = [{"Input": text, "Results": [{"Start": 0, "End": 0, "Resolution": {"value": "7"}}]} for text in texts]
    (tmp_path / "recognizers_text" / "NumberModel.json").write_text(json.dumps(rows))
    score_sets(tmp_path, spacy.blank("en"), misses=True)
    assert "[number.integer]" in capsys.readouterr().out

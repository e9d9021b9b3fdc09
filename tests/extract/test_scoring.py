"""The project's own scoring: one-to-one matches, and the same counts as the reference scorer where it is at hand."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extract.evaluation.gold import compare, load_gold, measures
from extract.evaluation.scoring import TASKS, Count, score

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "evaluation" / "score.py"


def span(text: str, quote: str) -> dict[str, Any]:
    start = text.index(quote)
    return {"start": start, "end": start + len(quote), "text": quote}


def figure(text: str, quote: str, low: float, **rest: Any) -> dict[str, Any]:
    return {**span(text, quote), "low": low, "high": low, "unit": "count", "qualifier": "exact", **rest}


TEXT = "The breach hit 4,500 accounts, so orders fell and drivers lost income."
GOLD: dict[str, Any] = {
    "id": "a",
    "text": TEXT,
    "breach": "E1",
    "events": [
        {"id": "E1", "kind": "breach", "spans": [span(TEXT, "The breach")]},
        {"id": "E2", "kind": "event", "spans": [span(TEXT, "orders fell")]},
        {"id": "E3", "kind": "impact", "group": "delivery_worker", "spans": [span(TEXT, "lost income")]},
    ],
    "links": [{"cause": "E1", "effect": "E2"}, {"cause": "E2", "effect": "E3"}],
    "quantities": [figure(TEXT, "4,500 accounts", 4500, thing="accounts")],
    "groups": [{"group": "delivery_worker", "spans": [span(TEXT, "drivers")], "affected": True}],
}


def test_an_article_against_itself_is_all_hits() -> None:
    result = compare([GOLD], [GOLD])
    assert set(measures(result).values()) == {100.0}
    assert result.misses == ()


def test_a_missing_article_counts_as_all_missed() -> None:
    result = score(GOLD, None)
    assert result.tasks["links"] == Count(0, 0, 2)
    assert result.tasks["traces"] == Count(0, 0, 1)
    assert "a: links: missed: The breach -> orders fell" in result.misses


def test_two_found_events_cannot_hit_one() -> None:
    doubled = {**GOLD, "events": [*GOLD["events"], {**GOLD["events"][1], "id": "E9"}]}
    assert score(GOLD, doubled).tasks["events"] == Count(3, 4, 3)


def test_a_figure_of_another_unit_or_size_is_no_hit() -> None:
    for wrong in ({"unit": "percent"}, {"low": 4600.0}, {"high": None}):
        found = {**GOLD, "quantities": [{**GOLD["quantities"][0], **wrong}]}
        assert score(GOLD, found).tasks["quantities"].hits == 0


def test_a_denied_or_preventive_link_carries_no_trace() -> None:
    for broken in ({"negated": True}, {"relation": "prevents"}):
        found = {**GOLD, "links": [GOLD["links"][0], {**GOLD["links"][1], **broken}]}
        assert score(GOLD, found).tasks["traces"] == Count(0, 0, 1)


def test_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not the gold text"):
        score(GOLD, {**GOLD, "text": TEXT + " "})


def mutated(article: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Drop rows and shrink spans, so that the two scorers have something to disagree about."""
    copy = json.loads(json.dumps(article))
    copy["links"] = [link for link in copy["links"] if rng.random() < 0.7]
    copy["quantities"] = [row for row in copy["quantities"] if rng.random() < 0.7]
    for event in copy["events"]:
        for one in event["spans"]:
            one["end"] = max(one["start"] + 1, one["end"] - rng.randrange(0, 12))
            one["text"] = copy["text"][one["start"] : one["end"]]
    for group in copy["groups"]:
        group["affected"] = rng.random() < 0.5
    return dict(copy)


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference scorer is not beside this checkout")
def test_counts_equal_the_reference_scorer(tmp_path: Path) -> None:
    rng = random.Random(7)
    gold = load_gold(ROOT / "corpus" / "gold")
    found = [mutated(article, rng) for article in gold]
    for article in found:
        (tmp_path / f"{article['id']}.json").write_text(json.dumps(article), encoding="utf-8")
    said = subprocess.run(
        [sys.executable, REFERENCE, ROOT / "corpus" / "gold", tmp_path], capture_output=True, text=True, check=True
    )
    rows = {row[0]: tuple(map(int, row[1:])) for row in re.findall(r"^(\w+) .*?(\d+)/(\d+)/(\d+)$", said.stdout, re.M)}
    ours = compare(gold, list(found)).tasks
    assert rows == {task: (ours[task].hits, ours[task].found, ours[task].gold) for task in TASKS if task in rows}
    assert set(TASKS) - set(rows) == {"group_mentions"}

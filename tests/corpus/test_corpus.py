"""In: the articles, annotations and gold files of corpus/. Out: whether the gold is exact, complete and up to date."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ontology import terms

CORPUS = Path(__file__).parents[2] / "corpus"
STEMS = sorted(path.stem for path in (CORPUS / "articles").glob("*.txt"))
Gold = dict[str, Any]


def load(stem: str) -> Gold:
    gold: Gold = json.loads((CORPUS / "gold" / f"{stem}.json").read_text(encoding="utf-8"))
    return gold


@pytest.fixture(params=STEMS)
def gold(request: pytest.FixtureRequest) -> Gold:
    return load(request.param)


def spans(gold: Gold) -> Iterator[Gold]:
    for item in (*gold["events"], *gold["groups"]):
        yield from item["spans"]
    yield from gold["quantities"]
    for link in gold["links"]:
        yield from (span for span in (link["evidence"], link["signal"]) if span is not None)


def annotate(*arguments: str, root: Path = CORPUS) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "annotate.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_article_has_an_annotation_and_gold() -> None:
    for folder, ending in (("annotations", "yaml"), ("gold", "json")):
        assert sorted(path.stem for path in (CORPUS / folder).glob(f"*.{ending}")) == STEMS


def test_the_corpus_is_large_enough() -> None:
    incidents = Counter(load(stem)["incident"] for stem in STEMS)
    assert len(STEMS) >= 16
    assert len(incidents) >= 6
    assert max(count for name, count in incidents.items() if "Coupang" in name) >= 5


def test_gold_is_up_to_date() -> None:
    done = annotate("--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_gold_text_is_the_article_text(gold: Gold) -> None:
    _, _, body = (CORPUS / "articles" / f"{gold['id']}.txt").read_text(encoding="utf-8").split("---\n", 2)
    assert gold["text"] == body.strip()


def test_every_offset_is_exact(gold: Gold) -> None:
    wrong = [span["text"] for span in spans(gold) if gold["text"][span["start"] : span["end"]] != span["text"]]
    assert not wrong
    assert all(span["text"] and span["text"] == span["text"].strip() for span in spans(gold))


def test_signals_stand_in_their_evidence(gold: Gold) -> None:
    for link in gold["links"]:
        evidence, signal = link["evidence"], link["signal"]
        assert signal is None or evidence["start"] <= signal["start"] < signal["end"] <= evidence["end"]
        assert signal is None or not link.get("implied", False)


def test_head_is_filled(gold: Gold) -> None:
    assert gold["title"] and gold["publisher"] and gold["incident"]  # noqa: PT018
    assert date.fromisoformat(gold["published"]) <= date.today()


def test_length_is_between_150_and_450_words(gold: Gold) -> None:
    assert 150 <= len(gold["text"].split()) <= 450


def test_event_ids_are_known_and_used_once(gold: Gold) -> None:
    ids = [event["id"] for event in gold["events"]]
    named = {end for link in gold["links"] for end in (link["cause"], link["effect"])}
    named |= {claim["event"] for claim in gold["quantities"] if claim["event"] is not None}
    assert len(ids) == len(set(ids))
    assert named | {gold["breach"]} <= set(ids)
    assert next(event["kind"] for event in gold["events"] if event["id"] == gold["breach"]) == "breach"


def test_a_pair_of_events_has_one_link_and_two_ends(gold: Gold) -> None:
    pairs = Counter((link["cause"], link["effect"]) for link in gold["links"])
    assert all(count == 1 and cause != effect for (cause, effect), count in pairs.items())


def test_event_and_group_codes(gold: Gold) -> None:
    for event in gold["events"]:
        assert event["kind"] in terms.EVENT_KINDS
        assert ("effect" in event) == (event["kind"] == "impact")
        assert event.get("effect", "harm") in terms.EFFECTS
        assert event.get("group") in {None, *terms.GROUPS}
    assert all(group["group"] in terms.GROUPS and group["spans"] for group in gold["groups"])


def test_link_codes(gold: Gold) -> None:
    for link in gold["links"]:
        assert link["relation"] in terms.RELATIONS
        assert link["hedge"] in terms.HEDGES
        assert isinstance(link["negated"], bool)
        assert link["speaker"] is None or link["speaker"] in gold["text"]


def test_quantity_codes(gold: Gold) -> None:
    for claim in gold["quantities"]:
        assert claim["unit"] in terms.UNITS or claim["unit"].startswith(terms.MONEY)
        assert claim["qualifier"] in terms.QUALIFIERS
        assert claim["direction"] in terms.DIRECTIONS
        assert claim["hedge"] in terms.HEDGES
        assert claim["group"] in {None, *terms.GROUPS}
        assert claim["thing"]


def test_quantity_bounds_agree_with_the_qualifier(gold: Gold) -> None:
    for claim in gold["quantities"]:
        low, high = claim["low"], claim["high"]
        assert low is not None or high is not None
        assert low is None or high is None or low <= high
        if claim["qualifier"] in {"more_than", "at_least"}:
            assert high is None, claim["text"]
        if claim["qualifier"] in {"less_than", "at_most"}:
            assert low is None, claim["text"]
        if claim["qualifier"] in {"exact", "approximately"}:
            assert low == high, claim["text"]


def test_affected_groups_include_those_that_an_impact_reaches(gold: Gold) -> None:
    parts: dict[str, set[str]] = {}
    for link in gold["links"]:
        parts.setdefault(link["cause"], set()).update(() if link["negated"] else {link["effect"]})
    reached, todo = {gold["breach"]}, [gold["breach"]]
    while todo:
        new = parts.get(todo.pop(), set()) - reached
        reached |= new
        todo += new
    harmed = {event["group"] for event in gold["events"] if event["id"] in reached and event.get("effect") == "harm"}
    affected = {group["group"] for group in gold["groups"] if group["affected"]}
    assert harmed - {None} <= affected


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A corpus of one article that annotate.py can read."""
    for folder in ("articles", "annotations"):
        (tmp_path / folder).mkdir()
    (tmp_path / "annotate.py").write_bytes((CORPUS / "annotate.py").read_bytes())
    text = "---\ntitle: T\npublisher: P\npublished: 2025-01-02\n---\n\nThe leak. Résumé: the leak cut sales.\n"
    (tmp_path / "articles" / "a.txt").write_text(text, encoding="utf-8")
    return tmp_path


def write(root: Path, quote: str) -> None:
    source = f"incident: I\nbreach: E1\nevents:\n  E1: {{kind: breach, spans: [{quote!r}]}}\n"
    (root / "annotations" / "a.yaml").write_text(source, encoding="utf-8")


def test_annotate_counts_code_points_and_occurrences(small: Path) -> None:
    write(small, "leak @2")
    assert annotate(root=small).returncode == 0
    gold = json.loads((small / "gold" / "a.json").read_text(encoding="utf-8"))
    assert gold["events"][0]["spans"] == [{"start": 22, "end": 26, "text": "leak"}]
    assert annotate("--check", root=small).returncode == 0


@pytest.mark.parametrize("quote", ["leak", "lea", "theft", "leak @3"])
def test_annotate_refuses_a_missing_or_ambiguous_quote(small: Path, quote: str) -> None:
    write(small, quote)
    done = annotate(root=small)
    assert done.returncode == 1
    assert "a.yaml" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (small / "gold").exists()


def test_annotate_check_finds_a_stale_file(small: Path) -> None:
    write(small, "leak @1")
    annotate(root=small)
    write(small, "leak @2")
    done = annotate("--check", root=small)
    assert done.returncode == 1
    assert "a.json" in done.stdout

"""The reading of figures and groups stays above its floors, on our own articles always, on the public sets if there."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from benchmarks.fuzz_figures import TEXT, fault, texts
from extract.base import load_base
from extract.evaluation.figures import score_sets
from extract.evaluation.gold import compare, load_gold
from extract.groups import find_groups
from extract.livings import vote_groups
from extract.quantities import find_quantities
from ontology.records import Quantity, Span

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
FIELDS = ("low", "high", "unit", "qualifier", "direction", "thing", "rule")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_base()


def _place(span: Span) -> dict[str, object]:
    return {"start": span.start, "end": span.end, "text": span.text}


def _row(quantity: Quantity) -> dict[str, object]:
    return _place(quantity.span) | {field: getattr(quantity, field) for field in FIELDS}


def _f1(folder: Path, nlp: Language, numbers: range | None = None) -> dict[str, float]:
    """The F1 of figures and of group mentions, in percent, over all articles or those with such a number."""
    rows = [row for row in load_gold(folder) if numbers is None or int(row["id"].split("-")[1]) in numbers]
    found = []
    for row, doc in zip(rows, nlp.pipe(row["text"] for row in rows), strict=True):
        groups = [
            {"group": m.grounding, "spans": [_place(m.span)], "affected": False}
            for m in vote_groups(doc, list(find_groups(doc)))
        ]
        figures = [_row(quantity) for quantity in find_quantities(doc)]
        found.append({**row, "events": [], "links": [], "breach": None, "groups": groups, "quantities": figures})
    tasks = compare(rows, found).tasks
    return {task: 100 * tasks[task].f1 for task in ("quantities", "group_mentions")}


def test_our_own_articles(nlp: Language) -> None:
    f1 = _f1(ROOT / "corpus" / "gold", nlp)
    assert f1["quantities"] >= 95
    assert f1["group_mentions"] >= 76


def test_the_dev_part_of_the_training_articles(nlp: Language) -> None:
    f1 = _f1(ROOT / "corpus" / "training" / "gold", nlp, range(3, 400, 5))
    assert f1["quantities"] >= 86
    assert f1["group_mentions"] >= 48


def test_the_dev_part_of_the_articles_on_real_incidents(nlp: Language) -> None:
    f1 = _f1(ROOT / "corpus" / "training" / "gold", nlp, range(403, 700, 5))
    assert f1["quantities"] >= 82
    assert f1["group_mentions"] >= 36


@pytest.mark.skipif(not SHARED.is_dir(), reason="the gold articles that are not ours are not beside this checkout")
def test_other_gold_articles(nlp: Language) -> None:
    f1 = _f1(SHARED / "evaluation" / "gold" / "dev", nlp)
    assert f1["quantities"] >= 90
    assert f1["group_mentions"] >= 75


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public sets are not beside this checkout")
def test_the_public_sets_that_need_no_parse(tmp_path: Path) -> None:
    for name in ("recognizers_text", "quantulum3"):
        (tmp_path / name).symlink_to(SHARED / "data" / name)
    scores = score_sets(tmp_path, spacy.blank("en"), misses=False)
    floors = {"number": 95, "number_range": 95, "percent": 97, "currency": 92}
    assert all(scores["recognizers_text"][measure] >= floor for measure, floor in floors.items())
    assert scores["quantulum3"]["cases"] >= 90


def test_random_and_mutated_texts_break_nothing() -> None:
    for text in islice(texts(random.Random(3), [TEXT]), 1500):
        assert fault(text) is None, text

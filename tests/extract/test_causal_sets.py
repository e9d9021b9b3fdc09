"""Causal sets: tags become spans, errors count as FairEval counts them, the readers read whatever files are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from spacy.language import Language

from extract.base import load_base
from extract.evaluation import causal_sets
from extract.training.causal import fold_of, marked_spans, part_of, places_of, read_stories

TABLE = """corpus,doc_id,sent_id,eg_id,index,text,causal_text_w_pairs,num_rs
cnc,d1,1,0,a,The strike closed the port because pay fell .,"['<ARG1>The strike closed the port</ARG1> <SIG0>because</SIG0> <ARG0>pay fell</ARG0> .']",1
cnc,d2,2,0,b,The port is in Kent .,[],0
"""  # noqa: E501


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_base()


def test_tags_become_spans_of_the_plain_text() -> None:
    text = "It rained so the game was off ."
    spans = marked_spans("<ARG0>It rained</ARG0> <ARG1><SIG0>so</SIG0> the game was off</ARG1> .")
    assert [(role, text[slice(*span)]) for role, span in spans] == [
        ("cause", "It rained"),
        ("signal", "so"),
        ("effect", "so the game was off"),
    ]


def test_token_ranges_count_from_one() -> None:
    assert places_of("12-14,20") == [11, 12, 13, 19]


def test_parts_go_by_the_number_in_the_name() -> None:
    assert [part_of(name) for name in ("ta-001-x", "ta-003-x", "ta-014-x", "tale")] == ["train", "dev", "test", "train"]


def test_passages_of_a_fold_that_is_held_out_are_not_read(tmp_path: Path) -> None:
    story = {"text": "It rained.", "events": [], "links": [], "quantities": [], "groups": []}
    for number, name in enumerate(("cnc_set", "other_set")):
        source = {"set": "causal_news_corpus" if not number else name, "ids": ["train_05_10_2619"]}
        (tmp_path / f"p-{number}.json").write_text(json.dumps({**story, "source": source}), encoding="utf-8")
    read = [len(read_stories([tmp_path], frozenset({"train"}), held)) for held in (None, fold_of("train_05_10"))]
    assert read == [2, 1]


GOLD: causal_sets.Told = ((0, 5, "cause"), (10, 20, "effect"))


@pytest.mark.parametrize(
    ("found", "f1"),
    [
        (GOLD, 1.0),
        ((), 0.0),
        (((0, 5, "cause"),), 2 / 3),  # one right, one missed: 2 / (2 + 1)
        (((0, 5, "cause"), (10, 18, "effect")), 2 / 3),  # one right, one close: 2 / (2 + 1), where strictly it is 1/2
        (((0, 5, "cause"), (30, 40, "effect")), 0.5),  # one right, one wrong, one missed: 2 / (2 + 2)
    ],
)
def test_an_error_counts_once(found: causal_sets.Told, f1: float) -> None:
    counts = causal_sets._best([found], [GOLD])
    assert causal_sets._fair_f1(counts) == pytest.approx(f1)


def test_relations_are_matched_in_the_order_that_fits_best() -> None:
    other: causal_sets.Told = ((40, 45, "cause"), (50, 60, "effect"))
    assert causal_sets._fair_f1(causal_sets._best([other, GOLD], [GOLD, other])) == 1.0
    assert causal_sets._fair_f1(causal_sets._best([other], [GOLD, other])) == pytest.approx(2 / 3)
    assert causal_sets._fair_f1(causal_sets._best([GOLD, other], [other])) == pytest.approx(2 / 3)


def test_news_tables_are_scored(tmp_path: Path, nlp: Language) -> None:
    (tmp_path / "kept_subtask2_grouped.csv").write_text(TABLE, encoding="utf-8")
    shares, misses = causal_sets.news(tmp_path, nlp)
    assert set(shares) == {"sentence_f1", "spans_f1"}
    assert all(0 <= share <= 100 for share in shares.values())
    assert all("causal_news_corpus" in miss for miss in misses)


def test_connectives_are_scored_on_the_treebank_or_on_their_own_arguments(tmp_path: Path, nlp: Language) -> None:
    rows = [
        {
            "doc": "nowhere",
            "type": "Explicit",
            "sense": sense,
            "connective": connective,
            "connective_toks": "4",
            "arg1": "The shop closed",
            "arg2": "nobody came .",
            "arg1_toks": "1-3",
            "arg2_toks": "5-7",
        }
        for sense, connective in (("Contingency.Cause.Reason", "because"), ("Contingency.Condition.Arg2-as-cond", "if"))
    ]
    folder = tmp_path / "gum_discourse"
    folder.mkdir()
    (folder / "kept.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    shares, misses = causal_sets.discourse(folder, nlp)
    assert shares["direction_accuracy"] == 100.0  # "because" was found, and points to a reason
    assert shares["connective_f1"] == (66.67 if misses else 100.0)  # whether "if" is taken for causal is the model's

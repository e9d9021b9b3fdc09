"""Scores: from the sets' files as they lie, measure by measure."""

import json
from pathlib import Path

import pytest

from extract.training import conllu, evaluate
from extract.training.score import Read, Tallies, score_tree, squeeze

TREEBANK = """# newdoc id = a
# sent_id = a-1
# newpar
# text = Shops don't sell.
1\tShops\tshop\tNOUN\tNNS\t_\t4\tnsubj\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdo\tdo\tAUX\tVBP\t_\t4\taux\t_\t_
3\tn't\tnot\tPART\tRB\t_\t4\tadvmod\t_\t_
4\tsell\tsell\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No
5\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_

# sent_id = a-2
# newpar
# text = Orders fell.
1\tOrders\torder\tNOUN\tNNS\t_\t2\tnsubj\t_\t_
2\tfell\tfall\tVERB\tVBD\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

"""
NAMES = """# sent_id = a-1
# text = Kim left Seoul.
1\tKim\tB-PER\t-\t-
2\tleft\tO\t-\t-
3\tSeoul\tB-LOC\t-\t-
4\t.\tO\t-\t-

"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder, name, text in (("ud_english_gum", "test.conllu", TREEBANK), ("uner_english_pud", "x.iob2", NAMES)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_treebank_gives_back_its_text(data: Path) -> None:
    (document,) = conllu.documents(conllu.read_conllu(data / "ud_english_gum" / "test.conllu"))
    assert conllu.text_of(document) == "Shops don't sell.\n\nOrders fell."
    assert [token.form for token in document[0].tokens] == ["Shops", "do", "n't", "sell", "."]


def test_an_entity_set_gives_back_its_text(data: Path) -> None:
    (document,) = conllu.documents(conllu.read_iob2(data / "uner_english_pud" / "x.iob2"))
    assert conllu.text_of(document) == "Kim left Seoul."


def test_only_sets_that_are_there_are_scored(data: Path, tmp_path: Path) -> None:
    evaluate.main([str(data), "--json", str(tmp_path / "scores.json")])
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert {name: set(measures) for name, measures in scores.items()} == {
        "ud_english_gum": {"tag", "uas", "las", "sentence_f1"},
        "uner_english_pud": {"entity_f1"},
    }
    assert scores["ud_english_gum"]["sentence_f1"] == 100.0


def test_the_training_part_is_left_out_beside_others(data: Path) -> None:
    folder = data / "ud_english_gum"
    (folder / "train.conllu").write_text("not a treebank\n1\n\n", encoding="utf-8")
    assert [file.name for file in evaluate._dev_if_training(sorted(folder.glob("*.conllu")))] == ["test.conllu"]


def test_measures_count_words_cut_alike_only() -> None:
    gold = [Read((0, 3), "NN", (3, 6), "obj"), Read((3, 6), "VB", None, "root")]
    found = [Read((0, 3), "NN", (3, 6), "obj:x"), Read((3, 5), "VB", None, "root"), Read((5, 6), "UH", (3, 5), "x")]
    tallies = Tallies()
    score_tree(found, gold, tallies)
    assert tallies.values() == {"token_f1": 40.0, "tag": 40.0, "uas": 40.0, "las": 40.0, "las_full": 0.0}


def test_spans_count_no_white_space() -> None:
    assert squeeze(["a b", "c"]) == [(0, 2), (2, 3)]

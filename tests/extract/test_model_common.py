"""The seam: a pipeline of the other scheme gives our relations and labels."""

import spacy
from spacy.tokens import Doc, Span

from extract.common import to_common


def _doc(words: str, heads: list[int], deps: str, pos: str, lemmas: str | None = None) -> Doc:
    split = words.split()
    return Doc(
        spacy.blank("en").vocab,
        words=split,
        heads=heads,
        deps=deps.split(),
        pos=pos.split(),
        lemmas=(lemmas or words).split(),
    )


def test_prepositions_are_turned_round() -> None:
    doc = _doc("Shops lost orders from abroad", [1, 1, 1, 2, 3], "nsubj ROOT dobj prep pobj", "NOUN VERB NOUN ADP NOUN")
    to_common(doc)
    assert [(t.dep_, t.head.i) for t in doc] == [("nsubj", 1), ("ROOT", 1), ("obj", 1), ("case", 4), ("nmod", 2)]


def test_agents_and_passives() -> None:
    doc = _doc(
        "Data was stolen by thieves", [2, 2, 2, 2, 3], "nsubjpass auxpass ROOT agent pobj", "NOUN AUX VERB ADP NOUN"
    )
    to_common(doc)
    assert [t.dep_ for t in doc] == ["nsubj:pass", "aux:pass", "ROOT", "case", "obl:agent"]
    assert [t.head.i for t in doc] == [2, 2, 2, 4, 2]


def test_copulas_are_turned_round() -> None:
    doc = _doc("Kim is a courier", [1, 1, 3, 1], "nsubj ROOT det attr", "PROPN AUX DET NOUN", "Kim be a courier")
    to_common(doc)
    assert [(t.dep_, t.head.i) for t in doc] == [("nsubj", 3), ("cop", 3), ("det", 3), ("ROOT", 3)]


def test_our_own_scheme_stays() -> None:
    doc = _doc("Shops lost orders", [1, 1, 1], "nsubj ROOT obj", "NOUN VERB NOUN")
    to_common(doc)
    assert [t.dep_ for t in doc] == ["nsubj", "ROOT", "obj"]


def test_entities_get_our_labels() -> None:
    doc = _doc("Kim of Seoul", [0, 0, 1], "ROOT prep pobj", "PROPN ADP PROPN")
    doc.ents = (Span(doc, 0, 1, "PER"), Span(doc, 2, 3, "GPE"))
    to_common(doc)
    assert [entity.label_ for entity in doc.ents] == ["PERSON", "PLACE"]
    assert (doc[1].dep_, doc[2].dep_) == ("case", "nmod")

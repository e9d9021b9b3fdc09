"""The shipped pipeline as a whole: what it writes to a Doc, on texts of any kind and length."""

import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extract.annotate import Annotator
from extract.base import MODEL, load_base
from extract.encoder import load_labels
from extract.errors import SetupError
from extract.pieces import NEWLINE, SPACE
from extract.tokens import make_tokenizer

TEXT = (
    "The company’s e-commerce orders fell 30–40% after hackers stole data on 33.7m customers.\n"
    "Mr. Kim, a courier in Seoul, said Hanbit Corp. had “left us with nothing”. Sales dropped.\n\n"
    "It may be fined US$1.2bn, Reuters reported."
)
WINDOWS = "\n".join("Orders at small shops fell by a third after the breach" for _ in range(80))


@pytest.fixture(scope="module")
def nlp() -> Language:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_base()


def test_sentences_tags_lemmas_and_tree(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert [sentence.text.split()[0] for sentence in doc.sents] == ["The", "Mr.", "Sales", "It"]
    verb = next(token for token in doc if token.text == "fell")
    assert (verb.tag_, verb.pos_, verb.lemma_, verb.dep_) == ("VBD", "VERB", "fall", "ROOT")
    assert "Tense=Past" in str(verb.morph)
    subject = next(token for token in doc if token.text == "orders")
    assert (subject.dep_, subject.head) == ("nsubj", verb)
    assert {token.lemma_ for token in doc} >= {"order", "steal", "customer", "say", "'s"}


def test_entities(nlp: Language) -> None:
    found = {(entity.text, entity.label_) for entity in nlp(TEXT).ents}
    assert ("Seoul", "PLACE") in found
    assert ("Kim", "PERSON") in found
    assert {label for _, label in found} <= {"ORG", "PERSON", "PLACE"}


def test_every_offset_is_exact(nlp: Language) -> None:
    for text in (TEXT, WINDOWS, "  \n x\t\ty \n\n\n z ", "Ünïcödé “漢字” 🙂 e\u0301 \u200b ok"):
        doc = nlp(text)
        assert doc.text == text
        assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)
        assert len(doc.tensor) == len(doc)


def test_each_sentence_has_one_root_and_no_arc_leaves_it(nlp: Language) -> None:
    for text in (TEXT, WINDOWS, "no full stop " * 400):
        for sentence in nlp(text).sents:
            assert sum(token.dep_ == "ROOT" for token in sentence) == 1
            assert all(token.head.sent == sentence for token in sentence)
            assert sum(not token.is_space for token in sentence) <= 200


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n", ".", "x", "\n\nHi\n", "\u200b", "a" * 3000])
def test_small_and_odd_texts(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert all(token.tag_ for token in doc)


def test_vectors_are_on_the_doc(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert doc.tensor.shape == (len(doc), 384)
    assert doc.tensor.dtype == np.float32
    assert all((np.abs(doc.tensor[token.i]).sum() > 0) != token.is_space for token in doc)


def test_many_texts_at_once_read_as_each_by_itself(nlp: Language) -> None:
    texts = [TEXT, "", WINDOWS, "Hi.", TEXT[:90]]
    together = list(nlp.pipe(texts))
    for text, doc in zip(texts, together, strict=True):
        alone = nlp(text)
        assert alone.to_bytes() == doc.to_bytes()


def test_a_long_text_loses_nothing_and_takes_linear_time(nlp: Language) -> None:
    began = time.process_time()
    short = nlp(WINDOWS * 2)
    middle = time.process_time()
    long = nlp(WINDOWS * 20)
    ended = time.process_time()
    assert all(token.tag_ for token in long)
    assert (ended - middle) / len(long) < 2.5 * (middle - began) / len(short)


def test_the_tokenizer_keeps_figures(nlp: Language) -> None:
    words = [
        token.text for token in make_tokenizer(nlp.vocab)("e-commerce three-point-two 33.7m US$1.2bn 30–40% China’s")
    ]
    assert words == ["e-commerce", "three-point-two", "33.7m", "US$", "1.2bn", "30–40", "%", "China", "’s"]


def test_a_long_sentence_is_cut_where_a_start_is_likeliest(nlp: Language) -> None:
    chances = np.zeros(450, dtype=np.float32)
    chances[150], chances[290] = 0.4, 0.3
    starts = np.flatnonzero(Annotator(nlp.vocab, load_labels(MODEL)).starts(chances, ["word"] * 450, [SPACE] * 450))
    assert starts.tolist() == [0, 150, 290]


def test_a_number_in_the_midst_of_words_starts_no_sentence(nlp: Language) -> None:
    words = ["They", "said", "40", "left", ".", "40", "stayed"]
    chances = np.array([1, 0, 0.9, 0, 0, 0.9, 0], dtype=np.float32)
    annotator = Annotator(nlp.vocab, load_labels(MODEL))
    assert np.flatnonzero(annotator.starts(chances, words, [SPACE] * 7)).tolist() == [0, 5]
    assert np.flatnonzero(annotator.starts(chances, words, [SPACE, SPACE, NEWLINE, *[SPACE] * 4])).tolist() == [0, 2, 5]


def test_the_files_are_small_and_licensed() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= 35 * 1024 * 1024
    assert {"LICENSE", "NOTICE", "README.md"} <= {path.name for path in MODEL.iterdir()}


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        load_base(folder=tmp_path)
    with pytest.raises(SetupError):
        load_base("no_such_pipeline")


def test_a_doc_built_by_hand_can_be_read(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["Orders", "fell", "."], spaces=[True, False, False])
    read = nlp.get_pipe("breachtrace_encoder")(doc)
    assert [token.pos_ for token in read] == ["NOUN", "VERB", "PUNCT"]


def test_what_is_too_long_for_a_word_is_not_searched_mark_by_mark(nlp: Language) -> None:
    tokenizer = make_tokenizer(nlp.vocab)
    assert [token.text for token in tokenizer("(so)")] == ["(", "so", ")"]
    assert [token.text for token in tokenizer("(" * 19_999)] == ["(" * 19_999]

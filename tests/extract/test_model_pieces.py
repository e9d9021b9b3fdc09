"""Words, shapes and spaces as the encoder reads them; edit scripts of lemmas."""

import pytest

from extract import lemmas
from extract.pieces import GLUED, NEWLINE, PARAGRAPH, SPACE, WordPieces, ending_of, plain, shape_of, space_class

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "re", "##port", "##ed", "'", "s", "-", "e", "commerce", "…", "."]


def test_a_word_is_cut_into_its_longest_pieces() -> None:
    pieces = WordPieces(VOCABULARY)
    assert pieces.read("Reported").ids == (4, 5, 6)
    assert pieces.read("e-commerce").ids == (10, 9, 11)


def test_curly_quotes_read_as_straight_ones() -> None:
    pieces = WordPieces(VOCABULARY)
    assert pieces.read("’s").ids == pieces.read("'s").ids == (7, 8)
    assert plain("“Café”") == '"cafe"'


@pytest.mark.parametrize("word", ["", "\u200b", "漢字", "x" * 5000, "🙂", "\ud7ff"])
def test_every_word_has_a_piece(word: str) -> None:
    reading = WordPieces(VOCABULARY).read(word)
    assert 1 <= len(reading.ids) <= 12


def test_memory_is_bounded() -> None:
    pieces = WordPieces(VOCABULARY, remember=10)
    for number in range(100):
        pieces.read(str(number))
    assert len(pieces._known) <= 10


def test_shapes_tell_casing_apart() -> None:
    words = ["firm", "Firm", "FIRM", "A", "eBay", "33", "33.7", "33.7m", "B2B", ".", ",", "“", "n't", "X-ray"]
    assert len({shape_of(word) for word in words}) == len(words)


def test_space_classes() -> None:
    assert [space_class(gap) for gap in ("", " ", "\n", "\n\n", " \n \n")] == [
        GLUED,
        SPACE,
        NEWLINE,
        PARAGRAPH,
        PARAGRAPH,
    ]
    assert space_class("", first=True) == PARAGRAPH


def test_endings_are_stable() -> None:
    assert ending_of("reported") == ending_of("Supported")


@pytest.mark.parametrize(
    ("word", "lemma"),
    [("Studies", "study"), ("went", "go"), ("Seoul", "Seoul"), ("n't", "not"), ("FIRMS", "firm"), ("’s", "be")],
)
def test_a_script_gives_its_lemma_back(word: str, lemma: str) -> None:
    assert lemmas.apply(lemmas.derive(word, lemma), word) == lemma


def test_a_script_never_empties_a_word() -> None:
    assert lemmas.apply("l5+", "abc") == "abc"

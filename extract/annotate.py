"""What the encoder said of words goes in, a Doc with tags, lemmas, tree, sentences and entities comes out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extract import dictionary, lemmas
from extract.datelines import datelines
from extract.pieces import NEWLINE, PARAGRAPH
from extract.spans import SpanDecoder

ENTITY_NAMES = {"PER": "PERSON", "LOC": "PLACE", "ORG": "ORG"}
LONGEST_SENTENCE = 200
START = 0.5
UNTOLD = 0.98  # the same for what has no capital, behind a word

_FIGURE = re.compile(r"\d[\d.,]*(?:[–-]\d[\d.,]*)?(?:[kKmMbB]|mn|bn|tn|[MB]n)?")
_INSIDE, _OUTSIDE, _BEGIN = 1, 2, 3
_MARKS = {"I": _INSIDE, "O": _OUTSIDE, "B": _BEGIN}
_COLUMNS = ("TAG", "POS", "MORPH", "LEMMA", "DEP", "ENT_TYPE", "ENT_IOB", "HEAD")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one section: the encoder's outputs by name, sentence starts, heads and relations."""

    raw: dict[str, NDArray[Any]]
    starts: NDArray[np.bool_]
    heads: NDArray[np.int64]
    relations: NDArray[np.int64]


class Annotator:
    """Writes readings to Docs of one vocabulary."""

    def __init__(self, vocab: Vocab, labels: dict[str, list[str]]) -> None:
        """Prepares the labels of every head.

        Args:
            vocab: the vocabulary of the Docs.
            labels: label names of every head, in number order.
        """
        self._strings = vocab.strings
        self._tags = self._hashed(labels["xpos"])
        self._pos = np.array([vocab.strings[label] for label in labels["upos"]], dtype=np.uint64)
        self._morph = np.array([vocab.morphology.add(label) for label in labels["feats"]], dtype=np.uint64)
        self._relations = self._hashed("ROOT" if label == "root" else label for label in labels["relation"])
        self._number = {"xpos": labels["xpos"].index("CD"), "upos": labels["upos"].index("NUM")}
        self._number["feats"] = labels["feats"].index("NumForm=Digit|NumType=Card")
        self._compound, self._nummod = self._hashed(("compound", "nummod")).tolist()
        self._scripts = labels["lemma"]
        self._classes = labels["upos"]
        self._spans = SpanDecoder(labels["entity"])
        kinds = [label.partition("-")[2] for label in labels["entity"]]
        self._kinds = self._hashed(ENTITY_NAMES.get(kind, kind) for kind in kinds)
        self._marks = np.array([_MARKS[label[0]] for label in labels["entity"]], dtype=np.uint64)
        self._lemma = lru_cache(maxsize=100_000)(self._make_lemma)
        self._space = (vocab.strings.add("_SP"), vocab.strings["SPACE"], 0, 0, vocab.strings.add("dep"), 0, _OUTSIDE, 0)

    def starts(self, chances: NDArray[np.float32], words: Sequence[str], spaces: Sequence[int]) -> NDArray[np.bool_]:
        """Returns where sentences start; a stretch that is too long is cut at its likeliest places.

        A dateline is a sentence of its own, so that its place is not taken for what the report speaks of.

        Args:
            chances: the chance of a start, by word.
            words: the words; what has no capital must be all but sure to start a sentence behind a word.
            spaces: class of the white space before each word.
        """
        found = chances >= START
        for place in np.flatnonzero(found & (chances < UNTOLD)).tolist():
            told = spaces[place] in (NEWLINE, PARAGRAPH) or not (words[place][0].isdigit() or words[place][0].islower())
            found[place] = told or not place or not words[place - 1][-1].isalnum()
        found[:1] = True
        found[list(datelines(words, spaces))] = True
        begins = np.flatnonzero(found).tolist()
        for start, end in zip(begins, [*begins[1:], len(found)], strict=True):
            while end - start > LONGEST_SENTENCE:
                middle = chances[start + LONGEST_SENTENCE // 2 : start + LONGEST_SENTENCE]
                start += LONGEST_SENTENCE // 2 + int(middle.argmax())
                found[start] = True
        return found

    def write(self, doc: Doc, places: Sequence[NDArray[np.int64]], read: Sequence[Reading]) -> None:
        """Writes the readings of all sections of a Doc."""
        if not len(doc):
            return
        columns = np.zeros((len(doc), len(_COLUMNS)), dtype=np.uint64)
        columns[:] = self._space
        heads = np.full(len(doc), -1, dtype=np.int64)
        for where, reading in zip(places, read, strict=True):
            words = [doc[int(place)].text for place in where]
            columns[where, :5] = self._word_columns(words, reading)
            columns[where, 5:7] = self._entities(reading)
            heads[where] = np.where(reading.heads >= 0, where[reading.heads], where)
        columns[:, 7] = _offsets(heads).astype(np.uint64)
        self._fill_spaces(doc, np.flatnonzero(heads < 0), columns)
        table: Any = columns
        doc.from_array(list(_COLUMNS), table)

    def _hashed(self, names: Any) -> NDArray[np.uint64]:
        return np.array([self._strings.add(name) if name else 0 for name in names], dtype=np.uint64)

    def _word_columns(self, words: list[str], reading: Reading) -> NDArray[np.uint64]:
        raw = reading.raw
        relations = self._relations[reading.relations]
        self._mend_figures(words, raw, relations)
        each = zip(words, raw["lemma"].tolist(), raw["upos"].tolist(), strict=True)
        found = [self._lemma(*one) for one in each]
        return np.stack(
            [
                self._tags[raw["xpos"]],
                self._pos[raw["upos"]],
                self._morph[raw["feats"]],
                np.array(found, dtype=np.uint64),
                relations,
            ],
            axis=1,
        )

    def _mend_figures(self, words: list[str], raw: dict[str, NDArray[Any]], relations: NDArray[np.uint64]) -> None:
        """Makes numbers of figures that the treebanks cut in two and our words keep whole ("33.7m", "1.2bn")."""
        for place, word in enumerate(words):
            if word[0].isdigit() and _FIGURE.fullmatch(word):
                for name, number in self._number.items():
                    raw[name][place] = number
                if relations[place] == self._compound:
                    relations[place] = self._nummod

    def _make_lemma(self, word: str, script: int, pos: int) -> int:
        guess = lemmas.apply(self._scripts[script], word)
        return int(self._strings.add(dictionary.mended(guess, word.lower(), self._classes[pos])))

    def _entities(self, reading: Reading) -> NDArray[np.uint64]:
        """Returns type and IOB code of each word; entities do not cross sentences."""
        columns = np.zeros((len(reading.heads), 2), dtype=np.uint64)
        columns[:, 1] = _OUTSIDE
        labels = self._spans.decode(reading.raw["entity"], reading.starts)
        columns[:, 0] = self._kinds[labels]
        columns[:, 1] = self._marks[labels]
        return columns

    def _fill_spaces(self, doc: Doc, spaces: NDArray[np.int64], columns: NDArray[np.uint64]) -> None:
        """Gives white space itself as its lemma, and its entity where one goes on after it."""
        for place in spaces[::-1].tolist():
            columns[place, 3] = self._strings.add(doc[place].text)
            if place + 1 < len(doc) and columns[place + 1, 6] == _INSIDE:
                columns[place, 5:7] = columns[place + 1, 5:7]


def _offsets(heads: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns heads as distances; white space hangs on the word before it, at the start on the one after."""
    words = heads >= 0
    places = np.arange(len(heads))
    if not words.any():
        return np.where(places > 0, -1, 0)
    before = np.maximum.accumulate(np.where(words, places, -1))
    target = np.where(words, heads, np.where(before >= 0, before, int(words.argmax())))
    return target - places

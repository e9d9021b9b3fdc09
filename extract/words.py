"""In: a Doc that a pipeline has read. Out: its words as plain objects, read once: what every rule looks at.

A look at a spaCy token makes an object and decodes a string each time, and rules look at every token some hundred
times. A Word has the attributes under spaCy's names. Words are kept with their Doc and hold no reference to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from spacy.tokens import Doc
from spacy.vocab import Vocab

Range = tuple[int, int]

KEPT: Final = "words"  # where a Doc keeps them, in its user data
_COLUMNS: Final[list[int | str]] = ["ORTH", "LEMMA", "POS", "TAG", "DEP", "HEAD", "SPACY", "SENT_START"]
_POSSESSIVES: Final = frozenset({"PRP$", "WP$"})


@dataclass(frozen=True, slots=True)
class _Form:
    """What a word is whatever stands around it."""

    text: str
    lower: str
    space: bool
    punct: bool
    quote: bool
    title: bool
    digit: bool


@dataclass(slots=True, eq=False)
class Word:
    """One token. `part` is what it plays in a phrase, `lemma` its lemma in lower case, `head` an index into the Doc."""

    i: int
    idx: int
    end: int
    text: str
    lower_: str
    lemma_: str
    lemma: str
    pos_: str
    tag_: str
    dep_: str
    part: str
    head: int
    whitespace_: bool
    opens: bool
    is_space: bool
    is_punct: bool
    is_quote: bool
    is_title: bool
    is_digit: bool


class Words(list[Word]):
    """The words of one Doc in order.

    Attributes:
        text: the Doc's text.
        lower: the same in lower case, offset by offset.
        sentences: token ranges, in order.
    """

    def __init__(self, doc: Doc) -> None:
        """Reads the Doc in one pass."""
        super().__init__(_words(doc))
        self.text = doc.text
        self.lower = _lowered(self.text)
        bounds = [word.i for word in self if word.opens or not word.i] + [len(self)]
        self.sentences: list[Range] = list(pairwise(bounds))

    def said(self, start: int, end: int) -> str:
        """What stands in the text from token `start` to token `end`, without the white space behind it."""
        return self.text[self[start].idx : self[end - 1].end] if start < end else ""

    def lowered(self, start: int, end: int) -> str:
        """The same in lower case."""
        return self.lower[self[start].idx : self[end - 1].end] if start < end else ""

    def sentence(self, i: int) -> Range:
        """The token range of the sentence around token `i`; where there are no words, an empty one."""
        place = bisect_right(self.sentences, i, key=lambda sentence: sentence[0])
        return self.sentences[max(place - 1, 0)] if self.sentences else (0, 0)

    def at(self, offset: int) -> int:
        """The token that holds a character, or the last one before it."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def children(self, i: int) -> list[int]:
        """The tokens that hang on token `i`, in order."""
        return self._children.get(i, [])

    @cached_property
    def _starts(self) -> list[int]:
        return [word.idx for word in self]

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for word in self:
            if word.head != word.i:
                found.setdefault(word.head, []).append(word.i)
        return found


def words_of(doc: Doc) -> Words:
    """Return the words of a Doc, read at the first call and kept; tags and trees must be set by then."""
    kept = doc.user_data.get(KEPT)
    if kept is None:
        kept = doc.user_data[KEPT] = Words(doc)
    assert isinstance(kept, Words)
    return kept


def _words(doc: Doc) -> Iterator[Word]:
    strings, forms = _Strings(doc.vocab), _Forms(doc.vocab)
    idx = 0
    for i, row in enumerate(doc.to_array(_COLUMNS).tolist()):
        form = forms[row[0]]
        lemma, pos, tag, dep = strings[row[1]], strings[row[2]][0], strings[row[3]][0], strings[row[4]][0]
        part = "DET" if tag in _POSSESSIVES else "ADJ" if pos == "VERB" and dep == "amod" else pos
        end = idx + len(form.text)
        away = row[5] if row[5] < 1 << 63 else row[5] - (1 << 64)
        yield Word(
            i,
            idx,
            end,
            form.text,
            form.lower,
            lemma[0],
            lemma[1],
            pos,
            tag,
            dep,
            part,
            i + away,
            bool(row[6]),
            row[7] == 1,
            form.space,
            form.punct,
            form.quote,
            form.title,
            form.digit,
        )
        idx = end + row[6]


class _Strings(dict[int, tuple[str, str]]):
    """Strings of a vocabulary by their hashes, as they are and in lower case."""

    def __init__(self, vocab: Vocab) -> None:
        self._strings = vocab.strings

    def __missing__(self, key: int) -> tuple[str, str]:
        text = self._strings[key]
        self[key] = text, text.lower()
        return self[key]


class _Forms(dict[int, _Form]):
    """Word forms of a vocabulary by the hash of their text."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __missing__(self, key: int) -> _Form:
        word = self._vocab[key]
        self[key] = _Form(
            word.text, word.lower_, word.is_space, word.is_punct, word.is_quote, word.is_title, word.is_digit
        )
        return self[key]


def _lowered(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)

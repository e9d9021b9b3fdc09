"""Words go in, what the encoder reads of them comes out: piece ids, shape, space before, ending."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SHAPES = 14
SPACES = 4
ENDINGS = 4096
MOST_PIECES = 12

GLUED, SPACE, NEWLINE, PARAGRAPH = range(SPACES)

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "…": "..."})
_END_MARKS = frozenset(".?!…")
_QUOTE_MARKS = frozenset("\"'`“”‘’«»„")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder reads of one word.

    Attributes:
        ids: vocabulary ids of its pieces, one at least.
        shape: class of its casing and characters.
        ending: hashed last letters.
    """

    ids: tuple[int, ...]
    shape: int
    ending: int


class WordPieces:
    """Reads words with an uncased wordpiece vocabulary, remembering what it has read."""

    def __init__(self, vocabulary: Sequence[str], remember: int = 100_000) -> None:
        """Takes the vocabulary in id order and the number of words to remember."""
        self._ids: Mapping[str, int] = {piece: number for number, piece in enumerate(vocabulary)}
        self.unknown = self._ids["[UNK]"]
        self.start = self._ids["[CLS]"]
        self.end = self._ids["[SEP]"]
        self.padding = self._ids["[PAD]"]
        self._remember = remember
        self._known: dict[str, Reading] = {}

    def read(self, word: str) -> Reading:
        """Returns what the encoder reads of `word`."""
        reading = self._known.get(word)
        if reading is None:
            reading = Reading(self._cut(word), shape_of(word), ending_of(word))
            if len(self._known) >= self._remember:
                self._known.clear()
            self._known[word] = reading
        return reading

    def _cut(self, word: str) -> tuple[int, ...]:
        ids: list[int] = []
        for part in _parts(plain(word[:100])):
            ids.extend(self._cut_part(part))
            if len(ids) >= MOST_PIECES:
                break
        return tuple(ids[:MOST_PIECES]) or (self.unknown,)

    def _cut_part(self, part: str) -> list[int]:
        ids: list[int] = []
        start = 0
        while start < len(part):
            end = len(part)
            while end > start:
                piece = part[start:end] if start == 0 else "##" + part[start:end]
                number = self._ids.get(piece)
                if number is not None:
                    break
                end -= 1
            else:
                return [self.unknown]
            ids.append(number if number is not None else self.unknown)
            start = end
        return ids


def plain(word: str) -> str:
    """Returns `word` in lower case, without accents, with straight quotes."""
    if word.isascii():
        return word.lower()
    spread = unicodedata.normalize("NFD", word.translate(_QUOTES).lower())
    return "".join(c for c in spread if unicodedata.category(c) not in ("Mn", "Cc", "Cf"))


def _parts(text: str) -> Iterable[str]:
    part = ""
    for char in text:
        if char.isspace() or not _is_mark(char):
            part = part + char if not char.isspace() else part
            continue
        if part:
            yield part
        yield char
        part = ""
    if part:
        yield part


def _is_mark(char: str) -> bool:
    code = ord(char)
    if code < 128:
        return not char.isalnum() and not char.isspace()
    return unicodedata.category(char).startswith("P") or 0x4E00 <= code <= 0x9FFF


def shape_of(word: str) -> int:
    """Returns the class of the casing and characters of `word`, below `SHAPES`."""
    if word.isalpha():
        return _shape_of_letters(word)
    if word.isdigit():
        return 5
    if any(c.isdigit() for c in word):
        if not any(c.isalpha() for c in word):
            return 6
        return 7 if word[0].isdigit() else 8
    if not any(c.isalpha() for c in word):
        return _shape_of_marks(word)
    return 13 if word[:1].isupper() else 12


def _shape_of_letters(word: str) -> int:
    if word.islower():
        return 0
    if word.isupper():
        return 2 if len(word) > 1 else 3
    return 1 if word[0].isupper() and word[1:].islower() else 4


def _shape_of_marks(word: str) -> int:
    if word and word[0] in _END_MARKS:
        return 9
    return 11 if word and word[0] in _QUOTE_MARKS else 10


def ending_of(word: str) -> int:
    """Returns a stable hash of the last three letters of `word`, below `ENDINGS`."""
    return zlib.crc32(word[-3:].lower().encode()) % ENDINGS


def space_class(gap: str, first: bool = False) -> int:
    """Returns the class of the white space before a word, below `SPACES`."""
    if first:
        return PARAGRAPH
    if not gap:
        return GLUED
    lines = gap.count("\n")
    return SPACE if not lines else NEWLINE if lines == 1 else PARAGRAPH

"""Documents go in, shuffled and varied windows of whole sentences come out as tensors, sorted by length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from extract.pieces import GLUED, NEWLINE, PARAGRAPH, SPACE, WordPieces
from extract.training.gold import HEADS, UNKNOWN, Document, Word

LONGEST = 250
LEMMA = 3

ENTITY, NAME, CAUSAL = (HEADS.index(head) for head in ("entity", "name", "causal"))
SWAPPED = 0.3

Window = list[list[Word]]
Pool = dict[tuple[int, int], list[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows as tensors.

    Attributes:
        ids: pieces, (windows, pieces), as are `shapes` and `spaces`.
        shapes: shape of the word of each piece.
        spaces: white space before the word of each piece.
        lengths: pieces of each window.
        first: flat place of the first piece of each word; `last` of its last.
        last: flat place of the last piece of each word.
        endings: ending of each word.
        starts: 1 where a sentence starts; unknown for the first word of a window.
        labels: label numbers, (words, heads).
        sentences: flat word numbers, (sentences, longest), -1 where there is none.
        heads: heads, (sentences, longest), 0 for the root; only sentences with a tree are there.
        rows: flat word numbers of each window, (windows, longest), -1 where there is none.
        causal: whether a window that is one sentence tells a cause.
        pairs: what the event mentions of the articles in the batch are to one another.
    """

    ids: Tensor
    shapes: Tensor
    spaces: Tensor
    lengths: Tensor
    first: Tensor
    last: Tensor
    endings: Tensor
    starts: Tensor
    labels: Tensor
    sentences: Tensor
    heads: Tensor
    rows: Tensor
    causal: Tensor
    pairs: tuple[Pairs, ...] = ()


@dataclass(frozen=True, slots=True)
class Pairs:
    """The event mentions of one article: first and last word in the batch, and labels (mentions, mentions)."""

    first: Tensor
    last: Tensor
    labels: Tensor


def pool_of(documents: list[Document]) -> Pool:
    """Returns the forms of all names by kind and number of words."""
    pool: Pool = {}
    for document in documents:
        for sentence in document:
            for start, end, kind in _name_spans(sentence):
                pool.setdefault((kind, end - start), []).append(tuple(word.form for word in sentence[start:end]))
    return pool


def windows(
    documents: list[Document], pieces: WordPieces, size: int, chance: random.Random | None, pool: Pool | None = None
) -> list[Window]:
    """Returns windows of consecutive sentences of at most `size` pieces.

    Args:
        documents: where from.
        pieces: counts the pieces of words.
        size: the most pieces.
        chance: where given, windows are shifted and varied.
        pool: names to put in the place of others of their kind and length.
    """
    found: list[Window] = []
    for document in documents:
        limit = size if chance is None else int(size * chance.uniform(0.15, 1.0))
        window: Window = []
        filled = 0
        for sentence in document:
            length = sum(len(pieces.read(word.form).ids) for word in sentence)
            if length > LONGEST:
                continue
            if window and filled + length > limit:
                found.append(window)
                window, filled = [], 0
                limit = size if chance is None or chance.random() < 0.8 else int(size * chance.uniform(0.1, 1.0))
            window.append(sentence)
            filled += length
        if window:
            found.append(window)
    return found if chance is None else [vary(window, chance, pool or {}) for window in found]


def vary(window: Window, chance: random.Random, pool: Pool) -> Window:
    """Returns the window, now and then with other names, in another casing or with other line breaks."""
    window = [_rename(sentence, chance, pool) for sentence in window]
    turn = chance.random()
    if turn < 0.03:
        window = [[_recase(word, word.form.lower()) for word in sentence] for sentence in window]
    elif turn < 0.05:
        window = [[_recase(word, word.form.upper()) for word in sentence] for sentence in window]
    elif turn < 0.08:
        window = [[_recase(word, word.form.capitalize()) for word in sentence] for sentence in window]
    if chance.random() < 0.25:
        rate = chance.choice((0.0, 0.08))
        window = [[_respace(word, chance, rate) for word in sentence] for sentence in window]
    return window


def _name_spans(sentence: list[Word]) -> Iterator[tuple[int, int, int]]:
    """Yields start, end and B label number of every name, whichever of the two entity columns says so."""
    marks = [max(word.labels[ENTITY], word.labels[NAME]) for word in sentence]
    for start, mark in enumerate(marks):
        if mark > 0 and mark % 2:
            end = start + 1
            while end < len(marks) and marks[end] == mark + 1:
                end += 1
            yield start, end, mark


def _rename(sentence: list[Word], chance: random.Random, pool: Pool) -> list[Word]:
    renamed = list(sentence)
    for start, end, kind in _name_spans(sentence):
        others = pool.get((kind, end - start))
        if others and chance.random() < SWAPPED:
            for place, form in enumerate(chance.choice(others), start=start):
                labels = list(renamed[place].labels)
                labels[LEMMA] = UNKNOWN
                renamed[place] = replace(renamed[place], form=form, labels=tuple(labels))
    return renamed


def _recase(word: Word, form: str) -> Word:
    if form == word.form or len(form) != len(word.form):
        return word
    labels = list(word.labels)
    labels[LEMMA] = UNKNOWN
    return replace(word, form=form, labels=tuple(labels))


def _respace(word: Word, chance: random.Random, rate: float) -> Word:
    if word.space == PARAGRAPH:
        return replace(word, space=chance.choice((SPACE, NEWLINE, NEWLINE)))
    if word.space == SPACE and chance.random() < (0.5 if word.start == 1 else rate):
        return replace(word, space=NEWLINE)
    return word


def batches(found: list[Window], pieces: WordPieces, budget: int, chance: random.Random | None) -> Iterator[Batch]:
    """Yields batches of windows of like length, at most `budget` pieces each with padding."""
    lengths = [sum(len(pieces.read(word.form).ids) for s in window for word in s) + 2 for window in found]
    order = sorted(range(len(found)), key=lambda n: lengths[n] + (chance.uniform(0, 8) if chance else 0))
    groups: list[list[int]] = []
    for number in order:
        if not groups or max(lengths[number], max(lengths[n] for n in groups[-1])) * (len(groups[-1]) + 1) > budget:
            groups.append([])
        groups[-1].append(number)
    if chance:
        chance.shuffle(groups)
    for group in groups:
        yield collate([found[number] for number in group], pieces)


def collate(found: list[Window], pieces: WordPieces) -> Batch:
    """Returns the windows as one batch."""
    rows: list[list[tuple[int, int, int]]] = []
    words: list[tuple[int, int, int, int]] = []
    for row, window in enumerate(found):
        cells = [(pieces.start, 0, GLUED)]
        for number, word in enumerate(word for sentence in window for word in sentence):
            reading = pieces.read(word.form)
            words.append((row, len(cells), len(cells) + len(reading.ids) - 1, reading.ending))
            cells.extend((piece, reading.shape, word.space) for piece in reading.ids)
            del number
        rows.append([*cells, (pieces.end, 0, GLUED)])
    width = max(len(cells) for cells in rows)
    filled = torch.tensor([cells + [(pieces.padding, 0, 0)] * (width - len(cells)) for cells in rows])
    table = torch.tensor(words)
    return Batch(
        ids=filled[:, :, 0].contiguous(),
        shapes=filled[:, :, 1].contiguous(),
        spaces=filled[:, :, 2].contiguous(),
        lengths=torch.tensor([len(cells) for cells in rows]),
        first=table[:, 0] * width + table[:, 1],
        last=table[:, 0] * width + table[:, 2],
        endings=table[:, 3],
        **_gold(found),
    )


def _gold(found: list[Window]) -> dict[str, Tensor]:
    starts: list[int] = []
    labels: list[tuple[int, ...]] = []
    sentences: list[list[int]] = []
    heads: list[list[int]] = []
    rows: list[list[int]] = []
    for window in found:
        begin = len(labels)
        for place, sentence in enumerate(window):
            if sentence[0].head != UNKNOWN:
                sentences.append(list(range(len(labels), len(labels) + len(sentence))))
                heads.append([word.head for word in sentence])
            labels.extend(word.labels for word in sentence)
            starts.extend(word.start if place or number else UNKNOWN for number, word in enumerate(sentence))
        rows.append(list(range(begin, len(labels))))
    longest = max((len(sentence) for sentence in sentences), default=1)
    widest = max(len(row) for row in rows)
    return {
        "starts": torch.tensor(starts),
        "labels": torch.tensor(labels),
        "sentences": torch.tensor([s + [-1] * (longest - len(s)) for s in sentences], dtype=torch.long),
        "heads": torch.tensor([h + [UNKNOWN] * (longest - len(h)) for h in heads], dtype=torch.long),
        "rows": torch.tensor([row + [-1] * (widest - len(row)) for row in rows]),
        "causal": torch.tensor([window[0][0].labels[CAUSAL] for window in found]),
    }

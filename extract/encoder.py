"""Docs with words go in; they come out with vectors, tags, lemmas, a tree, sentences and entities."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from spacy.tokens import Doc

from extract.annotate import Annotator, Reading
from extract.parse import Parser
from extract.pieces import PARAGRAPH, WordPieces, space_class
from extract.windows import Window, plan, sections

BATCH = 16
PIECES = 1300
TOLD = ("event", "cause", "effect", "signal", "connective", "figure", "people", "living", "causal", "link")
WORDS = 8192

Batch = list[tuple[int, Window]]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of one Doc that is read by itself: the places of its words and what stands before each."""

    doc: int
    places: NDArray[np.int64]
    words: list[str]
    spaces: list[int]


class Encoder:
    """The one model that reads: a spaCy component for whole Docs, with one pass of the encoder over each.

    Vectors of the encoder's last layer go to `doc.tensor`, one row a token (zeros for white space). What the heads on
    events and causes say goes to `doc._.told`, an array by head with one row a token.
    """

    def __init__(self, folder: Path, annotator: Annotator, threads: int = 1) -> None:
        """Loads the model.

        Args:
            folder: where `encoder.onnx`, `tree.npz`, `vocab.txt` and `labels.json` lie.
            annotator: writes what was read to a Doc.
            threads: processor cores that one pass may use.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._outputs = [output.name for output in self._session.get_outputs()]
        widths = {output.name: output.shape[-1] for output in self._session.get_outputs()}
        self._width = int(widths["vectors"])
        self._told = {name: int(widths[name]) for name in TOLD if name in widths}
        self._pieces = WordPieces((folder / "vocab.txt").read_text(encoding="utf-8").splitlines())
        self._parser = Parser.load(folder / "tree.npz")
        self._annotator = annotator

    def __call__(self, doc: Doc) -> Doc:
        """Reads one Doc."""
        self._read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Reads Docs many at a time: windows of like length go through the encoder together."""
        waiting: list[Doc] = []
        words = 0
        for doc in stream:
            waiting.append(doc)
            words += len(doc)
            if words >= WORDS or len(waiting) >= batch_size:
                self._read(waiting)
                yield from waiting
                waiting, words = [], 0
        self._read(waiting)
        yield from waiting

    def _read(self, docs: Sequence[Doc]) -> None:
        found: dict[int, list[tuple[Section, Reading]]] = {number: [] for number in range(len(docs))}
        group: list[Section] = []
        for number, doc in enumerate(docs):
            doc.tensor = np.zeros((len(doc), self._width), dtype=np.float32)
            doc._.told = {name: np.zeros((len(doc), width), dtype=np.float32) for name, width in self._told.items()}
            for section in _sections(number, doc):
                group.append(section)
                if sum(len(s.words) for s in group) >= WORDS:
                    self._read_sections(docs, group, found)
                    group = []
        self._read_sections(docs, group, found)
        for number, doc in enumerate(docs):
            read = found[number]
            self._annotator.write(doc, [section.places for section, _ in read], [reading for _, reading in read])

    def _read_sections(
        self, docs: Sequence[Doc], group: Sequence[Section], found: dict[int, list[tuple[Section, Reading]]]
    ) -> None:
        for section, raw in zip(group, self._encode(group), strict=True):
            docs[section.doc].tensor[section.places] = raw.pop("vectors")
            for name in self._told:
                docs[section.doc]._.told[name][section.places] = raw.pop(name)
            starts = self._annotator.starts(raw["start"], section.words, section.spaces)
            heads, relations = self._parser.parse(raw.pop("tree"), starts)
            found[section.doc].append((section, Reading(raw, starts, heads, relations)))

    def _encode(self, group: Sequence[Section]) -> list[dict[str, NDArray[Any]]]:
        """Returns for every section what the encoder says of its words, name by name."""
        readings = [[self._pieces.read(word) for word in section.words] for section in group]
        windows: Batch = []
        for number, section in enumerate(group):
            lengths = [len(reading.ids) for reading in readings[number]]
            windows.extend((number, window) for window in plan(section.words, section.spaces, lengths))
        raw: list[dict[str, NDArray[Any]]] = [{} for _ in group]
        for batch in _batches(windows, readings):  # of one section each: int8 scales depend on what is read together
            outputs = self._session.run(self._outputs, self._feed(batch, group, readings))
            at = 0
            for number, window in batch:
                size = window.keep_to - window.keep_from
                for name, values in zip(self._outputs, outputs, strict=True):
                    store = raw[number].get(name)
                    if store is None:
                        store = np.empty((len(group[number].words), *values.shape[1:]), dtype=values.dtype)
                        raw[number][name] = store
                    store[window.keep_from : window.keep_to] = values[at : at + size]
                at += size
        return raw

    def _feed(self, batch: Batch, group: Sequence[Section], readings: list[list[Any]]) -> dict[str, NDArray[Any]]:
        rows: list[tuple[list[int], list[int], list[int]]] = []
        first: list[int] = []
        last: list[int] = []
        endings: list[int] = []
        width = max(sum(len(r.ids) for r in readings[n][w.start : w.end]) for n, w in batch) + 2
        for row, (number, window) in enumerate(batch):
            ids, shapes, spaces = [self._pieces.start], [0], [0]
            for place in range(window.start, window.end):
                reading = readings[number][place]
                count = len(reading.ids)
                if window.keep_from <= place < window.keep_to:
                    first.append(row * width + len(ids))
                    last.append(row * width + len(ids) + count - 1)
                    endings.append(reading.ending)
                ids.extend(reading.ids)
                shapes.extend([reading.shape] * count)
                spaces.extend([group[number].spaces[place]] * count)
            ids.append(self._pieces.end)
            rows.append((ids, [*shapes, 0], [*spaces, 0]))
        names = ("ids", "shapes", "spaces")
        tables = {name: _padded([row[n] for row in rows], width) for n, name in enumerate(names)}
        words = {"first": first, "last": last, "endings": endings, "lengths": [len(row[0]) for row in rows]}
        return {**tables, **{name: np.array(values, dtype=np.int64) for name, values in words.items()}}


def load_labels(folder: Path) -> dict[str, list[str]]:
    """Returns the label names of every head of the model in `folder`."""
    found: dict[str, list[str]] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    return found


def _padded(rows: list[list[int]], width: int) -> NDArray[np.int64]:
    table = np.zeros((len(rows), width), dtype=np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def _sections(number: int, doc: Doc) -> Iterator[Section]:
    places: list[int] = []
    words: list[str] = []
    spaces: list[int] = []
    gap, first = "", True
    for place, token in enumerate(doc):
        text = token.text
        if token.is_space:
            gap += text + token.whitespace_
            continue
        places.append(place)
        words.append(text)
        spaces.append(space_class(gap, first))
        gap, first = token.whitespace_, False
    for start, end in sections(words, spaces):
        yield Section(number, np.array(places[start:end], dtype=np.int64), words[start:end], spaces[start:end])


def _batches(windows: Batch, readings: list[list[Any]]) -> Iterator[Batch]:
    """Yields windows of like length; never of two sections, so that a text reads alike in any company."""
    sizes = {
        window: sum(len(r.ids) for r in readings[window[0]][window[1].start : window[1].end]) for window in windows
    }
    group: Batch = []
    for entry in sorted(windows, key=lambda entry: (entry[0], sizes[entry])):
        full = len(group) >= BATCH or (sizes[entry] + 2) * (len(group) + 1) > PIECES
        if group and (full or group[0][0] != entry[0]):
            yield group
            group = []
        group.append(entry)
    if group:
        yield group


__all__ = ["PARAGRAPH", "Encoder", "load_labels"]

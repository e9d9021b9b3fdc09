"""Sets on causality and our own annotated articles go in; training documents with causal labels come out."""

from __future__ import annotations

import csv
import json
import re
import zlib
from ast import literal_eval
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
from spacy.vocab import Vocab

from extract.pieces import GLUED, NEWLINE, PARAGRAPH, SPACE
from extract.tokens import make_tokenizer
from extract.training.gold import HEADS, LABELS, UNKNOWN, Document, Word

FOLDS = 5
PAIRS = LABELS["pair"]
_TAG = re.compile(r"<(/?)(ARG0|ARG1|SIG\d*)>")
_END = re.compile(r"(?<=[.!?][\"”’')])\s+|(?<=[.!?])\s+(?=[\"“‘'(A-Z0-9£$€₩])|\n+")
_ROLES = {"ARG0": "cause", "ARG1": "effect"}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Story:
    """An annotated article.

    Attributes:
        sentences: its words, cut roughly into sentences.
        mentions: first and last word of every event mention, and the events that it names.
        links: relation number for pairs of mentions; `UNKNOWN` where it cannot be told from the words. All others
            are no links.
    """

    sentences: Document
    mentions: tuple[tuple[int, int, frozenset[str]], ...]
    links: dict[tuple[int, int], int]


def fold_of(name: str) -> int:
    """Returns the fold of a document by its name, stable over machines."""
    return zlib.crc32(name.encode()) % FOLDS


def read_news(path: Path) -> Iterator[tuple[int, Document]]:
    """Yields fold and one-sentence document of every row of `train_subtask2_grouped.csv` of Causal News Corpus."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            told = literal_eval(row["causal_text_w_pairs"])
            spans: dict[str, list[Span]] = {"cause": [], "effect": [], "signal": []}
            for marked in told:
                for role, span in marked_spans(marked):
                    spans[role].append(span)
            words = words_of(row["text"])
            numbers = {role: _bio([(*s, role) for s in found], words, {role: 1}) for role, found in spans.items()}
            sentence = _labelled(row["text"], words, numbers)
            sentence[0] = _with(sentence[0], "causal", int(row["num_rs"] != "0"))
            yield fold_of(row["doc_id"]), [sentence]


def marked_spans(marked: str) -> list[tuple[str, Span]]:
    """Returns role and span, in the text without the tags, of every tagged stretch."""
    found: list[tuple[str, Span]] = []
    opened: dict[str, int] = {}
    at = last = 0
    for match in _TAG.finditer(marked):
        at += match.start() - last
        last = match.end()
        if match[1]:
            found.append((_ROLES.get(match[2], "signal"), (opened.pop(match[2]), at)))
        else:
            opened[match[2]] = at
    return found


def connectives(path: Path) -> dict[str, dict[int, int]]:
    """Returns, by document, the label number of every word (from 0) that is part of a causal connective."""
    numbers = {label: n for n, label in enumerate(LABELS["connective"])}
    found: dict[str, dict[int, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marks = found.setdefault(row["doc"], {})
        sense = row["sense"].split(".")[1:]
        if row["type"] == "Implicit" or not sense[0].startswith("Cause") or row["connective_toks"] == "_":
            continue
        kind = "reason" if sense[-1].startswith("Reason") else "result"
        before = -1
        for place in places_of(row["connective_toks"]):
            marks[place] = numbers[("I-" if place == before + 1 else "B-") + kind]
            before = place
    return found


def places_of(text: str) -> list[int]:
    """Returns the places, from 0, that a list of token ranges such as "12-14,20" names."""
    places: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        places.extend(range(int(first) - 1, int(last or first)))
    return places


def read_stories(folders: Iterable[Path], parts: frozenset[str], held: int | None = None) -> list[Story]:
    """Returns the stories of the gold files in the folders that belong to one of the parts; see `part_of`.

    Args:
        folders: where the files are.
        parts: of "train", "dev" and "test", those to read.
        held: leave out passages of this fold of the causal news.
    """
    files = [file for folder in folders for file in sorted(folder.glob("*.json")) if part_of(file.stem) in parts]
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return [_story(gold) for gold in found if held is None or held not in _folds(gold)]


def _folds(gold: dict[str, Any]) -> set[int]:
    """The folds of the causal news that a passage was taken from; its sentences are named DOCUMENT_NUMBER."""
    source = gold.get("source", {})
    if source.get("set") != "causal_news_corpus":
        return set()
    return {fold_of(name.rpartition("_")[0]) for name in source["ids"]}


def part_of(name: str) -> str:
    """Returns "train", "dev" or "test" by the last number in the name: of five, the third is dev, the fourth test."""
    numbers = re.findall(r"\d+", name)
    return {3: "dev", 4: "test"}.get(int(numbers[-1]) % 5 if numbers else 0, "train")


def words_of(text: str) -> list[Span]:
    """Returns the span of every word of a text as our tokenizer cuts it, white space left out."""
    return [(t.idx, t.idx + len(t.text)) for t in _tokenizer()(text) if not t.is_space]


@cache
def _tokenizer() -> Tokenizer:
    return make_tokenizer(Vocab())


def _story(gold: dict[str, Any]) -> Story:
    text = gold["text"]
    words = words_of(text)
    kinds = {event["id"]: _kind(event) for event in gold["events"]}
    named: dict[Span, set[str]] = {}
    for event in gold["events"]:
        for span in event["spans"]:
            named.setdefault((span["start"], span["end"]), set()).add(event["id"])
    mentions = [
        (*inside, frozenset(events)) for span, events in named.items() if (inside := _inside(words, *span)) is not None
    ]
    mentions.sort(key=lambda m: (m[0], m[1]))
    spans = [(*span, kinds[sorted(events)[0]]) for span, events in named.items()]
    numbers = {label[2:]: n for n, label in enumerate(LABELS["event"]) if label.startswith("B")}
    signals = [(s["start"], s["end"], "signal") for link in gold["links"] if (s := link.get("signal"))]
    figures = [(q["start"], q["end"], "figure") for q in gold["quantities"]]
    people = [
        (span["start"], span["end"], "harmed" if group["affected"] else "other")
        for group in gold["groups"]
        for span in group["spans"]
    ]
    labels = {
        "event": _bio(spans, words, numbers),
        "signal": _bio(signals, words, {"signal": 1}),
        "figure": _bio(figures, words, {"figure": 1}),
        "people": _bio(people, words, {"harmed": 1, "other": 3}),
        "living": _livings(gold, words),
    }
    sentence = _labelled(text, words, labels)
    cuts = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    at = 0
    sentences: Document = []
    for cut in cuts[1:]:
        end = at
        while end < len(words) and words[end][0] < cut:
            end += 1
        if end > at:
            sentences.append(sentence[at:end])
        at = end
    return Story(sentences, tuple(mentions), _links(gold["links"], mentions, words))


def _links(
    links: list[dict[str, Any]], mentions: list[tuple[int, int, frozenset[str]]], words: list[Span]
) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for link in links:
        causes = [n for n, m in enumerate(mentions) if link["cause"] in m[2]]
        effects = [n for n, m in enumerate(mentions) if link["effect"] in m[2]]
        for pair in ((c, e) for c in causes for e in effects if c != e):
            found.setdefault(pair, UNKNOWN)
        if link.get("implied"):
            continue
        quote = (link["evidence"]["start"], link["evidence"]["end"])
        for c in _near(causes, mentions, words, quote):
            for e in _near(effects, mentions, words, quote):
                if c != e:
                    found[c, e] = PAIRS.index(link["relation"])
    return found


def _livings(gold: dict[str, Any], words: list[Span]) -> list[int]:
    """The group of every word of a group's mention, and of an event the group that it falls on; unknown elsewhere."""
    numbers = {name: n for n, name in enumerate(LABELS["living"])}
    told = [(event["spans"], event.get("group") or "none") for event in gold["events"]]
    told.sort(key=lambda pair: pair[1] != "none")
    told += [(group["spans"], group["group"]) for group in gold["groups"]]
    labels = [UNKNOWN] * len(words)
    for spans, name in told:
        for span in spans:
            first, last = _inside(words, span["start"], span["end"]) or (0, -1)
            labels[first : last + 1] = [numbers[name]] * (last + 1 - first)
    return labels


def _near(
    found: list[int], mentions: list[tuple[int, int, frozenset[str]]], words: list[Span], quote: Span
) -> list[int]:
    """Returns the mentions inside the quote; where there is none, the one that is nearest to it."""

    def away(n: int) -> int:
        start, end = words[mentions[n][0]][0], words[mentions[n][1]][1]
        return max(quote[0] - end, start - quote[1], -1)

    inside = [n for n in found if away(n) < 0]
    return inside or sorted(found, key=away)[:1]


def _kind(event: dict[str, Any]) -> str:
    if event["kind"] != "impact":
        return str(event["kind"])
    return "benefit" if event.get("effect") == "benefit" else "harm"


def _bio(spans: list[tuple[int, int, str]], words: list[Span], numbers: dict[str, int]) -> list[int]:
    """Returns one label number a word; where spans overlap, the longer one counts."""
    labels = [0] * len(words)
    for start, end, kind in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        inside = _inside(words, start, end)
        if inside is not None and not any(labels[inside[0] : inside[1] + 1]):
            labels[inside[0]] = numbers[kind]
            for place in range(inside[0] + 1, inside[1] + 1):
                labels[place] = numbers[kind] + 1
    return labels


def _inside(words: list[Span], start: int, end: int) -> Span | None:
    inside = [n for n, word in enumerate(words) if word[0] < end and word[1] > start]
    return (inside[0], inside[-1]) if inside else None


def _labelled(text: str, words: list[Span], numbers: dict[str, list[int]]) -> list[Word]:
    found: list[Word] = []
    before = 0
    for place, (start, end) in enumerate(words):
        gap = text[before:start]
        space = PARAGRAPH if not place or gap.count("\n") > 1 else NEWLINE if "\n" in gap else SPACE if gap else GLUED
        labels = tuple(numbers[head][place] if head in numbers else UNKNOWN for head in HEADS)
        found.append(Word(text[start:end], space, UNKNOWN, UNKNOWN, labels))
        before = end
    return found


def _with(word: Word, head: str, label: int) -> Word:
    labels = list(word.labels)
    labels[HEADS.index(head)] = label
    return Word(word.form, word.space, word.start, word.head, tuple(labels))

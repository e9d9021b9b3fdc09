"""In: an annotation in quotes, or one by offsets, and a folder of public sets. Out: the other, or a gold article.

A passage is one sentence of a set, or several joined by one space; its offsets are code points into that text. The
project holds the offsets and a hash of the text, never the text.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import annotate
from annotate import AnnotationError

from ontology.errors import RecordError
from ontology.exchange import from_json

FREE = ("causal_news_corpus", "hhs_breaches", "hibp_breaches", "ud_english_ewt", "ud_english_gum")
HEADS = ("# sent_id = ", "# text = ")  # of a sentence in CoNLL-U, in this order
Row = dict[str, Any]


@cache
def sentences(path: Path) -> Mapping[str, str]:
    """Return the sentences of a set's file by their ids; in JSONL a row's `text` is one, its id the line number from 1.

    Raises:
        AnnotationError: The file is none of CSV with `index` and `text`, CoNLL-U with `sent_id` and `text`, and JSONL.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix == ".csv":
            return {row["index"]: row["text"].strip() for row in csv.DictReader(file)}
        if path.suffix == ".conllu":
            heads = [
                line[2:].rstrip("\n").split(" = ", 1) for line in file if line.startswith(("# sent_id", "# text ="))
            ]
            return {head[1]: text[1] for head, text in zip(heads[::2], heads[1::2], strict=True)}
        if path.suffix == ".jsonl":
            return {str(number): json.loads(line)["text"].strip() for number, line in enumerate(file, start=1)}
    raise AnnotationError(f"{path.name}: no reader for this form; name a .csv, .conllu or .jsonl file of the set")


def text_of(passage: Row, data: Path) -> str:
    """Return the text that a passage's offsets count in.

    Raises:
        AnnotationError: The set is not a free one, a sentence is missing, or the text is not what was annotated.
    """
    if passage["set"] not in FREE:
        raise AnnotationError(f"{passage['id']}: {passage['set']!r} is not free; take one of {', '.join(FREE)}")
    known = sentences(data / passage["set"] / passage["source"]["file"])
    missing = [name for name in passage["source"]["ids"] if name not in known]
    if missing:
        raise AnnotationError(f"{passage['id']}: no sentence {missing[0]!r} in {passage['source']['file']}")
    text = " ".join(known[name] for name in passage["source"]["ids"])
    if passage.get("sha256", digest(text)) != digest(text):
        raise AnnotationError(f"{passage['id']}: the set's text is not the annotated one; get the version of the sheet")
    return text


def digest(text: str) -> str:
    """Return the SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def standoff(note: Row, data: Path) -> Row:
    """Return the passage that a note in quotes tells, all its words turned into offsets.

    Raises:
        AnnotationError: A quote, speaker or counted thing is not in the passage, or is ambiguous.
    """
    text = text_of(note, data)
    links = [{"evidence": "...", **link} for link in note.get("links", [])]
    article = {"id": note["id"], "text": text}
    made = annotate.build(article, {"breach": None, "incident": None, **note, "links": links})
    head = {key: note[key] for key in ("id", "set", "source")} | {"length": len(text), "sha256": digest(text)}
    body = {key: offsets(made[key], text) for key in ("breach", "events", "links", "quantities", "groups")}
    return head | body


def offsets(value: Any, text: str) -> Any:
    """Return a part of a gold article with [start, end] for every quote; a figure's own is its `span`."""
    if isinstance(value, list):
        return [offsets(item, text) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"start", "end", "text"}:
        return [value["start"], value["end"]]
    near = value.get("evidence", value)
    found = {"span": [value["start"], value["end"]]} if "start" in value else {}
    for key in value.keys() - {"start", "end", "text"}:
        words = key in ("speaker", "thing") and value[key]
        found[key] = nearest(text, value[key], near) if words else offsets(value[key], text)
    return {key: found[key] for key in ("span", *value) if key in found}


def nearest(text: str, words: str, near: Row) -> list[int]:
    """Return where the words stand, at the place that is nearest to the start of a link's evidence or a figure.

    Raises:
        AnnotationError: They do not stand in the text.
    """
    starts = annotate.occurrences(text, words, 0, len(text))
    if not starts:
        raise AnnotationError(f"{words!r} is not in the passage; use the passage's words")
    start = min(starts, key=lambda offset: abs(offset - near["start"]))
    return [start, start + len(words)]


def gold(passage: Row, text: str) -> Row:
    """Return a passage as a gold article, every offset with its words, and where it was taken from.

    Raises:
        AnnotationError: An offset is no place in the text, or a code or event id is unknown.
    """
    head = dict.fromkeys(("title", "publisher", "published", "url"))
    body = {key: quoted(passage[key], text) for key in ("breach", "events", "links", "quantities", "groups")}
    made = {"id": passage["id"], "incident": None, **head, "text": text, **body}
    try:
        from_json(made)
    except RecordError as error:
        raise AnnotationError(str(error)) from error
    return made | {"source": {"set": passage["set"], "ids": passage["source"]["ids"]}}


def quoted(value: Any, text: str) -> Any:
    """Return a part of a passage with the words of every [start, end]; the inverse of `offsets`."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(item, int) for item in value):
        start, end = value
        if not 0 <= start < end <= len(text):
            raise AnnotationError(f"offsets {value} are no place in a text of {len(text)} characters")
        return {"start": start, "end": end, "text": text[start:end]}
    if isinstance(value, list):
        return [quoted(item, text) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: quoted(item, text) for key, item in value.items() if key != "span"}
    plain = {key: made[key]["text"] for key in ("speaker", "thing") if made.get(key)}
    return (quoted(value["span"], text) if "span" in value else {}) | made | plain


def articles(passages: Iterable[Row], data: Path | None) -> list[Row]:
    """Return the passages as gold articles; without `data` a row of dots stands for each text.

    Raises:
        AnnotationError: Names the passage and what is wrong with it.
    """
    made = []
    for passage in passages:
        try:
            text = text_of(passage, data) if data else "." * passage["length"]
            made.append(gold(passage, text))
        except (AnnotationError, KeyError) as error:
            raise AnnotationError(f"{passage.get('id')}: {error}") from error
    return made

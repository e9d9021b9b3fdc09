"""CoNLL-U and IOB2 files go in, sentences and documents with their text come out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Token:
    """One syntactic word of a treebank; `head` counts from 1, 0 is the root."""

    form: str
    lemma: str = "_"
    upos: str = "_"
    xpos: str = "_"
    feats: str = "_"
    head: int = 0
    deprel: str = "_"
    space: bool = True
    misc: str = "_"
    entity: str = "O"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its tokens and what its comments say."""

    name: str
    tokens: tuple[Token, ...]
    text: str = ""
    opens_document: bool = False
    opens_paragraph: bool = False
    comments: dict[str, str] = field(default_factory=dict)


def read_conllu(path: Path) -> Iterator[Sentence]:
    """Yields the sentences of a CoNLL-U file."""
    for comments, rows in _blocks(path):
        yield _sentence(comments, list(_tokens(rows)))


def read_iob2(path: Path) -> Iterator[Sentence]:
    """Yields the sentences of an IOB2 file; entities are in `Token.entity`.

    Such a file says nothing of line breaks, so every sentence counts as a paragraph.
    """
    for comments, rows in _blocks(path):
        tokens = [Token(form=row[1], entity=row[2]) for row in rows]
        yield replace(_sentence(comments, _spaced(tokens, comments.get("text", ""))), opens_paragraph=True)


def documents(sentences: Iterable[Sentence]) -> list[list[Sentence]]:
    """Returns the sentences grouped into documents, in order."""
    groups: list[list[Sentence]] = []
    for sentence in sentences:
        if sentence.opens_document or not groups:
            groups.append([])
        groups[-1].append(sentence)
    return groups


def text_of(document: Iterable[Sentence]) -> str:
    """Returns the running text of a document: a blank line before a paragraph, else as the tokens say."""
    parts: list[str] = []
    for sentence in document:
        if parts:
            parts.append("\n\n" if sentence.opens_paragraph else " " if parts[-1] != "" else "")
        parts.extend(token.form + (" " if token.space else "") for token in sentence.tokens[:-1])
        last = sentence.tokens[-1]
        parts.append(last.form)
        if not last.space:
            parts.append("")
    return "".join(parts)


def _blocks(path: Path) -> Iterator[tuple[dict[str, str], list[list[str]]]]:
    comments: dict[str, str] = {}
    rows: list[list[str]] = []
    for line in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        if line.startswith("#"):
            key, _, value = line[1:].partition("=")
            comments[key.strip()] = value.strip()
        elif line.strip():
            rows.append(line.split("\t"))
        elif rows:
            yield comments, rows
            comments, rows = {}, []


def _sentence(comments: dict[str, str], tokens: list[Token]) -> Sentence:
    keys = " ".join(comments)
    return Sentence(
        name=comments.get("sent_id", ""),
        tokens=tuple(tokens),
        text=comments.get("text", ""),
        opens_document="newdoc" in keys,
        opens_paragraph="newpar" in re.sub("newpar_block", "", keys) or "newdoc" in keys,
        comments=comments,
    )


def _tokens(rows: list[list[str]]) -> Iterator[Token]:
    last_of_many, space_of_many = 0, True
    for row in rows:
        number = row[0]
        if "." in number:
            continue
        if "-" in number:
            last_of_many, space_of_many = int(number.split("-")[1]), "SpaceAfter=No" not in row[9]
            continue
        position = int(number)
        inside = position <= last_of_many
        space = (position == last_of_many and space_of_many) if inside else "SpaceAfter=No" not in row[9]
        yield Token(row[1], row[2], row[3], row[4], row[5], int(row[6]), row[7], space, row[9])


def _spaced(tokens: list[Token], text: str) -> list[Token]:
    spaced: list[Token] = []
    at = 0
    for token in tokens:
        found = text.find(token.form, at)
        at = found + len(token.form) if found >= 0 else at
        spaced.append(Token(form=token.form, entity=token.entity, space=found < 0 or text[at : at + 1] in (" ", "")))
    return spaced

"""The folders of treebanks and entity sets go in, label sets and training documents come out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from extract import lemmas
from extract.pieces import GLUED, NEWLINE, PARAGRAPH, SPACE
from extract.training import conllu, names
from ontology.terms import GROUPS

HEADS = (
    "xpos",
    "upos",
    "feats",
    "lemma",
    "relation",
    "entity",
    "name",
    "event",
    "cause",
    "effect",
    "signal",
    "connective",
    "figure",
    "people",
    "living",
    "causal",
)
ENTITIES = ("O", "B-ORG", "I-ORG", "B-PER", "I-PER", "B-LOC", "I-LOC")
_KINDS = ("breach", "response", "harm", "benefit", "event")
LABELS: dict[str, tuple[str, ...]] = {
    "entity": ENTITIES,
    "name": ENTITIES,
    "event": ("O", *(f"{mark}-{kind}" for kind in _KINDS for mark in "BI")),
    **dict.fromkeys(("cause", "effect", "signal"), ("O", "B", "I")),
    "connective": ("O", "B-reason", "I-reason", "B-result", "I-result"),
    "figure": ("O", "B", "I"),
    "people": ("O", "B-harmed", "I-harmed", "B-other", "I-other"),
    "living": ("none", *GROUPS),
    "causal": ("no", "yes"),
    "pair": ("none", "causes", "enables", "prevents", "includes", "same"),
}
UNKNOWN = -100
TREEBANKS = ("ud_english_ewt", "ud_english_gum")
NAMED = {"ud_english_ewt": "uner_english_ewt"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word with the label number of every head; `head` counts from 1 in its sentence, 0 is the root."""

    form: str
    space: int
    start: int
    head: int
    labels: tuple[int, ...]


Document = list[list[Word]]


@dataclass(frozen=True, slots=True)
class Labels:
    """The label names of every head, in number order."""

    of: dict[str, tuple[str, ...]]

    def numbers(self, head: str) -> dict[str, int]:
        """Returns the number of every label of `head`."""
        return {label: number for number, label in enumerate(self.of[head])}


def collect_labels(data: Path, least: int = 2) -> Labels:
    """Returns the labels of the training parts; edit scripts seen fewer than `least` times are left out."""
    counts: dict[str, Counter[str]] = {head: Counter() for head in HEADS[:5]}
    for treebank in TREEBANKS:
        for sentence in conllu.read_conllu(data / treebank / "train.conllu"):
            for token in sentence.tokens:
                for head, label in _labels_of(token).items():
                    counts[head][label] += 1
    kept = {head: {label: n for label, n in counter.items() if n >= least} for head, counter in counts.items()}
    found = {head: tuple(sorted(kept[head], key=lambda label: (-kept[head][label], label))) for head in HEADS[:5]}
    return Labels({**found, **LABELS})


def read_documents(
    data: Path, treebank: str, part: str, labels: Labels, connectives: dict[str, dict[int, int]] | None = None
) -> list[Document]:
    """Returns the documents of one part of a treebank, with entities where an entity set covers it.

    Args:
        data: folder with the sets.
        treebank: which.
        part: "train" or "dev".
        labels: label sets of all heads.
        connectives: by document, label numbers of the words that are part of a causal connective.
    """
    sentences = list(conllu.read_conllu(data / treebank / f"{part}.conllu"))
    entities = _entities(data / NAMED[treebank] / f"{part}.iob2") if treebank in NAMED else {}
    numbers = {head: labels.numbers(head) for head in HEADS}
    found: list[Document] = []
    for group in conllu.documents(sentences):
        document: Document = []
        glued, at = False, 0
        causal = (connectives or {}).get(group[0].comments.get("newdoc id", ""))
        for sentence in group:
            named = names.names_of(sentence.tokens) if treebank not in NAMED else None
            marks = None if causal is None else [causal.get(at + n, 0) for n in range(len(sentence.tokens))]
            document.append(_words(sentence, numbers, entities.get(sentence.name), named, marks, glued))
            at += len(sentence.tokens)
            glued = not sentence.tokens[-1].space
        found.append(document)
    return found


def _labels_of(token: conllu.Token) -> dict[str, str]:
    script = lemmas.derive(token.form, token.lemma)
    return {"xpos": token.xpos, "upos": token.upos, "feats": token.feats, "lemma": script, "relation": token.deprel}


def _entities(path: Path) -> dict[str, list[str]]:
    return {s.name: [token.entity for token in s.tokens] for s in conllu.read_iob2(path)}


def _words(
    sentence: conllu.Sentence,
    numbers: dict[str, dict[str, int]],
    entities: list[str] | None,
    named: list[str] | None,
    marks: list[int] | None,
    glued: bool,
) -> list[Word]:
    words: list[Word] = []
    size = len(sentence.tokens)
    entities = entities if entities and len(entities) == size else None
    gap = PARAGRAPH if sentence.opens_paragraph else GLUED if glued else SPACE
    for place, token in enumerate(sentence.tokens):
        labels = [numbers[head].get(label, UNKNOWN) for head, label in _labels_of(token).items()]
        labels.append(_entity(numbers["entity"], entities, place))
        labels.append(_entity(numbers["name"], named, place))
        labels.extend([UNKNOWN] * (len(HEADS) - len(labels)))
        if marks is not None:
            labels[HEADS.index("connective")] = marks[place]
        words.append(Word(token.form, gap, int(place == 0), token.head, tuple(labels)))
        gap = SPACE if token.space else GLUED
    return words


def _entity(numbers: dict[str, int], labels: list[str] | None, place: int) -> int:
    return UNKNOWN if labels is None else numbers.get(labels[place], 0)


__all__ = ["ENTITIES", "HEADS", "NEWLINE", "Document", "Labels", "Word", "collect_labels", "read_documents"]

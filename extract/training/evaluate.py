"""A folder of sets and a pipeline go in, the scores of every set that is there come out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from extract.base import load_base
from extract.training import conllu
from extract.training.score import Read, Span, Tallies, score_tree, squeeze

Scores = dict[str, dict[str, float]]
Misses = list[str]

TREE_MEASURES = ("tag", "uas", "las", "sentence_f1")
_KINDS: Mapping[str, str] = {"PERSON": "PER", "PLACE": "LOC", "ORG": "ORG"}


@dataclass(slots=True)
class Report:
    """Scores by set and measure, and what was missed."""

    scores: Scores = field(default_factory=dict)
    more: Scores = field(default_factory=dict)
    misses: Misses = field(default_factory=list)


def evaluate(data: Path, nlp: Language, *, most: int | None = None) -> Report:
    """Scores a pipeline on every set in `data` that we know; a folder that is missing is left out.

    Everything is predicted from running text: words, sentences, tags, trees, entities.

    Args:
        data: folder with one folder a set.
        nlp: the pipeline.
        most: only that many documents of each set.
    """
    report = Report()
    for name, (suffix, score) in SETS.items():
        files = sorted((data / name).glob(f"*.{suffix}"))
        if (data / name).is_dir() and files and (chosen := _dev_if_training(files)):
            score(nlp, name, chosen, report, most)
    return report


def _dev_if_training(files: list[Path]) -> list[Path]:
    """Leaves out the training part where it lies beside others."""
    return [file for file in files if "train" not in file.stem] or files


def _score_treebank(nlp: Language, name: str, files: list[Path], report: Report, most: int | None) -> None:
    tallies = Tallies()
    for document, doc in _read(nlp, files, conllu.read_conllu, most):
        found, gold = _reading_of(doc), _reading_of_gold(document)
        score_tree(found, gold, tallies)
        tallies["sentence_f1"].add(_sentences_of(doc), _sentences_of_gold(document))
        report.misses.extend(_tree_misses(name, found, gold))
    values = tallies.values()
    report.scores[name] = {measure: values[measure] for measure in TREE_MEASURES}
    report.more[name] = {measure: value for measure, value in values.items() if measure not in TREE_MEASURES}


def _score_entities(nlp: Language, name: str, files: list[Path], report: Report, most: int | None) -> None:
    tallies = Tallies()
    for document, doc in _read(nlp, files, conllu.read_iob2, most):
        forms = [token.form for sentence in document for token in sentence.tokens]
        labelled = _spans(squeeze(forms), [token.entity for s in document for token in s.tokens])
        gold = {entity for entity in labelled if entity[2] in _KINDS.values()}
        found = {entity for entity in _entities_of(doc) if entity[2]}
        tallies["entity_f1"].add(found, gold)
        for kind in ("ORG", "PER", "LOC"):
            tallies[kind].add((e for e in found if e[2] == kind), (e for e in gold if e[2] == kind))
        text = "".join("".join(forms).split())
        report.misses.extend(f"{name}\tspurious\t{k}\t{text[a:b]}" for a, b, k in sorted(found - gold))
        report.misses.extend(f"{name}\tmissed\t{k}\t{text[a:b]}" for a, b, k in sorted(gold - found))
    values = tallies.values()
    report.scores[name] = {"entity_f1": values.pop("entity_f1", 0.0)}
    report.more[name] = values


Reader = Callable[[Path], Iterator[conllu.Sentence]]
Scorer = Callable[[Language, str, list[Path], Report, "int | None"], None]
SETS: Mapping[str, tuple[str, Scorer]] = {
    **dict.fromkeys(("ud_english_gum", "ud_english_ewt", "ud_english_pud"), ("conllu", _score_treebank)),
    **dict.fromkeys(("uner_english_ewt", "uner_english_pud"), ("iob2", _score_entities)),
}


def _read(
    nlp: Language, files: Sequence[Path], reader: Reader, most: int | None
) -> Iterator[tuple[list[conllu.Sentence], Doc]]:
    documents = [d for file in files for d in conllu.documents(reader(file))[:most]]
    yield from zip(documents, nlp.pipe(conllu.text_of(document) for document in documents), strict=True)


def _reading_of(doc: Doc) -> list[Read]:
    words = [token for token in doc if not token.is_space]
    span_of = dict(zip((token.i for token in words), squeeze([token.text for token in words]), strict=True))
    reading: list[Read] = []
    for token in words:
        relation = "root" if token.dep_ == "ROOT" else token.dep_
        head = None if token.head.i == token.i else span_of.get(token.head.i)
        reading.append(Read(span_of[token.i], token.tag_, head, relation))
    return reading


def _reading_of_gold(document: Sequence[conllu.Sentence]) -> list[Read]:
    spans = squeeze([token.form for sentence in document for token in sentence.tokens])
    reading: list[Read] = []
    for sentence in document:
        start = len(reading)
        for token in sentence.tokens:
            head = spans[start + token.head - 1] if token.head else None
            reading.append(Read(spans[len(reading)], token.xpos, head, token.deprel))
    return reading


def _sentences_of(doc: Doc) -> list[Span]:
    forms = ["".join(sentence.text.split()) for sentence in doc.sents]
    return squeeze([form for form in forms if form])


def _sentences_of_gold(document: Sequence[conllu.Sentence]) -> list[Span]:
    return squeeze(["".join(token.form for token in sentence.tokens) for sentence in document])


def _entities_of(doc: Doc) -> Iterator[tuple[int, int, str]]:
    words = [token for token in doc if not token.is_space]
    span_of = dict(zip((token.i for token in words), squeeze([token.text for token in words]), strict=True))
    for entity in doc.ents:
        inside = [span_of[token.i] for token in entity if token.i in span_of]
        if inside:
            yield inside[0][0], inside[-1][1], _KINDS.get(entity.label_, "")


def _spans(words: Sequence[Span], labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    start, kind = 0, ""
    for place, label in enumerate([*labels, "O"]):
        if kind and label != f"I-{kind}":
            yield words[start][0], words[place - 1][1], kind
            kind = ""
        if label.startswith("B-"):
            start, kind = place, label[2:]


def _tree_misses(name: str, found: Sequence[Read], gold: Sequence[Read]) -> Iterator[str]:
    by_span = {word.span: word for word in found}
    for word in gold:
        other = by_span.get(word.span)
        if other is None:
            yield f"{name}\tcut\t{word.span}"
        elif other.tag != word.tag:
            yield f"{name}\ttag\t{word.span}\t{word.tag}\t{other.tag}"
        elif (other.head, other.relation) != (word.head, word.relation):
            yield f"{name}\tarc\t{word.span}\t{word.relation}\t{other.relation}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Scores a pipeline on the sets in a folder: treebanks from *.conllu, entity sets from *.iob2."""
    parser = argparse.ArgumentParser(prog="python -m extract.training.evaluate", description=main.__doc__)
    parser.add_argument("data", type=Path, help="folder with one folder a set; those that are missing are left out")
    parser.add_argument("--json", type=Path, help="write {set: {measure: value}} to this file")
    parser.add_argument("--misses", action="store_true", help="list every miss")
    parser.add_argument("--model", help="an installed spaCy pipeline instead of our own")
    parser.add_argument("--folder", type=Path, help="files of our own pipeline, if not those that are shipped")
    parser.add_argument("--most", type=int, help="only that many documents of each set")
    given = parser.parse_args(arguments)
    report = evaluate(given.data, load_base(given.model, folder=given.folder), most=given.most)
    for name, scores in report.scores.items():
        print(name, *(f"{measure} {value:.2f}" for measure, value in {**scores, **report.more[name]}.items()))
    if given.misses:
        print("\n".join(report.misses))
    if given.json:
        given.json.write_text(json.dumps(report.scores, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

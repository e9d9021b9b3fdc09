"""Texts go in; words per second of one core come out, of our pipeline and of a spaCy CNN of the same duties."""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.training import Example

from extract.base import load_base
from extract.training import conllu

SAMPLE = (
    "The retailer said on Monday that {n},{m} customer accounts had been opened by an unknown party, among them those "
    "of {k} sellers who depend on its marketplace. Orders at small shops fell by {k}% in the week after the notice, "
    "according to {name}, who speaks for the sellers' union in {city}.\n\n"
    "“We lost 30–40% of our income,” one courier told reporters, “and nobody from the company has called us.” The "
    "regulator, which opened an inquiry in {year}, may fine the firm up to US${k}.{m}bn. A spokesperson for {firm} "
    "declined to comment on the e-commerce group's plans.\n\n"
)
NAMES = ("Ana Sousa", "Kim Min-ji", "Peter Lange", "Fatima Noor", "John O'Brien", "Li Wei")
CITIES = ("Seoul", "Lisbon", "New Delhi", "Leeds", "Hamburg", "Nairobi")
FIRMS = ("Northgate Ltd.", "Hanbit Mart", "Cobalt Foods", "Orchard Pay", "Mercato Group")
TAGGED = ("tagger", "morphologizer", "trainable_lemmatizer", "senter", "parser", "ner")


def sample_texts(number: int = 150) -> list[str]:
    """Returns made-up articles of 100 to 700 words."""
    texts: list[str] = []
    for place in range(number):
        parts = [
            SAMPLE.format(
                n=place % 9 + 1,
                m=100 + (place * 37 + part * 11) % 900,
                k=3 + (place + part) % 60,
                name=NAMES[(place + part) % len(NAMES)],
                city=CITIES[(place * part) % len(CITIES)],
                firm=FIRMS[(place + 2 * part) % len(FIRMS)],
                year=2015 + (place + part) % 11,
            )
            for part in range(1 + place % 6)
        ]
        texts.append("".join(parts).strip())
    return texts


def treebank_texts(data: Path) -> list[str]:
    """Returns the running text of the documents of GUM's dev part."""
    path = data / "ud_english_gum" / "dev.conllu"
    return [conllu.text_of(document) for document in conllu.documents(conllu.read_conllu(path))]


def plain_cnn(ours: Language, texts: Sequence[str]) -> Language:
    """Returns an untrained spaCy CNN with the same duties as ours; training changes its scores, not its speed."""
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec")
    for name in TAGGED:
        listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}
        nlp.add_pipe(name, config={"model": {"tok2vec": listener}} if name != "senter" else {})
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in ours.pipe(islice(texts, 30))]
    nlp.initialize(lambda: examples)
    return nlp


def words_per_second(nlp: Language, texts: Sequence[str], rounds: int) -> float:
    """Returns the best of some rounds over all texts, batched, in processor time: other programs do not count."""
    rates: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        words = sum(sum(not token.is_space for token in doc) for doc in nlp.pipe(texts, batch_size=64))
        rates.append(words / (time.process_time() - began))
    return max(rates)


def main(arguments: Sequence[str] | None = None) -> None:
    """Times the pipeline on one core: load time, memory, words per second."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipeline_speed", description=main.__doc__)
    parser.add_argument(
        "--data", type=Path, help="folder with ud_english_gum, to read its text instead of made-up text"
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the best counts")
    parser.add_argument("--no-cnn", action="store_true", help="time only our own pipeline")
    parser.add_argument("--folder", type=Path, help="files of our own pipeline, if not those that are shipped")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    given = parser.parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.process_time()
    ours = load_base(folder=given.folder)
    figures = {"load_seconds": round(time.process_time() - began, 2)}
    figures["loaded_mb"] = _memory()
    texts = treebank_texts(given.data) if given.data else sample_texts()
    figures["words_per_second"] = round(words_per_second(ours, texts, given.rounds))
    figures["memory_mb"] = _memory()
    if not given.no_cnn:
        figures["cnn_words_per_second"] = round(words_per_second(plain_cnn(ours, texts), texts, given.rounds))
    print(json.dumps(figures, indent=1))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _memory() -> int:
    """Returns the most memory this process has held, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()

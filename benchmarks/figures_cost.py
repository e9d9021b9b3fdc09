"""Texts go in; what figures and groups cost on top of the bare pipeline, and words per second by length, come out."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.pipeline_speed import sample_texts
from extract.base import load_base
from extract.groups import find_groups
from extract.quantities import find_quantities

SIZES = (2_000, 20_000, 200_000, 1_000_000)


def overhead(nlp: Language, texts: Sequence[str], rounds: int) -> float:
    """Returns the cost of quantities and groups in percent of the bare pipeline's, each the best of some rounds."""
    docs = list(nlp.pipe(texts))
    bare = min(_seconds(lambda: list(nlp.pipe(texts))) for _ in range(rounds))
    ours = min(_seconds(partial(_read_all, docs)) for _ in range(rounds))
    return 100 * ours / bare


def by_length(nlp: Language, text: str, sizes: Sequence[int]) -> dict[str, dict[str, int]]:
    """Returns words per second of the bare pipeline and of figures and groups, for a text repeated to each size."""
    rates: dict[str, dict[str, int]] = {}
    for size in sizes:
        long = (text * (size // len(text) + 1))[:size]
        began = time.process_time()
        docs = [nlp(long) for _ in range(max(1, 20_000 // size))]
        bare = time.process_time() - began
        ours = _seconds(partial(_read_all, docs))
        words = sum(len(doc) for doc in docs)
        rates[str(size)] = {"bare": round(words / bare), "figures": round(words / ours)}
    return rates


def _read_all(docs: Sequence[Doc]) -> int:
    return sum(len(list(find_quantities(doc))) + len(list(find_groups(doc))) for doc in docs)


def _seconds(do: Callable[[], object]) -> float:
    began = time.process_time()
    do()
    return time.process_time() - began


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the overhead in percent and the rates by length, for articles and for one run-on sentence."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures_cost", description=main.__doc__)
    parser.add_argument("--gold", type=Path, help="a folder of gold articles to read instead of made-up ones")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the best counts")
    parser.add_argument(
        "--largest", type=int, default=SIZES[-1], help="leave out texts longer than this many characters"
    )
    given = parser.parse_args(arguments)
    nlp = load_base()
    texts = sample_texts(60)
    if given.gold:
        files = sorted(given.gold.glob("*.json"))
        texts = [json.loads(file.read_text(encoding="utf-8"))["text"] for file in files]
    print(f"figures and groups: {overhead(nlp, texts, given.rounds):.1f} % on top of the bare pipeline")
    sizes = [size for size in SIZES if size <= given.largest]
    whole = "\n\n".join(texts)
    run_on = " ".join(whole.replace(".", " and").split())
    for name, text in (("articles", whole), ("one run-on sentence", run_on)):
        for size, rates in by_length(nlp, text, sizes).items():
            print(f"{name}, {size} characters: {rates['bare']} words/s bare, {rates['figures']} words/s figures")


if __name__ == "__main__":
    main()

"""A seed and a number go in; that many random and mutated texts are read by the rules, and every break comes out.

The rules layer is numbers, amounts, intervals, what the context lends, worded figures and what is no figure: all that
works on text alone. Each figure must lie inside the text, in order, with its ends the right way round. With `--state`
the count is kept in a file, and the next run goes on from there.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from extract.intervals import find_intervals
from extract.quantities_context import in_context
from extract.quantities_filter import Excluded, matters
from extract.quantities_words import find_worded

PIECES = (
    *"0123456789.,-–%$€£¥₩()[]:;'’“”\n\t ½¾㎏١２",
    *(
        "million",
        "thousand",
        "hundred",
        "one",
        "two",
        "third",
        "half",
        "dozen",
        "point",
        "and",
        "to",
        "from",
        "between",
    ),
    *("between", "more than", "up to", "fewer", "a", "in", "of", "won", "dollars", "pesos", "percent", "days", "odd"),
    *("rose", "fell", "by", "May", "2025", "Nov. 18", "aged", "-fold", "x10^9", "e9", "bn", "m", "k", "€14-16m"),
    *("per cent", "1/0"),
)
BLOCK = 2_000  # texts between two notes of the count
TEXT = "Orders fell from 4% to 13% in two weeks; over 5,000 of 33.7 million users lost $1.17bn, or a third, on Nov. 18."


def texts(rng: random.Random, seeds: Sequence[str]) -> Iterator[str]:
    """Yield texts without end: half are pieces at random, half are seeds with characters changed, cut or doubled."""
    while True:
        if rng.random() < 0.5:
            joint = rng.choice(("", " ", " ", "-"))
            yield joint.join(rng.choices(PIECES, k=rng.randrange(1, 16)))
        else:
            seed = rng.choice(seeds)
            start = rng.randrange(len(seed))
            yield mutated(rng, seed[start : start + rng.randrange(10, 120)])


def mutated(rng: random.Random, text: str) -> str:
    """Return `text` with one to six changes."""
    letters = list(text)
    for _ in range(rng.randrange(1, 7)):
        at = rng.randrange(len(letters) + 1)
        letters[at : at + rng.randrange(3)] = rng.choice(("", rng.choice(PIECES), chr(rng.randrange(32, 0x3000))))
    return "".join(letters)


def fault(text: str) -> str | None:
    """Say what is wrong with the reading of `text`; None where it holds."""
    end = 0
    for figure in in_context(text, find_intervals(text)):
        if not end <= figure.start < figure.end <= len(text):
            return f"figure at [{figure.start}, {figure.end}) after {end}"
        if figure.low is not None and figure.high is not None and figure.low > figure.high:
            return f"ends {figure.low} > {figure.high}"
        end = figure.end
        matters(text, figure, Excluded(text))
    for figure, _ in find_worded(text):
        if not 0 <= figure.start < figure.end <= len(text):
            return f"worded figure at [{figure.start}, {figure.end})"
    return None


def run(state: dict[str, int], seeds: Sequence[str], number: int, until: float) -> Iterator[dict[str, int]]:
    """Yield the growing count after every block, which has a seed of its own, so that a run can stop and go on."""
    while state["read"] < number and time.monotonic() < until:
        rng = random.Random(f"{state['seed']}:{state['read']}")
        for text in islice(texts(rng, seeds), min(BLOCK, number - state["read"])):
            try:
                wrong = fault(text)
            except Exception as error:  # a crash of any kind is what is looked for
                wrong = repr(error)
            if wrong:
                state["broken"] += 1
                print(f"{text!r}: {wrong}", flush=True)
            state["read"] += 1
        yield state


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads texts until the number or the time is reached; returns 1 where one broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_figures", description=main.__doc__)
    parser.add_argument("--number", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gold", type=Path, help="a folder of gold articles whose texts are mutated too")
    parser.add_argument("--state", type=Path, help="a file that keeps the count, to go on from")
    given = parser.parse_args(arguments)
    files = sorted(given.gold.glob("*.json")) if given.gold else []
    seeds = [TEXT, *(json.loads(file.read_text(encoding="utf-8"))["text"] for file in files)]
    began = time.monotonic()
    state = {"seed": given.seed, "read": 0, "broken": 0}
    if given.state and given.state.exists():
        state = json.loads(given.state.read_text(encoding="utf-8"))
    for counted in run(state, seeds, given.number, began + given.seconds):
        if given.state:
            given.state.write_text(json.dumps(counted) + "\n", encoding="utf-8")
    told = "{read} texts, {broken} broken, seed {seed}".format(**state)
    print(f"{told}, {time.monotonic() - began:.0f} s in this run")
    return int(state["broken"] > 0)


if __name__ == "__main__":
    sys.exit(main())

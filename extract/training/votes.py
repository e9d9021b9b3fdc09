"""Folders of gold articles go in, the weights of `rules/votes.yaml` that make both right most often come out.

The articles must be ones that the heads have not learned from, for on those they are too sure of themselves.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from extract import pipeline
from extract.evaluation.gold import load_gold
from extract.heads import Heads
from extract.rules import table
from extract.training.causal import part_of
from extract.voting import Candidate, candidates

Row = Mapping[str, Any]
Judged = list[tuple[Candidate, bool]]
RIDGE = 0.3  # keeps the weights of what is seldom voted small


def judged(rows: Iterable[Row], docs: Iterable[Doc]) -> tuple[Judged, Judged]:
    """Returns all candidates for mentions and for links with whether the gold has them.

    Args:
        rows: gold articles.
        docs: their texts, read by all components but the vote.
    """
    mentions: Judged = []
    pairs: Judged = []
    for row, doc in zip(rows, docs, strict=True):
        events = {event["id"]: [(s["start"], s["end"]) for s in event["spans"]] for event in row["events"]}
        linked = {(link["cause"], link["effect"]) for link in row["links"]}
        for mention in (found := candidates(doc, Heads(doc)))[0]:
            mentions.append((mention, bool(_named(doc, mention.cause, events))))
        for pair in found[1]:
            assert pair.effect is not None
            causes, effects = _named(doc, pair.cause, events), _named(doc, pair.effect, events)
            pairs.append((pair, any((c, e) in linked for c in causes for e in effects)))
    return mentions, pairs


def _named(doc: Doc, mention: Any, events: Mapping[str, Sequence[tuple[int, int]]]) -> list[str]:
    """The gold events of which a span overlaps the mention by half of the shorter of the two."""
    start, end = doc[mention.start].idx, doc[mention.end - 1].idx + len(doc[mention.end - 1])

    def meets(a: int, b: int) -> bool:
        shared = min(b, end) - max(a, start)
        return shared > 0 and 2 * shared >= min(b - a, end - start)

    return [name for name, spans in events.items() if any(meets(*span) for span in spans)]


def fit(found: Judged, names: Sequence[str]) -> dict[str, float]:
    """Returns the weights of a logistic regression with a small ridge, by Newton's method."""
    x = np.array([[1.0, *(candidate.votes.get(name, 0.0) for name in names)] for candidate, _ in found])
    y = np.array([float(right) for _, right in found])
    ridge = RIDGE * np.diag([0.0, *([1.0] * len(names))])
    weights: NDArray[np.float64] = np.zeros(x.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (chance - y) + ridge @ weights
        weights -= np.linalg.solve(x.T @ (x * (chance * (1 - chance))[:, None]) + ridge, slope)
    return {name: round(float(value), 3) for name, value in zip(("bias", *names), weights, strict=True)}


def reliability(found: Judged, bins: int = 10) -> Iterator[tuple[float, float, int]]:
    """Yields mean confidence, share that is right and number of the candidates of each bin of confidence."""
    confidences = np.array([candidate.confidence for candidate, _ in found])
    right = np.array([float(was) for _, was in found])
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    for place in range(bins):
        there = places == place
        if there.any():
            yield float(confidences[there].mean()), float(right[there].mean()), int(there.sum())


def expected_calibration_error(found: Judged) -> float:
    """Returns the mean distance between confidence and share right over the bins, weighed by their numbers.

    Source: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
    """
    rows = list(reliability(found))
    return sum(abs(said - was) * n for said, was, n in rows) / sum(n for _, _, n in rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fits the weights on the dev part of gold folders and prints them with how reliable they are, part by part."""
    parser = argparse.ArgumentParser(prog="python -m extract.training.votes", description=main.__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="folders of gold articles")
    given = parser.parse_args(arguments)
    nlp = pipeline.load()
    nlp.remove_pipe("vote")
    rows = [row for folder in given.folders for row in load_gold(folder)]
    for part in ("dev", "test"):
        chosen = [row for row in rows if part_of(row["id"]) == part]
        found = judged(chosen, nlp.pipe(row["text"] for row in chosen))
        for kind, judgements in zip(("mention", "link"), found, strict=True):
            names = [name for name in table("votes")[kind] if name not in ("bias", "least")]
            if part == "dev":
                print(f"{kind}: {fit(judgements, names)}")
            error = expected_calibration_error(judgements)
            print(f"{part}: {kind}: expected calibration error {100 * error:.1f} % of {len(judgements)}")
            for said, was, number in reliability(judgements):
                print(f"  said {100 * said:5.1f}  right {100 * was:5.1f}  of {number}")


if __name__ == "__main__":
    main()

"""Folders of gold articles go in, the weights of `rules/votes.yaml` that make both right most often come out.

The articles must be ones that the heads have not learned from, for on those they are too sure of themselves. What is
fitted later in `KINDS` builds on what was fitted before: write the weights of one kind down before the next is fitted.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from extract import pipeline
from extract.evaluation.gold import load_gold
from extract.evidence import Places
from extract.groups import find_groups
from extract.heads import Heads
from extract.livings import Livings, group_choices
from extract.rules import table
from extract.training.causal import part_of
from extract.voting import candidates, vote


class _Choice(Protocol):
    """What may be right or wrong, with the votes for it and the chance that they amount to."""

    @property
    def votes(self) -> dict[str, float]: ...
    @property
    def confidence(self) -> float: ...


Row = Mapping[str, Any]
Judged = list[tuple[_Choice, bool]]
RIDGE = 0.3  # keeps the weights of what is seldom voted small


def mentions(row: Row, doc: Doc) -> Judged:
    """Returns all mentions with whether the gold has an event there; of a Doc on which nothing was voted yet."""
    events = _spans(row)
    return [(mention, bool(_named(doc, mention.cause, events))) for mention in candidates(doc, Heads(doc))[0]]


def links(row: Row, doc: Doc) -> Judged:
    """Returns all pairs of mentions with whether the gold links them; of a Doc on which nothing was voted yet."""
    events = _spans(row)
    linked = {(link["cause"], link["effect"]) for link in row["links"]}
    found: Judged = []
    for pair in candidates(doc, Heads(doc))[1]:
        assert pair.effect is not None
        causes, effects = _named(doc, pair.cause, events), _named(doc, pair.effect, events)
        found.append((pair, any((c, e) in linked for c in causes for e in effects)))
    return found


def groups(row: Row, doc: Doc) -> Judged:
    """Returns all groups of phrases that may name people with whether the gold has a mention of the group there."""
    gold = [(span["start"], span["end"], group["group"]) for group in row["groups"] for span in group["spans"]]
    ruled = sorted(find_groups(doc), key=lambda m: m.span)
    return [
        (choice, any(start < place.end and place.start < end and choice.code == code for start, end, code in gold))
        for place, _, choices in group_choices(doc, Heads(doc), ruled)
        for choice in choices
    ]


def falls(row: Row, doc: Doc) -> Judged:
    """Returns all groups near impacts with whether the impact falls on them; only of impacts that the gold has."""
    events, livings, places = _spans(row), Livings(doc, doc._.groups), Places(doc)
    on = {event["id"]: event.get("group") for event in row["events"]}
    found: Judged = []
    for mention in vote(doc).events:
        named = _named(doc, mention, events) if mention.kind == "impact" else ()
        for choice in livings.fall_choices(mention, places.sentence(mention.head)) if named else ():
            found.append((choice, any(on[name] == choice.code for name in named)))
    return found


def affected(row: Row, doc: Doc) -> Judged:
    """Returns all groups of the text that the gold has, too, with whether they are harmed."""
    livings, places = Livings(doc, doc._.groups), Places(doc)
    gold = {group["group"]: group["affected"] for group in row["groups"]}
    harms = [m for m in vote(doc).events if m.kind == "impact" and m.effect == "harm"]
    struck = {code for m in harms for code in livings.falls_on(m, places.sentence(m.head))[:1]}
    return [(c, gold.get(c.code, False)) for c in livings.harm_choices(frozenset(struck))]


KINDS: Mapping[str, Callable[[Row, Doc], Judged]] = {
    "mention": mentions,
    "link": links,
    "group": groups,
    "falls": falls,
    "affected": affected,
}


def _spans(row: Row) -> dict[str, list[tuple[int, int]]]:
    return {event["id"]: [(s["start"], s["end"]) for s in event["spans"]] for event in row["events"]}


def _named(doc: Doc, mention: Any, events: Mapping[str, Sequence[tuple[int, int]]]) -> list[str]:
    """The gold events of which a span overlaps the mention by half of the shorter of the two."""
    start, end = doc[mention.start].idx, doc[mention.end - 1].idx + len(doc[mention.end - 1])

    def meets(a: int, b: int) -> bool:
        shared = min(b, end) - max(a, start)
        return shared > 0 and 2 * shared >= min(b - a, end - start)

    return [name for name, spans in events.items() if any(meets(*span) for span in spans)]


def fit(found: Judged, names: Sequence[str]) -> dict[str, float]:
    """Returns the weights of a logistic regression with a small ridge, by Newton's method."""
    x = np.array([[1.0, *(choice.votes.get(name, 0.0) for name in names)] for choice, _ in found])
    y = np.array([float(right) for _, right in found])
    ridge = RIDGE * np.diag([0.0, *([1.0] * len(names))])
    weights: NDArray[np.float64] = np.zeros(x.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (chance - y) + ridge @ weights
        weights -= np.linalg.solve(x.T @ (x * (chance * (1 - chance))[:, None]) + ridge, slope)
    return {name: round(float(value), 3) for name, value in zip(("bias", *names), weights, strict=True)}


def reliability(found: Judged, bins: int = 10) -> Iterator[tuple[float, float, int]]:
    """Yields mean confidence, share that is right and number of the choices of each bin of confidence."""
    confidences = np.array([choice.confidence for choice, _ in found])
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


def judged(kind: str, rows: Iterable[Row], docs: Iterable[Doc]) -> Judged:
    """Returns all choices of one kind in Docs that were read by all components but the vote."""
    return [one for row, doc in zip(rows, docs, strict=True) for one in KINDS[kind](row, doc)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fits the weights of some kinds on the dev part of gold folders and prints how reliable they are, part by part."""
    parser = argparse.ArgumentParser(prog="python -m extract.training.votes", description=main.__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="folders of gold articles")
    parser.add_argument("--kind", nargs="+", choices=list(KINDS), default=list(KINDS), help="what to fit; all")
    given = parser.parse_args(arguments)
    nlp = pipeline.load()
    nlp.remove_pipe("vote")
    rows = [row for folder in given.folders for row in load_gold(folder)]
    for part in ("dev", "test"):
        chosen = [row for row in rows if part_of(row["id"]) == part]
        docs = list(nlp.pipe(row["text"] for row in chosen))
        for kind in given.kind:
            found = judged(kind, chosen, docs)
            names = [name for name in table("votes")[kind] if name not in ("bias", "least")]
            if part == "dev":
                print(f"{kind}: {fit(found, names)}")
            error = expected_calibration_error(found)
            print(f"{part}: {kind}: expected calibration error {100 * error:.1f} % of {len(found)}")
            for said, was, number in reliability(found):
                print(f"  said {100 * said:5.1f}  right {100 * was:5.1f}  of {number}")


if __name__ == "__main__":
    main()

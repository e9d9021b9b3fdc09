"""A folder of public test sets in, how well figures are read out: a line per measure, percent by set, the misses.

Half of every public set, chosen by a hash of the case, is never to be looked at while rules are written: `--misses`
lists the other half only, and the table shows both, so that a rule fitted to the cases it was written for shows.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from spacy.language import Language

from extract.evaluation.public_sets import READERS
from extract.evaluation.verdict import Verdict


def score_sets(data: Path, nlp: Language, *, misses: bool) -> dict[str, dict[str, float]]:
    """Score every public set that lies in `data`, print a line for each measure, and return percent by set."""
    there = {name: read for name, read in READERS.items() if (data / name).is_dir()}
    return {name: _report(name, list(read(data / name, nlp)), misses=misses) for name, read in there.items()}


def hidden(case: str) -> bool:
    """Whether a case belongs to the half that is not to be looked at while rules are written."""
    return zlib.crc32(case.encode()) % 2 == 1


def _report(name: str, verdicts: list[Verdict], *, misses: bool) -> dict[str, float]:
    if misses:
        for verdict in verdicts:
            if not verdict.right and not hidden(verdict.case):
                print(f"{name}: {verdict.measure}: {verdict.case!r}: {verdict.told}")
    measures = dict.fromkeys(verdict.measure for verdict in verdicts)
    shares = {}
    for measure in measures:
        mine = [verdict for verdict in verdicts if verdict.measure == measure]
        halves = [[verdict for verdict in mine if hidden(verdict.case) is side] for side in (False, True)]
        told = ", ".join(f"{side} {_percent(half):.1f}" for side, half in zip(("seen", "unseen"), halves, strict=True))
        shares[measure] = _percent(mine)
        print(f"{name:<20}{measure:<16}{shares[measure]:7.1f}   of {len(mine)} ({told})")
    return shares


def _percent(verdicts: list[Verdict]) -> float:
    return round(100 * sum(verdict.right for verdict in verdicts) / len(verdicts), 2) if verdicts else 0.0

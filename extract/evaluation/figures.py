"""A folder of test sets and a folder of gold articles in, how well figures are read out: a table, JSON, the misses.

Half of every public set, chosen by a hash of the case, is never to be looked at while rules are written: `--misses`
lists the other half only, and the table shows both, so that a rule fitted to the cases it was written for shows.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from spacy.language import Language

from extract.base import load_base
from extract.evaluation.gold import load_gold
from extract.evaluation.public_sets import READERS, Verdict
from extract.evaluation.scoring import EMPTY, Count, score, total
from extract.groups import find_groups
from extract.quantities import find_quantities
from ontology.records import Mention, Quantity


def main(arguments: list[str] | None = None) -> int:
    """Score every set that is there; a folder that is missing is left out. Returns 0."""
    parser = argparse.ArgumentParser(prog="python -m extract.evaluation.figures", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA", help="a folder with the sets' folders in it")
    parser.add_argument("--gold", type=Path, action="append", default=[], help="gold articles; may be given again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write {set: {measure: percent}} to a file")
    parser.add_argument("--misses", action="store_true", help="list the misses of the half that may be looked at")
    parser.add_argument("--model", help="an installed spaCy pipeline to read with")
    options = parser.parse_args(arguments)
    nlp = load_base(options.model)
    results = score_sets(options.data, nlp, misses=options.misses)
    for folder in options.gold:
        if folder.is_dir():
            results["gold" if len(options.gold) == 1 else str(folder)] = _gold(folder, nlp, misses=options.misses)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    return 0


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


def _gold(folder: Path, nlp: Language, *, misses: bool) -> dict[str, float]:
    rows = load_gold(folder)
    figures, mentions = Count(), Count()
    lines: list[str] = []
    for row, doc in zip(rows, nlp.pipe(row["text"] for row in rows), strict=True):
        quantities = [_row(quantity) for quantity in find_quantities(doc)]
        result = score(row, {**EMPTY, "text": row["text"], "quantities": quantities})
        figures += total([result]).tasks["quantities"]
        lines += [line for line in result.misses if ": quantities: " in line]
        mentions += _mentions(row, list(find_groups(doc)))
    if misses:
        print("\n".join(lines))
    shares = {"quantities_f1": round(100 * figures.f1, 2), "group_mentions_f1": round(100 * mentions.f1, 2)}
    for (measure, share), count in zip(shares.items(), (figures, mentions), strict=True):
        told = f"P {100 * count.precision:.1f}, R {100 * count.recall:.1f}, {count.hits}/{count.found}/{count.gold}"
        print(f"{folder.name:<20}{measure:<16}{share:7.1f}   {told}")
    return shares


def _row(quantity: Quantity) -> dict[str, object]:
    fields = ("low", "high", "unit", "qualifier", "direction", "thing", "rule")
    place = {"start": quantity.span.start, "end": quantity.span.end, "text": quantity.span.text}
    return place | {field: getattr(quantity, field) for field in fields}


def _mentions(row: dict[str, object], found: list[Mention]) -> Count:
    """Count a mention as a hit where a gold mention of the same group overlaps it."""
    gold = list(_gold_mentions(row))
    left = list(gold)
    hits = 0
    for mention in found:
        at = next((n for n, (s, e, g) in enumerate(left) if _meets(mention, s, e) and g == mention.grounding), None)
        if at is not None:
            left.pop(at)
            hits += 1
    return Count(hits, len(found), len(gold))


def _gold_mentions(row: dict[str, object]) -> Iterator[tuple[int, int, str]]:
    groups = row["groups"]
    assert isinstance(groups, list)
    for group in groups:
        yield from ((span["start"], span["end"], group["group"]) for span in group["spans"])


def _meets(mention: Mention, start: int, end: int) -> bool:
    return mention.span.start < end and start < mention.span.end


if __name__ == "__main__":
    sys.exit(main())

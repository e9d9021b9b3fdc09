"""In: folders of gold articles, a folder of public sets. Out: a score table for all that is there, misses, JSON."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from spacy.language import Language

from extract import components, pipeline
from extract.evaluation.causal_sets import CAUSAL_READERS
from extract.evaluation.figures import score_sets
from extract.evaluation.gold import compare, load_gold, measures, table
from extract.evaluation.scoring import Score
from extract.training.evaluate import evaluate as score_treebanks
from ontology.exchange import from_json, to_json

Results = dict[str, dict[str, float]]


def main(arguments: list[str] | None = None) -> int:
    """Score everything that is named; return 0, or 2 where a folder holds no gold."""
    parser = argparse.ArgumentParser(prog="python -m extract.evaluation", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="gold articles, as in corpus/gold")
    parser.add_argument("--data", type=Path, help="a folder of public sets; those that are missing are left out")
    parser.add_argument("--misses", action="store_true", help="list what was missed and what was wrong, with the rule")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write {set: {measure: percent}} to a file")
    parser.add_argument("--model", help="an installed spaCy pipeline to read with")
    options = parser.parse_args(arguments)
    nlp = pipeline.load(options.model)
    print(f"read by {pipeline.version(nlp)}")
    results: Results = {}
    try:
        for folder in options.folders:
            name = "gold" if len(options.folders) == 1 else str(folder)
            results[name] = _gold(folder, nlp, misses=options.misses)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if options.data:
        with nlp.select_pipes(disable=components.NAMES):
            results |= _sets(options.data, nlp, misses=options.misses)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def _gold(folder: Path, nlp: Language, *, misses: bool) -> dict[str, float]:
    result = _read(folder, nlp)
    print("\n".join([*(result.misses if misses else ()), table(str(folder), result)]))
    return measures(result)


def _read(folder: Path, nlp: Language) -> Score:
    gold = load_gold(folder)
    articles = [from_json(row).article for row in gold]
    return compare(gold, [to_json(extraction) for extraction in pipeline.extract_all(articles, nlp)])


def _sets(data: Path, nlp: Language, *, misses: bool) -> Results:
    report = score_treebanks(data, nlp)
    for name, scores in report.scores.items():
        for measure, value in {**scores, **report.more[name]}.items():
            print(f"{name:<20}{measure:<16}{value:7.1f}")
    if misses:
        print("\n".join(report.misses))
    return report.scores | score_sets(data, nlp, misses=misses) | _causal(data, nlp, misses=misses)


def _causal(data: Path, nlp: Language, *, misses: bool) -> Results:
    results: Results = {}
    for name, read in CAUSAL_READERS.items():
        if (data / name).is_dir():
            results[name], missed = read(data / name, nlp)
            print("\n".join(f"{name:<20}{measure:<18}{value:5.1f}" for measure, value in results[name].items()))
            print("\n".join(missed) if misses else "", end="\n" if misses and missed else "")
    return results


if __name__ == "__main__":
    sys.exit(main())

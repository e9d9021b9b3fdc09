"""In: folders of gold articles. Out: one score table per folder, the misses if asked for, JSON for scripts."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from extract import pipeline
from extract.evaluation.gold import compare, load_gold, measures, table
from extract.evaluation.scoring import Score
from ontology.exchange import from_json, to_json


def main(arguments: list[str] | None = None) -> int:
    """Score the reading of every folder; return 0, or 2 where a folder holds no gold."""
    parser = argparse.ArgumentParser(prog="python -m extract.evaluation", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="gold articles, as in corpus/gold")
    parser.add_argument("--misses", action="store_true", help="list what was missed and what was wrong, with the rule")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write {folder: {measure: percent}} to a file")
    parser.add_argument("--model", help="an installed spaCy pipeline to read with")
    options = parser.parse_args(arguments)
    try:
        results = {str(folder): _evaluate(folder, options.model) for folder in options.folders}
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"read by {pipeline.version(pipeline.load(options.model))}")
    for name, result in results.items():
        print("\n".join([*(result.misses if options.misses else ()), table(name, result)]))
    if options.json:
        options.json.write_text(json.dumps({name: measures(result) for name, result in results.items()}, indent=1))
    return 0


def _evaluate(folder: Path, model: str | None) -> Score:
    gold = load_gold(folder)
    articles = [from_json(row).article for row in gold]
    found = [to_json(extraction) for extraction in pipeline.extract_all(articles, pipeline.load(model))]
    return compare(gold, found)


if __name__ == "__main__":
    sys.exit(main())

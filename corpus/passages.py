"""In: passages/*.jsonl (annotations by offsets) and a folder of public sets. Out: gold articles, checks, agreement.

The project holds where an event, link, figure or group stands in a passage of a public set, never the passage. `--help`
tells the commands.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import yaml
from annotate import AnnotationError
from standoff import Row, articles, standoff

from extract.evaluation.gold import compare, table

HERE = Path(__file__).resolve().parent / "passages"
HELP = """\
Commands (DATA holds one folder for each set):
  build DATA OUT               write every passage as OUT/ID.json, in the form of corpus/gold
  check [DATA]                 check ids, codes and offsets; with DATA the texts' hashes, too
  from-quotes DATA NOTES OUT   turn NOTES (YAML, kept outside the project, for it quotes) into the lines of OUT (JSONL)
  agreement DATA               score passages/second/*.jsonl against the first annotation of the same passages

NOTES is a list of annotations in the form that `annotate.py --help` tells, each with three keys more:

  - id: cnc-001
    set: causal_news_corpus
    source: {file: train_subtask1.csv, ids: [train_01_10_2619]}
    events: ...

`breach` and `incident` may be left out; `evidence: ...` (three dots alone) is the whole passage, and so is no evidence.
"""


def read(folder: Path) -> list[Row]:
    """Return the passages of all JSONL files of a folder, by file name, then in the order of lines."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.jsonl"))]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def summary(passages: list[Row]) -> str:
    """Return how many passages, events and figures there are, and the links by relation."""
    links = [link for passage in passages for link in passage["links"]]
    relations = Counter(link["relation"] for link in links)
    parts = [f"{len(passages)} passages"]
    parts += [f"{sum(len(passage[key]) for passage in passages)} {key}" for key in ("events", "quantities", "groups")]
    told = ", ".join(f"{count} {name}" for name, count in relations.most_common())
    silent = sum(not passage["links"] for passage in passages)
    denied = sum(link["negated"] for link in links)
    return f"{', '.join(parts)}; {len(links)} links ({told}; {denied} negated); {silent} passages without a link"


def check(data: Path | None) -> str:
    """Check all passages, the second annotations too, and return what there is.

    Raises:
        AnnotationError: Names the passage and what is wrong with it.
    """
    first, second = read(HERE), read(HERE / "second")
    articles([*first, *second], data)
    for rows in (first, second):
        twice = [name for name, count in Counter(row["id"] for row in rows).items() if count > 1]
        if twice:
            raise AnnotationError(f"passage id {twice[0]!r} comes twice; give one of them another number")
    return summary(first)


def build(data: Path, out: Path) -> str:
    """Write every passage as a gold article; `out` may be read as corpus/gold is."""
    made = articles(read(HERE), data)
    out.mkdir(parents=True, exist_ok=True)
    for row in made:
        (out / f"{row['id']}.json").write_text(json.dumps(row, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return f"{len(made)} gold files written to {out}"


def from_quotes(data: Path, notes: Path, out: Path) -> str:
    """Write the notes of one file as lines of offsets.

    Raises:
        AnnotationError: Names the passage and what is wrong with it.
    """
    made = []
    for note in yaml.safe_load(notes.read_text(encoding="utf-8")):
        try:
            made.append(standoff(note, data))
        except (AnnotationError, KeyError) as error:
            raise AnnotationError(f"{note.get('id')}: {error}") from error
    articles(made, data)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made), encoding="utf-8")
    return summary(made)


def agreement(data: Path, *, misses: bool) -> str:
    """Score the second annotations against the first ones of the same passages, by the rules of the evaluation.

    Raises:
        AnnotationError: A passage of the second annotation has no first one, or breaks a rule of `articles`.
    """
    second = articles(read(HERE / "second"), data)
    ids = {row["id"] for row in second}
    first = [row for row in articles(read(HERE), data) if row["id"] in ids]
    if len(first) != len(second):
        raise AnnotationError("second/: a passage has no first annotation; keep the ids of twice.json")
    result = compare(first, second)
    return "\n".join([*(result.misses if misses else ()), table(f"{len(first)} passages, twice", result)])


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 where all is well, else 1."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("build", "check", "from-quotes", "agreement"))
    parser.add_argument("paths", nargs="*", type=Path, help="what the command works on, in the order told below")
    parser.add_argument("--misses", action="store_true", help="agreement: list what only one of the two has")
    options = parser.parse_args(arguments)
    try:
        print(run(options.command, options.paths, misses=options.misses))
    except (AnnotationError, OSError, yaml.YAMLError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(command: str, paths: list[Path], *, misses: bool) -> str:
    """Return what a command has to say.

    Raises:
        AnnotationError: The command fails, or its paths are too few or too many.
    """
    match command, paths:
        case "check", []:
            return check(None)
        case "check", [data]:
            return check(data)
        case "build", [data, out]:
            return build(data, out)
        case "from-quotes", [data, notes, out]:
            return from_quotes(data, notes, out)
        case "agreement", [data]:
            return agreement(data, misses=misses)
    raise AnnotationError(f"{command}: {len(paths)} paths do not fit; --help shows which it takes")


if __name__ == "__main__":
    sys.exit(main())

"""In: article files. Out: one JSON file per article in the form of the annotation guidelines, whole or not there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from breachtrace import ERRORS, Article, Outcome, read_articles
from graph.stores.files import replacing
from ontology.exchange import to_json
from ontology.plain import printable


def extract_files(files: Iterable[Path], out: Path, model: str | None = None) -> Iterator[Outcome]:
    """Read files one by one and write what was found to `out`; what fails is told and the rest goes on.

    Raises:
        SetupError: The pipeline cannot be loaded.
    """
    from extract import pipeline  # spaCy takes seconds to import

    nlp = pipeline.load(model)
    out.mkdir(parents=True, exist_ok=True)
    for path, read in read_articles(files):
        if not isinstance(read, Article):
            yield Outcome(path, "failed", problem=printable(str(read)))
            continue
        try:
            extraction = pipeline.extract(read, nlp)
            with replacing(out / f"{read.id}.json") as file:
                file.write(json.dumps(to_json(extraction), ensure_ascii=False, indent=1).encode() + b"\n")
        except (*ERRORS, OSError) as error:
            yield Outcome(path, "failed", problem=printable(f"{path}: {error}"))
            continue
        yield Outcome(path, "added", read.id, extraction=extraction)

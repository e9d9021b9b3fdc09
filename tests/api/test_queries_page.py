"""The page on queries: its commands run as they stand, one after the other, and answer."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from breachtrace import Store

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "queries.md").read_text("utf-8").split("## What a SPARQL query sees")[0]
SHIPPED, OWN = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
OURS = f"breachtrace() {{ {sys.executable} -c 'from api.cli import main; main()' \"$@\"; }}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "corpus" / "articles").mkdir(parents=True)
    for article in (ROOT / "corpus" / "articles").glob("coupang-a[46]*.txt"):
        shutil.copy(article, folder / "corpus" / "articles")
    ingest, *_ = SHIPPED.splitlines()
    assert run(folder, ingest).startswith("2 added")
    return folder


def run(folder: Path, commands: str, **more: str) -> str:
    known = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    script = f"set -euo pipefail\n{OURS}{commands}"
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (commands, done.stderr)
    return done.stdout


def test_the_shipped_queries_answer_as_they_are_asked_on_the_page(folder: Path) -> None:
    _ingest, incidents, links, evidence, hedged = SHIPPED.splitlines()
    assert "Coupang" in run(folder, incidents)
    claim = run(folder, links).splitlines()[1].split("\t")[-1]
    article, *_ = run(folder, evidence, CLAIM=claim).splitlines()[1].split("\t")
    assert article.startswith("coupang-a")
    answer = json.loads(run(folder, hedged))
    assert {"rows", "seq", "truncated"} <= answer.keys()


def test_the_queries_of_ones_own_answer_in_words(folder: Path) -> None:
    answers = run(folder, OWN).split("a.label\t")
    with Store(folder / "my-store", create=False) as store:
        labels = {event.label for event in store.graph().events}
    for answer, column in zip(answers, (1, 0), strict=True):
        rows = answer.splitlines()[1:]
        assert rows
        assert {row.split("\t")[column] for row in rows} <= {" ".join(label.split()) for label in labels}

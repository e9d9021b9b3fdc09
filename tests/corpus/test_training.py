"""The training articles: gold up to date, codes known, enough of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from extract.evaluation.gold import load_gold
from ontology.exchange import from_json

ROOT = Path(__file__).parents[2]
GOLD = load_gold(ROOT / "corpus" / "training" / "gold")


def test_the_gold_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "corpus" / "annotate.py"), str(ROOT / "corpus" / "training"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("row", GOLD, ids=lambda row: row["id"])
def test_every_offset_is_exact_and_every_code_known(row: dict[str, object]) -> None:
    extraction = from_json(row)
    extraction.check()
    assert extraction.links

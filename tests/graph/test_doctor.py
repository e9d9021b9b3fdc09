from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from breachtrace import Store
from graph.ledger import Ledger
from graph.stores import manifest
from ontology.records import Extraction

Doctor = Callable[..., Result]


@pytest.fixture
def doctor(tmp_path: Path, extractions: tuple[Extraction, ...]) -> Doctor:
    """A store of two articles, projected, and the command that checks it."""
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        for extraction in extractions:
            ledger.add(extraction)
    with Store(tmp_path) as store:
        store.project()
    return lambda *options: CliRunner().invoke(app, ["doctor", "--store", str(tmp_path), "--json", *options])


def test_a_sound_store_is_sound(doctor: Doctor) -> None:
    result = doctor()
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"sound": True, "findings": []})


@pytest.mark.parametrize("broken", ["manifest", "rdf", "count", "mark"])
def test_broken_projections_are_told_and_made_again(doctor: Doctor, tmp_path: Path, broken: str) -> None:
    match broken:
        case "manifest":
            (tmp_path / manifest.NAME).write_text("{")
        case "rdf":
            shutil.rmtree(tmp_path / manifest.read(tmp_path).rdf)
        case "count":
            manifest.write(tmp_path, replace(manifest.read(tmp_path), quads=7))
        case "mark":
            manifest.write(tmp_path, replace(manifest.read(tmp_path), mark="of another ledger"))
    assert doctor().exit_code == 1
    assert doctor("--mend").exit_code == 0
    assert doctor().exit_code == 0


def test_a_gap_and_an_unreadable_entry_are_told_and_not_mended(doctor: Doctor, tmp_path: Path) -> None:
    row = "(9, 'now', 'extracted', 'x', 'c', 'e', '[]')"
    database = sqlite3.connect(tmp_path / "ledger.sqlite")
    with database:
        database.execute(f"INSERT INTO log (seq, at, kind, subject, content, extractor, body) VALUES {row}")
    database.close()
    result = doctor("--mend")
    told = [finding["problem"] for finding in json.loads(result.stdout)["findings"]]
    assert result.exit_code == 1
    assert any("numbered from 1 to 9" in problem for problem in told)
    assert any("entry 9" in problem for problem in told)

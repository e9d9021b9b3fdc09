"""The page on feeding articles in: its files are read, its commands, requests and programs do what it says."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.http.keyring import Keyring
from breachtrace import Store
from tests.api.http.queried import listening

PAGE = (Path(__file__).parents[2] / "docs" / "ingesting.md").read_text("utf-8")
HERE = "http://127.0.0.1:8000"
WEB = """<html><head><meta property="og:title" content="Couriers idle after Acme leak"></head><body><nav>Home</nav>
<article><p>Because of the data breach at Acme, couriers lost their shifts, a union said.</p></article></body></html>"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def commands(start: str) -> list[str]:
    """Give the commands of the page that begin so, continued lines and all."""
    lines = re.sub(r"\\\n", " ", "".join(blocks("sh"))).splitlines()
    return [line for line in lines if line.startswith(start)]


def run(folder: Path, command: str) -> Result:
    with chdir(folder):
        return CliRunner().invoke(app, shlex.split(command, comments=True)[1:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the page's own files in it."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "news").mkdir()
    (folder / "more").mkdir()
    (folder / "news" / "acme-sellers.txt").write_text(blocks("text")[0], encoding="utf-8")
    (folder / "news" / "acme-drivers.json").write_text(blocks("json")[0], encoding="utf-8")
    (folder / "more" / "late.txt").write_text(WEB.replace("couriers", "bakers"), encoding="utf-8")
    (folder / "page.html").write_text(WEB, encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class Served:
    url: str
    key: str


@pytest.fixture
def service(folder: Path) -> Iterator[Served]:
    """Serve a fresh store."""
    shutil.rmtree(folder / "served", ignore_errors=True)
    with listening(folder / "served", patience=60) as url:
        yield Served(url, Keyring(folder / "served").create(["ingest"], "feed")[0])


def test_the_commands_do_what_the_page_says(folder: Path) -> None:
    first, second = commands("breachtrace ingest news")[:2]
    assert run(folder, first).stdout.startswith("2 added")
    (folder / "news" / "none.txt").write_text("", encoding="utf-8")
    again = run(folder, second)
    (folder / "news" / "none.txt").unlink()
    assert again.exit_code == 1
    told = json.loads(again.stdout)
    assert {row["article"]: row["status"] for row in told["outcomes"]} == {
        "ostrand-acme-drivers": "unchanged",
        "harbour-acme-sellers": "unchanged",
        None: "failed",
        "late": "added",
    }
    (retract,) = commands("breachtrace retract")
    assert "withdrawn" in run(folder, retract).stdout
    assert "1 retracted" in run(folder, first).stdout
    (make,) = commands("breachtrace keys")
    assert run(folder, make).stdout.startswith("bt_")
    (serve,) = commands("breachtrace serve")
    assert run(folder, f"{serve} --help").exit_code == 0


def test_a_correction_takes_the_place_of_the_old_text(folder: Path) -> None:
    with Store(folder / "corrected") as store:
        assert [one.status for one in store.ingest([folder / "news" / "acme-sellers.txt"])] == ["added"]
        file = folder / "acme-sellers.txt"
        file.write_text(blocks("text")[0].replace("2.3 million", "2.9 million"), encoding="utf-8")
        assert [one.status for one in store.ingest([file])] == ["updated"]
        told = {figure.text for figure in store.graph().figures}
        assert any("2.9 million" in text for text in told)
        assert not any("2.3 million" in text for text in told)


def test_the_program_in_python_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    exec(compile(blocks("python")[0], "ingesting.md", "exec"), {})
    assert capsys.readouterr().out == "added\n"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_requests_are_answered(folder: Path, service: Served) -> None:
    answers = []
    for request in commands("curl"):
        asked = request.replace(HERE, service.url).replace("curl -s", "curl -s --fail-with-body")
        known = {**os.environ, "KEY": service.key}
        done = subprocess.run(["bash", "-c", asked], env=known, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (request, done)
        answers.append(json.loads(done.stdout))
    sent, put, page, withdrawn = answers
    assert (sent["status"], sent["article"]) == ("added", "ostrand-acme-drivers")
    assert (put["status"], put["article"]) == ("added", "harbour-acme-sellers")
    assert page["status"] == "queued"
    assert withdrawn["changed"]


def test_the_program_over_http_sends_every_article_and_says_why_one_fails(
    folder: Path, service: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    broken = folder / "news" / "broken.json"
    broken.write_text('{"title": "no text"}', encoding="utf-8")
    program = compile(blocks("python")[1].replace(HERE, service.url), "ingesting.md", "exec")
    exec(program, {"KEY": service.key})
    broken.unlink()
    told = capsys.readouterr().out.splitlines()
    assert told[0].strip() == "acme-drivers.json added"
    assert told[1].startswith("broken.json 422")
    assert '"text"' in told[1]


def test_two_machines_write_to_one_ledger(folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (export,) = commands("export")
    assert dict(word.split("=", 1) for word in shlex.split(export)[1:]).keys() == {"BREACHTRACE_LEDGER", "PGPASSWORD"}
    monkeypatch.setenv("BREACHTRACE_LEDGER", postgres_url)
    command = commands("breachtrace ingest news")[-1]
    assert run(folder, command).stdout.startswith("2 added")
    assert run(folder, command.replace("my-copy", "my-other-copy")).stdout.startswith("2 unchanged")

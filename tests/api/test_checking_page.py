"""The page on checking: every command, request, query and program on it runs, and it lists what there is."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
import uvicorn
from typer.testing import CliRunner, Result

from api.cli import app
from api.http.app import make_app
from api.http.keyring import Keyring
from api.http.settings import Settings
from breachtrace import Store
from graph.verdicts import reasons

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "checking.md").read_text("utf-8")
HERE = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def commands(program: str) -> list[str]:
    """Give the commands of the page that call a program, one string each, continued lines and all."""
    lines = re.sub(r"\\\n", " ", "".join(blocks("sh"))).splitlines()
    return [line for line in lines if re.search(rf"(?:^|\| ){program} ", line)]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which the page's commands find what they name, and a claim in its store."""

    folder: Path
    claim: str

    def ask(self, command: str) -> Result:
        """Run a command of ours, in this process; what `echo` says in front of it is its standard input."""
        said, _, ours = command.rpartition("|")
        words = shlex.split(ours)
        assert words.pop(0) == "breachtrace"
        with chdir(self.folder):
            result = CliRunner().invoke(app, words, input=shlex.split(said)[1] if said else None)
        assert result.exit_code in (0, 1) if words[0] == "check" else result.exit_code == 0, (command, result.output)
        return result

    def request(self, command: str, **variables: str) -> Any:
        """Run a request of curl, and give the JSON that answers it."""
        known = {**os.environ, "CLAIM": self.claim, **variables}
        done = subprocess.run(["bash", "-c", command], env=known, capture_output=True, text=True)
        assert done.returncode == 0, (command, done)
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("page")
    (folder / "corpus" / "articles").mkdir(parents=True)
    for article in (ROOT / "corpus" / "articles").glob("coupang-*.txt"):
        shutil.copy(article, folder / "corpus" / "articles")
    (folder / "claim.txt").write_text("The breach exposed 4,500 accounts at that time.", encoding="utf-8")
    (ingest,) = (one for one in commands("breachtrace") if " ingest " in one)
    Place(folder, "").ask(ingest)
    with Store(folder / "my-store", create=False) as store:
        return Place(folder, store.graph().figures[0].id)


@pytest.fixture(scope="module")
def service(place: Place) -> Iterator[str]:
    """Serve the store in a thread, and give the address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    serving = make_app(Settings(store=place.folder / "my-store"))
    server = uvicorn.Server(uvicorn.Config(serving, port=port, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    end = monotonic() + 60
    while not server.started and monotonic() < end:
        sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(30)


def test_the_commands_run_and_the_first_one_prints_what_is_shown(place: Place) -> None:
    checks = [one for one in commands("breachtrace") if " check " in one]
    assert len(checks) == 3
    outputs = [place.ask(command).stdout for command in checks]
    assert blocks("text")[0].strip() == outputs[0].splitlines()[0]
    assert outputs[1].startswith("SUPPORTED")
    assert json.loads(outputs[2])["counts"] == {"supported": 1}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_requests_are_answered(place: Place, service: str) -> None:
    key, _ = Keyring(place.folder / "my-store").create(["curate"], "desk")
    requests = commands("curl")
    assert len(requests) == 4
    for request in requests:
        answer = place.request(request.replace(HERE, service).replace("curl -s", "curl -sf"), KEY=key)
        assert answer["seq"] > 0
    with Store(place.folder / "my-store", create=False) as store:
        assert [row[1] for row in store.query(blocks("sparql")[0]).rows] == ["Outdated"]


def test_the_program_runs(place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(place.folder)
    for program in blocks("python"):
        exec(compile(program, "checking.md", "exec"), {})
    assert capsys.readouterr().out.startswith("supported ")


def test_the_configuration_names_a_command_that_is_there(place: Place) -> None:
    (configuration,) = blocks("json")
    server = json.loads(configuration)["mcpServers"]["breachtrace"]
    assert "--store" in place.ask(f"{server['command']} {server['args'][0]} --help").stdout


def test_every_reason_code_is_listed_with_its_verdict_and_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", PAGE, re.MULTILINE)
    assert rows == [(one.code, one.verdict, one.means) for one in reasons().values()]

"""Every command and program of the page on the endpoints, run against a service."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.http.settings import Settings
from tests.api.http.queried import fill, listening

PAGE = (Path(__file__).parents[3] / "docs" / "endpoints.md").read_text("utf-8")
COMMANDS = [
    command for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for command in block.strip().split("\n\n")
]
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with listening(fill(tmp_path_factory.mktemp("page"))) as made:
        yield made


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_answered(url: str, command: str) -> None:
    asked = command.replace("http://127.0.0.1:8000", url).replace("curl ", "curl --silent --fail-with-body ")
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert len(done.stdout) > 20


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_prints_what_it_found(url: str, program: str) -> None:
    pytest.importorskip(program.split()[1].split(".")[0])
    command = [sys.executable, "-W", "ignore", "-c", program.replace("http://127.0.0.1:8000", url)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "https://w3id.org/breachtrace/id/" in done.stdout


def test_the_settings_that_are_told_are_there_with_their_defaults() -> None:
    fields = Settings.model_fields
    told = re.findall(r"^\| `BREACHTRACE_(\w+)` \| ([\d,]+)( \w+)? \|", PAGE, re.MULTILINE)
    factors = {" MiB": 1 << 20, " GiB": 1 << 30, "": 1}
    assert len(told) == 6
    for name, number, unit in told:
        assert fields[name.lower()].default == int(number.replace(",", "")) * factors[unit]

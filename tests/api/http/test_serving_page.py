"""The operators' page and the container files say what is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

from api.http.app import make_app
from api.http.keyring import SCOPES
from api.http.settings import Settings

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "serving.md").read_text("utf-8")


def test_every_setting_is_listed_with_its_default() -> None:
    listed = re.findall(r"^\| `BREACHTRACE_(\w+)` \| (.*?) ?\| (.*) \|$", PAGE, re.MULTILINE)
    known = [
        (name.upper(), "" if field.default in (None, ()) else f"`{field.default}`", field.description)
        for name, field in Settings.model_fields.items()
    ]
    assert listed == known


def test_every_request_that_is_listed_is_answered_somewhere() -> None:
    table = PAGE.split("## What it answers")[1].split("## Settings")[0]
    listed = {path.split("?")[0] for path in re.findall(r"[` ](/(?:v1|sparql|graphs|db)[^` ]*)`", table)}
    known = set(make_app(Settings()).openapi()["paths"])
    assert len(listed) == 19
    assert listed <= known


def test_every_scope_is_listed() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \| (?:all|`POST)", PAGE, re.MULTILINE)) == SCOPES


def test_the_image_gets_all_that_is_installed() -> None:
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = {name.split(".")[0] for name in project["tool"]["setuptools"]["packages"]}
    modules = {f"{name}.py" for name in project["tool"]["setuptools"]["py-modules"]}
    assert names >= packages | modules | {"pyproject.toml", *project["project"]["license-files"]}
    assert all((ROOT / name).exists() for name in names)
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert names == kept


def test_compose_publishes_on_this_machine_alone_and_sets_what_there_is() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    for service in compose["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    names = {name.removeprefix("BREACHTRACE_").lower() for name in compose["services"]["api"]["environment"]}
    assert names <= set(Settings.model_fields)

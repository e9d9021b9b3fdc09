"""The house itself: names that are ours alone, the walls, the sizes, the lock."""

import ast
import importlib.metadata
import importlib.util
import re
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TOP_LEVEL = ("api", "breachtrace", "extract", "graph", "ontology")
SOURCES = sorted(
    path
    for name in (*TOP_LEVEL[:1], "extract", "graph", "ontology", "corpus", "tests", "benchmarks", "breachtrace.py")
    for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))
)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("name", TOP_LEVEL)
def test_a_top_level_name_belongs_to_us_alone(name: str) -> None:
    assert set(importlib.metadata.packages_distributions()[name]) == {"breachtrace"}
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


def test_the_root_module_stands_below_api_and_knows_no_spacy() -> None:
    tree = ast.parse((ROOT / "breachtrace.py").read_text(encoding="utf-8"))
    named = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not {name.split(".")[0] for name in named} & {"api", "spacy"}


def test_the_packages_are_listed_as_they_lie() -> None:
    lying = {".".join(path.parent.relative_to(ROOT).parts) for path in SOURCES if path.name == "__init__.py"}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == lying
    assert "package-dir" not in PROJECT["tool"]["setuptools"]


def test_nobody_uploads_this_by_accident() -> None:
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]


def test_the_tests_are_no_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    assert ast.get_docstring(ast.parse(text)) or path.is_relative_to(ROOT / "tests")


@pytest.mark.parametrize("package", ["api", "extract", "graph", "ontology"])
def test_functions_are_short(package: str) -> None:
    inside = [path for path in SOURCES if path.is_relative_to(ROOT / package)]
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for path in inside for node in functions(path)]
    assert statistics.median(lengths) <= 12


def test_the_lock_pins_everything_by_hash_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in lock


def test_the_lock_holds_what_the_project_asks_for() -> None:
    asked = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    asked += [need for extra in PROJECT["project"]["optional-dependencies"].values() for need in extra]
    names = {re.split(r"[<>=\[;! ]", need)[0].lower() for need in asked}
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M))
    assert names <= locked

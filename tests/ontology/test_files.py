"""In: the shipped files and the page about them. Out: that all can be had, and that the page names every term."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import RDF, Graph

from ontology import files, iris
from ontology.errors import FileMissingError

ROOT = Path(__file__).parents[2]


def test_every_data_file_of_the_package_is_listed() -> None:
    data = {path.name for path in (ROOT / "ontology").iterdir() if path.suffix in {".ttl", ".jsonld"}}
    assert set(files.ALL) == data


@pytest.mark.parametrize("name", files.ALL)
def test_path_and_text_give_the_same_file(name: str) -> None:
    with files.path(name) as path:
        assert path.read_text(encoding="utf-8") == files.text(name) != ""


@pytest.mark.parametrize("name", ["core", "../pyproject.toml"])
def test_an_unknown_name_says_what_there_is(name: str) -> None:
    with pytest.raises(FileMissingError, match=r"ask for one of core.ttl, borrowed.ttl"):
        files.text(name)


def test_the_page_names_every_borrowed_term_and_file() -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    borrowed = Graph().parse(data=files.text(files.BORROWED), format="turtle")
    rows = re.findall(r"^\| \[.*?\| (.*?) \|", page, re.MULTILINE)
    named = {term for row in rows for term in re.findall(r"`(\w+)`", row)}
    assert named == {re.split(r"[/#]", str(term))[-1] for term in borrowed.subjects(RDF.type)}
    assert all(f"`{name}`" in page for name in files.ALL)


def test_the_page_shows_only_terms_that_there_are() -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    known = {value for value in vars(iris).values() if isinstance(value, str)}
    shown = re.findall(
        r"(?<![\w:])(schema|prov|oa|sem|faro|cito|time|):([A-Za-z]{3,})", page.partition("## Borrowed")[0]
    )
    assert {iris.PREFIXES[prefix] + name for prefix, name in shown} <= known

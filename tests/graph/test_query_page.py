from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

import pytest

from graph import queries
from graph.stores.query import Language, query
from ontology.records import Extraction

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text("utf-8")
EXAMPLES = re.findall(r"```(sparql|cypher)\n(.*?)```", PAGE, re.DOTALL)


ARTICLE = re.findall(r"```sparql article\n(.*?)```", PAGE, re.DOTALL)


class Projected(Protocol):
    path: Path


@pytest.mark.parametrize(("language", "text"), EXAMPLES)
def test_each_example_answers(projected: Projected, language: Language, text: str) -> None:
    assert len(query(projected.path, text, language).rows) == 2


def test_the_words_of_what_one_article_tells_are_reached(
    projected: Projected, extractions: tuple[Extraction, ...]
) -> None:
    (text,) = ARTICLE
    told = {link.evidence.quote.text for extraction in extractions for link in extraction.links}
    assert told
    assert {quote for _, _, quote in query(projected.path, text, "sparql").rows} == told


def test_each_shipped_query_is_listed_with_its_parameters() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \| (.*?) ?\| ", PAGE, re.MULTILINE)
    shipped = [queries.load(name) for name in queries.names()]
    assert [(name, re.findall(r"`(\w+)`", parameters)) for name, parameters in listed] == [
        (named.name, [parameter.name for parameter in named.parameters]) for named in shipped
    ]

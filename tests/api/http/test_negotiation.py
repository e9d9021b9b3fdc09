from __future__ import annotations

import pytest

from api.http.negotiation import choose, media_type

OFFERED = ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, 0),
        ("", 0),
        ("*/*", 0),
        ("text/csv", 2),
        ("TEXT/CSV", 2),
        ("text/*", 2),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.3", 1),
        ("text/csv, application/sparql-results+xml", 1),
        ("*/*;q=0.1, text/csv;q=0.2", 2),
        ("application/*;q=0.5, application/sparql-results+json;q=0", 1),
        ("application/sparql-results+json;q=0, */*", 1),
        ("text/csv; header=present; q=0.9, */*; q=0.5", 2),
        ("image/png, text/csv;q=0.001", 2),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 0),
        ("nonsense, text/csv", 2),
        ("text/csv;q=7, application/sparql-results+xml;q=0.1", 1),
    ],
)
def test_the_type_that_is_liked_best_is_chosen(accept: str | None, chosen: int) -> None:
    assert choose(accept, OFFERED) == OFFERED[chosen]


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "*/*;q=0", "nonsense", "*/csv", ",", "text/"])
def test_where_none_will_do_none_is_chosen(accept: str) -> None:
    assert choose(accept, OFFERED) is None


def test_a_content_type_is_taken_apart() -> None:
    assert media_type("application/sparql-query; charset=UTF-8") == ("application/sparql-query", {"charset": "UTF-8"})
    assert media_type(None) == ("", {})

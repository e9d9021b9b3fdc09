from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.stores.cutting import FORMATS, Cut, Full
from graph.stores.errors import QueryTimeoutError

FORMS = sorted(FORMATS)
# What a row's end looks like, inside of values.
TEXTS = st.lists(
    st.sampled_from(['"', "\\", "},{", "\r\n", "\n", "</result><result>", "x", ",", '"},{"', "\t"]), max_size=6
)


def results(texts: list[str]) -> ox.QuerySolutions:
    rows = " ".join(f"(<http://a/{n}> {ox.Literal(text)})" for n, text in enumerate(texts))
    found = ox.Store().query(f"SELECT ?s ?o ?none WHERE {{ VALUES (?s ?o) {{ {rows} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return found


def cut(texts: list[str], form: str, rows: int, piece: int | None = None) -> tuple[bytes, bool]:
    media = ox.QueryResultsFormat.from_media_type(form)
    assert media is not None
    output: Any = Cut(1 << 20, rows, FORMATS[form])
    with suppress(Full):
        if piece is None:
            results(texts).serialize(output, media)
        else:
            whole = results(texts).serialize(format=media)
            assert whole is not None
            for start in range(0, len(whole), piece):
                output.write(whole[start : start + piece])
    body, truncated = output.finish()
    return body, truncated


def read(body: bytes, form: str) -> list[tuple[str, ...]]:
    media = ox.QueryResultsFormat.from_media_type(form)
    assert media is not None
    if form == "text/csv":
        return [tuple(row) for row in csv.reader(io.StringIO(body.decode(), newline=""))][1:]
    found = ox.parse_query_results(body, media)
    assert isinstance(found, ox.QuerySolutions)
    return [(row["s"].value, row["o"].value, "") for row in found]


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, max_examples=60)
@given(texts=st.lists(TEXTS.map("".join), max_size=7), rows=st.integers(1, 8), piece=st.sampled_from([None, 1, 7]))
def test_a_result_is_cut_between_two_rows_whatever_its_values_look_like(
    form: str, texts: list[str], rows: int, piece: int | None
) -> None:
    body, truncated = cut(texts, form, rows, piece)
    assert truncated == (len(texts) > rows)
    # a reader of XML takes each end of a line for a line feed, whoever wrote it
    ends = ("\r\n", "\n") if form.endswith("xml") else ("", "")
    expected = [(f"http://a/{n}", text.replace(*ends), "") for n, text in enumerate(texts[:rows])]
    assert [tuple(value.replace(*ends) for value in row) for row in read(body, form)] == expected


@pytest.mark.parametrize("form", FORMS)
def test_the_engine_is_stopped_soon_after_the_last_row(form: str) -> None:
    media = ox.QueryResultsFormat.from_media_type(form)
    assert media is not None
    written: list[int] = []

    class Watched(Cut):
        def write(self, data: bytes) -> int:
            written.append(len(data))
            return super().write(data)

    output: Any = Watched(1 << 30, 10, FORMATS[form])
    with pytest.raises(Full):
        results(["x" * 100] * 20_000).serialize(output, media)
    assert sum(written) < 1 << 16
    assert len(read(output.finish()[0], form)) == 10


def test_a_result_over_the_size_is_ended() -> None:
    output: Any = Cut(1000, 10_000, FORMATS["text/csv"])
    with pytest.raises(QueryTimeoutError, match="larger than 1000 bytes"):
        results(["x" * 100] * 1000).serialize(output, ox.QueryResultsFormat.CSV)


def test_no_row_at_all_is_well_formed() -> None:
    body, truncated = cut([], "application/sparql-results+json", 1)
    assert json.loads(body)["results"]["bindings"] == []
    assert not truncated

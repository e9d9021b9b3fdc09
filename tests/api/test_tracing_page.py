"""The page on tracing tells every parameter, by its name in Python, on the command line and over HTTP."""

import inspect
import re
from dataclasses import fields
from pathlib import Path

from api.commands.tracing import trace
from api.http.trace_models import TraceQuery
from graph.question import Question
from graph.selection import Filters

PAGE = (Path(__file__).parents[2] / "docs" / "tracing.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\|.*\|$", PAGE, re.MULTILINE)]
TABLE = ROWS[2 : next(place for place, row in enumerate(ROWS) if "format" in row[2]) + 1]


def named(column: int) -> set[str]:
    return {name for row in TABLE for name in re.findall(r"`([\w-]+)", row[column])}


def test_the_page_tells_every_parameter() -> None:
    asked = {field.name for kind in (Question, Filters) for field in fields(kind)} - {"filters"}
    assert named(0) == asked | {"start"}
    assert named(2) - {"Accept"} == {field.alias or name for name, field in TraceQuery.model_fields.items()} - {
        "min_seq"
    }
    options = inspect.signature(trace).parameters.values()
    told = {name for one in options for name in re.findall(r"'(--?[\w-]+)", str(one.annotation).replace('"', "'"))}
    assert named(1) - {"INCIDENT"} <= told | {"--no-disputed"}
    assert told - {"--disputed"} <= named(1)

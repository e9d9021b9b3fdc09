"""In: the name of a file shipped with this package. Out: its text, or a path to it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from ontology.errors import FileMissingError

CORE: Final = "core.ttl"
BORROWED: Final = "borrowed.ttl"
SHAPES: Final = "shapes.ttl"
CONTEXT: Final = "context.jsonld"
VOCABULARIES: Final = ("event_types.ttl", "groups.ttl", "statements.ttl")
ALL: Final = (CORE, BORROWED, *VOCABULARIES, SHAPES, CONTEXT)


def text(name: str) -> str:
    """Return the text of a shipped file, one of `ALL`.

    Raises:
        FileMissingError: No such file is shipped.
    """
    return _find(name).read_text(encoding="utf-8")


def vocabulary() -> str:
    """Return, as one Turtle document, all classes, properties and concepts: what the shapes are validated against."""
    return "\n".join(text(name) for name in (CORE, BORROWED, *VOCABULARIES))


def path(name: str) -> AbstractContextManager[Path]:
    """Return a context manager that gives a real path to a shipped file, also from a zipped package.

    Raises:
        FileMissingError: No such file is shipped.
    """
    return as_file(_find(name))


def _find(name: str) -> Traversable:
    if name not in ALL:
        raise FileMissingError(name, ALL)
    return files("ontology").joinpath(name)

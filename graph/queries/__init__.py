"""In: the name of a shipped query. Out: its text in SPARQL or Cypher, with its parameters checked and typed.

A query file opens with comment lines that say what it is::

    # title: Figures told of an incident, with who says them
    # parameter: incident iri the incident's id
    # example: incident=incident-1

A parameter's kind is `iri` (an id of the graph; SPARQL gets its IRI, Cypher the id itself), `hedge`, `group` or `text`.
The same name in both languages asks for the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from graph.stores.errors import QueryInvalidError
from graph.stores.query import Iri, Language, Value
from ontology import iris, terms

_SUFFIXES: Final[dict[Language, str]] = {"sparql": ".rq", "cypher": ".cypher"}
_HEADER: Final = re.compile(r"^(?:#|//) (title|parameter|example): (.+)$", re.MULTILINE)
_CODES: Final = {"hedge": terms.HEDGES, "group": terms.GROUPS}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `$name` of a query: its kind, and what it means in words."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A shipped query in one language; `example` is how its parameters may be given on a command line."""

    name: str
    language: Language
    title: str
    text: str
    parameters: tuple[Parameter, ...]
    example: str

    def bind(self, values: Mapping[str, str]) -> dict[str, Value]:
        """Give the parameters for `graph.stores.query.query`, each checked and typed.

        Raises:
            QueryInvalidError: One is missing, unknown, or not of its kind.

        >>> load("links-by-hedge").bind({"hedge": "possible"})
        {'hedge': 'https://w3id.org/breachtrace/vocabulary/hedge/possible'}
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        if set(values) != set(known):
            wanted = ", ".join(known) or "none"
            raise QueryInvalidError(f"query {self.name!r}: its parameters are {wanted}, given were {sorted(values)}")
        return {name: _typed(known[name], value, self.language) for name, value in values.items()}


def names(language: Language = "sparql") -> tuple[str, ...]:
    """List the shipped queries of a language, in alphabetical order."""
    suffix = _SUFFIXES[language]
    found = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(suffix) for name in found if name.endswith(suffix)))


def load(name: str, language: Language = "sparql") -> NamedQuery:
    """Read a shipped query.

    Raises:
        QueryInvalidError: There is none of that name in that language.
    """
    if name not in names(language):
        raise QueryInvalidError(f"no {language} query is named {name!r}; there are {', '.join(names(language))}")
    text = files(__package__).joinpath(name + _SUFFIXES[language]).read_text("utf-8")
    header = _HEADER.findall(text)
    parameters = (value.split(" ", 2) for key, value in header if key == "parameter")
    first = dict(reversed(header))
    return NamedQuery(
        name, language, first["title"], text, tuple(Parameter(*parts) for parts in parameters), first.get("example", "")
    )


def _typed(parameter: Parameter, value: str, language: Language) -> Value:
    codes = _CODES.get(parameter.kind)
    if codes is not None and value not in codes:
        raise QueryInvalidError(f"parameter {parameter.name!r}: {value!r} is none of {', '.join(codes)}")
    if language == "cypher":
        return value.removeprefix(terms.ID)
    if parameter.kind == "text":
        return value
    if codes is not None:
        return Iri(iris.concept(parameter.kind, value))
    try:
        return Iri(ox.NamedNode(terms.ID + value.removeprefix(terms.ID)).value)
    except ValueError as error:
        raise QueryInvalidError(f"parameter {parameter.name!r}: {value!r} is no id of the graph ({error})") from error

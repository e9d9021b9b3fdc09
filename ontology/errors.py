"""In: what went wrong with a record. Out: errors that say what, which article, and what to do."""

from __future__ import annotations


class OntologyError(Exception):
    """Base of the errors that this package raises."""


class RecordError(OntologyError):
    """A record breaks its own contract: an offset that does not give its text, an unknown event id or term."""

    def __init__(self, article: str, problem: str) -> None:
        super().__init__(f"article {article!r}: {problem}; extract the article anew, or mend the annotation")
        self.article = article
        self.problem = problem


class FileMissingError(OntologyError):
    """A file was asked for by a name that this package does not ship."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no ontology file {name!r}; ask for one of {', '.join(known)}")
        self.name = name

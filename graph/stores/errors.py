"""In: what went wrong with a store or a query. Out: errors that say what, which, and what to do.

StoreError
├── StoreBusyError          another process is projecting into the same store
├── StoreMissingError       nothing has been projected there yet, or what was is broken
├── RemoteError             a server that is projected into cannot be reached, or fails
├── ExtraMissingError       an optional dependency is not installed
├── ExportError             an unknown format, or a target that cannot be written
└── QueryError
    ├── QueryRefusedError   the statement would write, or reach outside the store
    ├── QueryInvalidError   the engine, or the named query, does not understand it
    │   └── CypherError     the same, with the status code that Neo4j has for it
    ├── QueryBusyError      so many others are being answered that it was not, or was ended for their sake
    └── QueryTimeoutError   it ran into a limit, of time or size, and was ended
        └── QueryMemoryError    ... of memory
"""

from __future__ import annotations


class StoreError(Exception):
    """Base of the errors of stores, queries, export and validation."""


class StoreBusyError(StoreError):
    """Another process holds the writer's lock."""

    def __init__(self, store: object) -> None:
        super().__init__(f"store {str(store)!r}: another process is writing to it; wait until it has ended, then retry")


class StoreMissingError(StoreError):
    """There is no projection that can be read."""

    def __init__(self, store: object, problem: str) -> None:
        super().__init__(f"store {str(store)!r}: {problem}; ingest into it, or project its ledger anew")


class RemoteError(StoreError):
    """A server cannot be reached, does not let us in, or fails."""

    def __init__(self, address: object, problem: str, hint: str) -> None:
        super().__init__(f"{address}: {problem}; {hint}")


class ExtraMissingError(StoreError):
    """An optional dependency is needed and not there."""

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(f'{purpose} needs an optional dependency; install it: pip install ".[{extra}]"')
        self.extra = extra


class ExportError(StoreError):
    """The export cannot be made as it was asked for."""


class QueryError(StoreError):
    """Base of what can be wrong with a query."""


class QueryRefusedError(QueryError):
    """The statement holds something that a read-only query may not."""

    def __init__(self, language: str, what: str, hint: str) -> None:
        super().__init__(f"{language} query refused: {what}; {hint}")
        self.what = what


class QueryInvalidError(QueryError):
    """The query, its name or its parameters are wrong."""


class CypherError(QueryInvalidError):
    """A Cypher query is wrong in a way that Neo4j has a status code for; `code` is that code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class QueryBusyError(QueryError):
    """Too many queries, or too many long ones, are being answered."""

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(f"{what}; ask again in {seconds} s")
        self.seconds = seconds


class QueryTimeoutError(QueryError):
    """The query ran into a limit and was ended."""


class QueryMemoryError(QueryTimeoutError):
    """The query ran into its memory limit and was ended."""

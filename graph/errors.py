"""In: what went wrong in the graph. Out: errors that say what, which, and what to do.

GraphError
 ├─ LedgerError              the ledger could not be opened, read or written
 │   ├─ ForeignLedgerError   the file, or the schema in the database, is not a ledger
 │   ├─ NewerLedgerError     it was made by a newer release
 │   └─ BusyLedgerError      another process is writing
 ├─ DecisionError            a curator's decision in the ledger cannot be carried out
 ├─ CurationError            what a curator wants to decide, or an article to withdraw, is not there or does not fit
 ├─ ParameterError           a parameter file breaks its contract
 ├─ CheckLimitError          a text has more to check than the time allows
 ├─ TraceError               what a trace is asked for is not there, or out of range
 └─ IncidentError            no incident, or more than one, goes by that name
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class GraphError(Exception):
    """Base of the errors that this package raises."""


class LedgerError(GraphError):
    """The ledger could not be opened, read or written; nothing of the open transaction was kept."""

    def __init__(self, place: Path | str, problem: str) -> None:
        super().__init__(f"ledger {place}: {problem}")
        self.place = place


class ForeignLedgerError(LedgerError):
    """The file is some other file, or another program's database."""

    def __init__(self, place: Path | str) -> None:
        super().__init__(place, "what is there is not a ledger; name another store, or move it away")


class NewerLedgerError(LedgerError):
    """The ledger's schema is newer than this release knows."""

    def __init__(self, place: Path | str, found: int, known: int) -> None:
        super().__init__(place, f"its schema is {found}, this release knows {known}; upgrade breachtrace")


class BusyLedgerError(LedgerError):
    """Another process is writing and did not finish in time."""

    def __init__(self, place: Path | str, seconds: float) -> None:
        super().__init__(place, f"another process has been writing for {seconds:g} s; wait for it, then try again")


class DecisionError(GraphError):
    """A curator's decision has an unknown verb or lacks its detail."""

    def __init__(self, seq: int, problem: str) -> None:
        super().__init__(f"decision {seq}: {problem}")
        self.seq = seq


class CurationError(GraphError):
    """What a curator wants to decide does not fit the graph, or the article to withdraw is not there."""


class ParameterError(GraphError):
    """A parameter file lacks a value, or has one out of its range."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; mend the file")


class CheckLimitError(GraphError):
    """Checking a text took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the text takes longer than {seconds:g} s to check; send it in parts, or raise the limit")


class TraceError(GraphError):
    """What a trace is to start from or to reach is not there, or a number or code is out of its range."""


class IncidentError(GraphError):
    """No incident, or more than one, goes by that name. `candidates` are the names that would do, best first.

    `several` tells the one from the other: whether more than one incident goes by it.
    """

    def __init__(self, name: str, candidates: Sequence[str], *, several: bool) -> None:
        listed = "; ".join(candidates)
        if several:
            text = f"{name!r} fits {len(candidates)} incidents: {listed}; give the whole name or the id"
        elif candidates:
            text = f"no incident goes by {name!r}; did you mean: {listed}?"
        else:
            text = f"no incident goes by {name!r}, for the graph holds none; ingest articles first"
        super().__init__(text)
        self.name = name
        self.candidates = tuple(candidates)
        self.several = several

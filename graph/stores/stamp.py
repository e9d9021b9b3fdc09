"""In: nothing. Out: what a store that follows the ledger says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which `seq` a store shows; 0 and no token where nothing was ever completed.

    The token is drawn anew by each whole comparison. `complete` is false while it is written, and after a crash.
    """

    seq: int = 0
    token: str = ""
    complete: bool = False

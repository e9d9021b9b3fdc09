"""In: nothing. Out: the options that commands share, and how they print what they found."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

StoreOption = Annotated[
    Path,
    typer.Option("--store", envvar="BREACHTRACE_STORE", help="The folder of the ledger and what is made from it."),
]
LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="URL",
        envvar="BREACHTRACE_LEDGER",
        help="The ledger where it is not in the store: postgresql://USER@HOST:PORT/DATABASE.",
    ),
]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="An installed spaCy pipeline to read with, instead of the shipped one.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
DEFAULT_STORE = Path(".breachtrace")


def console() -> Console:
    """Give a console for standard output; a pipe is taken to be as wide as a page."""
    console = Console()
    return console if console.is_terminal else Console(width=120)


def print_json(data: Any) -> None:
    """Print data as JSON, for scripts."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")

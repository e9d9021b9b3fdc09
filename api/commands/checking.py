"""In: a store, and a text that somebody wants checked. Out: a verdict on every figure and causal statement in it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from api.checking import LONGEST, check_data, lines
from api.commands.options import DEFAULT_STORE, JsonOption, LedgerOption, ModelOption, StoreOption, print_json
from api.failing import carried_out
from breachtrace import Store, read_article
from extract.errors import ReadError
from extract.files import SUFFIXES

commands = typer.Typer()
NAMED: Final = (*SUFFIXES, ".md")  # how the names of texts end, of those too that are not read


@commands.command(epilog="Example: `breachtrace check 'The Coupang breach exposed 4,500 accounts.'`")
@carried_out
def check(
    text: Annotated[str, typer.Argument(help="The text itself, a file with it, or - for standard input.")] = "-",
    incident: Annotated[
        str | None, typer.Option("--incident", help="What it is about: an incident's name, alias or id.")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Only what was published by this day.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the figures and causal statements of a text against what is on record, with the records themselves.

    Exit status 1 where anything is contradicted or superseded, 0 where nothing is.
    """
    said = _text(text)
    with Store(store, ledger=ledger, model=model, create=False) as opened:
        found = opened.check(said, incident, as_of.date() if as_of else None)
        graph = opened.graph()
    if as_json:
        print_json(check_data(found, graph))
    else:
        typer.echo("\n".join(lines(found, graph)))
    raise typer.Exit(1 if found.refuted else 0)


def _text(given: str) -> str:
    """Take the text from standard input, from a file of that name, or as it is given."""
    if given == "-":
        said = sys.stdin.buffer.read(4 * LONGEST + 1).decode("utf-8-sig", "replace")
    else:
        said = read_article(given).text if _is_file(given) else given
        if said is given and _is_path(given):
            raise ReadError(Path(given), "there is no such file", "check the path, or give a sentence to check")
    if not said.strip() or len(said) > LONGEST:
        raise typer.BadParameter(f"has to be a text of 1 to {LONGEST:,} characters", param_hint="TEXT")
    return said


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # no file can have such a name
        return False


def _is_path(given: str) -> bool:
    """Tell whether a text is one word that can only have been meant as the name of a file."""
    return len(given.split()) == 1 and ("/" in given or "\\" in given or given.lower().endswith(NAMED))

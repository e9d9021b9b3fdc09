"""In: a command line. Out: articles read in, traces, answers, exports, projections, checks; exit status 0, 1 or 2.

0: all well; 1: some input failed, the rest went on; 2: the command could not be carried out as it was given.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Final

import typer

from api.commands import asking, checking, connecting, deciding, keeping, reading, serving, tracing

# A module of commands has them in its own `commands`; it takes its place here, in the order of `--help`.
MODULES: Final = (reading, tracing, asking, checking, deciding, keeping, serving, connecting)

app = typer.Typer(
    name="breachtrace",
    help="Read news about data breaches, and trace how the harm reaches livelihoods.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for module in MODULES:
    app.add_typer(module.commands)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"breachtrace {version('breachtrace')}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which one it is.")
    ] = False,
) -> None:
    """Read news about data breaches, and trace how the harm reaches livelihoods."""


def main() -> None:
    """Run the command line."""
    app()

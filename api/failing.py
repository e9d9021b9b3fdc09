"""In: a command. Out: the command, whose errors are one clear line on standard error, and exit status 2."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console

import breachtrace

P = ParamSpec("P")
T = TypeVar("T")

errors = Console(stderr=True)


def carried_out(command: Callable[P, T]) -> Callable[P, T]:
    """Turn our own errors into one clear line and exit status 2."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except breachtrace.ERRORS as error:
            errors.print(f"breachtrace: {error}", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(2) from error
        except BrokenPipeError:  # who reads our output has seen enough; the framework ends us without a word
            raise
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            told = f"breachtrace: {where}{error.strerror or error}; check the path, its permissions and the disk"
            errors.print(told, markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(2) from error
        except KeyboardInterrupt:
            errors.print("breachtrace: interrupted; what was acknowledged is kept, run the command again to go on")
            raise typer.Exit(130) from None

    return wrapped

"""In: article files. Out: a store with what was read, or what was found as JSON files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.progress import track

from api.commands.options import DEFAULT_STORE, JsonOption, LedgerOption, ModelOption, StoreOption, print_json
from api.extracting import extract_files
from api.failing import carried_out, errors
from breachtrace import Outcome, Store, article_files

T = TypeVar("T")
commands = typer.Typer()


def _progress(items: Iterable[T], total: int, label: str) -> Iterator[T]:
    """Show progress on a terminal, nothing in a pipe."""
    if not errors.is_terminal:
        yield from items
        return
    yield from track(items, total=total, description=label, console=errors, transient=True)


def _report_failures(outcomes: Iterable[Outcome]) -> int:
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    for outcome in failed:
        errors.print(f"failed: {outcome.problem}", markup=False, highlight=False, soft_wrap=True)
    return len(failed)


@commands.command(epilog="Example: `breachtrace ingest articles/ --store store`")
@carried_out
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Article files (.txt, .json, .html), or folders of them.")],
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read articles into a store, and bring its graph up to date.

    A file may open with YAML front matter between lines of `---` (title, publisher, published, url, id).
    What was read before is left as it is; a file that cannot be read is told, and the rest goes on.
    """
    files = article_files(paths)
    with Store(store, ledger=ledger, model=model) as opened:
        outcomes = list(_progress(opened.ingest(files), len(files), "reading"))
        failed = _report_failures(outcomes)
        shown = opened.project(cypher=False)
    counts = Counter(outcome.status for outcome in outcomes)
    if as_json:
        rows = [{"path": str(o.path), "status": o.status, "article": o.article, "problem": o.problem} for o in outcomes]
        print_json({"outcomes": rows, "seq": shown.seq, "quads": shown.quads})
    else:
        told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "no articles"
        typer.echo(f"{told}; the graph of {store} holds {shown.quads} statements at seq {shown.seq}")
    raise typer.Exit(1 if failed else 0)


@commands.command(epilog="Example: `breachtrace failures --json`")
@carried_out
def failures(store: StoreOption = DEFAULT_STORE, ledger: LedgerOption = None, as_json: JsonOption = False) -> None:
    """List what could not be read and why: files by path, articles sent over HTTP by id; exit status 1 where any is.

    What was read since is not listed any more.
    """
    with Store(store, ledger=ledger, create=False) as opened:
        found = opened.failures()
    if as_json:
        print_json([{"subject": one.subject, "why": one.why, "at": one.at} for one in found])
    else:
        typer.echo("\n".join(f"{one.at}  {one.subject}\n    {one.why}" for one in found) or "nothing failed")
    raise typer.Exit(1 if found else 0)


@commands.command(epilog="Example: `breachtrace extract article.txt --out found/`")
@carried_out
def extract(
    files: Annotated[list[Path], typer.Argument(help="Article files (.txt, .json, .html), or folders of them.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write one JSON file per article into.")],
    model: ModelOption = None,
) -> None:
    """Read articles, and write what was found in each as JSON, without a store."""
    named = article_files(files)
    outcomes = list(_progress(extract_files(named, out, model), len(named), "reading"))
    failed = _report_failures(outcomes)
    typer.echo(f"{len(outcomes) - failed} of {len(outcomes)} articles written to {out}")
    raise typer.Exit(1 if failed else 0)

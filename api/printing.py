"""In: a trace, an answer, a list of outcomes. Out: what a person reads on a terminal; plain text where it is piped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from api.presenting import Context, best_witness, called
from breachtrace import Assembled, CausalPath, Claim, EventNode, Trace

FIGURES_SHOWN = 3


def print_trace(console: Console, trace: Trace, graph: Assembled) -> None:
    """Print every livelihood with its paths, hop by hop, then the impacts that no path reaches."""
    context = Context(graph)
    groups = {path.group: None for path in trace.paths}
    console.print(f"[bold]{escape(trace.incident.label)}[/bold]: {len(groups)} livelihoods reached", highlight=False)
    for number, path in enumerate(trace.paths, 1):
        console.print()
        _print_path(console, number, path, context)
    if trace.unreached:
        console.print("\n[bold]Told of, but joined to the breach by no causal words:[/bold]")
        for event in trace.unreached:
            console.print(f"  {called(event.group or '')}: {escape(event.label)}", highlight=False)


def _print_path(console: Console, number: int, path: CausalPath, context: Context) -> None:
    head = f"[bold]{number}. {called(path.group)}[/bold] ({path.effect or 'impact'})"
    console.print(f"{head}  belief {path.belief:.2f}  strongest hedge: {path.loosest_hedge}", highlight=False)
    _print_figures(console, path.events[0], context)
    for place, (hop, effect) in enumerate(zip(path.hops, path.events[1:], strict=True)):
        weakest = len(path.hops) > 1 and place == path.weakest
        _print_hop(console, place + 1, hop, path.events[place], effect, context, weakest=weakest)
    notes = []
    if path.single_narrative:
        notes.append("one origin stands behind all of it")
    if path.inferred_joins:
        after = ", ".join(str(place + 1) for place in path.inferred_joins)
        notes.append(f"no single article tells on from hop {after}: joined by merging events")
    for note in notes:
        console.print(f"   [italic]{note}[/italic]", highlight=False)


def _print_hop(
    console: Console,
    place: int,
    hop: Claim,
    cause: EventNode,
    effect: EventNode,
    context: Context,
    *,
    weakest: bool,
) -> None:
    said = best_witness(hop)
    arrow = f"[cyan]{'does not ' if hop.negated else ''}{hop.relation}[/cyan]"
    mark = "  [yellow]weakest hop[/yellow]" if weakest else ""
    console.print(
        f"   hop {place}: {escape(cause.label)} --{arrow}--> {escape(effect.label)}  belief {hop.belief:.2f}{mark}",
        highlight=False,
    )
    quote = f"“{escape(said.quote.text)}”" + ("  (implied, no causal word)" if said.implied else "")
    console.print(Padding(quote, (0, 0, 0, 6)), highlight=False)
    more = len(hop.witnesses) - 1
    also = f"; {more} more like it" if more else ""
    console.print(Padding(f"— {escape(context.source(said))}{also}", (0, 0, 0, 6)), highlight=False)
    _print_figures(console, effect, context)


def _print_figures(console: Console, event: EventNode, context: Context) -> None:
    figures = context.figures(event.id)
    for figure in figures[:FIGURES_SHOWN]:
        thing = f" [{figure.thing}]" if figure.thing and figure.thing.lower() not in figure.text.lower() else ""
        change = f", {figure.direction}" if figure.direction != "none" else ""
        speaker = f", says {figure.speaker}" if figure.speaker else ""
        text = escape(f"{figure.text}{thing}{change}{speaker}")
        console.print(Padding(f"figure: [green]{text}[/green] ({figure.hedge})", (0, 0, 0, 6)), highlight=False)
    if len(figures) > FIGURES_SHOWN:
        console.print(Padding(f"and {len(figures) - FIGURES_SHOWN} more figures", (0, 0, 0, 6)), highlight=False)


def print_rows(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print the rows of an answer as a table; in a pipe as tab-separated values with a head line."""
    if not console.is_terminal:
        for row in (columns, *rows):
            console.file.write("\t".join("" if value is None else _cell(value) for value in row) + "\n")
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if value is None else escape(str(value)) for value in row))
    console.print(table)


def _cell(value: object) -> str:
    return str(value).replace("\t", " ").replace("\n", " ")

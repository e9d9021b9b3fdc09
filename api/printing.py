"""In: a trace, an answer, a list of outcomes. Out: what a person reads on a terminal; plain text where it is piped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from rich import markup
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from api.presenting import Context, best_witness, called, described, most_told, related
from breachtrace import Assembled, CausalPath, Claim, Figure, Reconciled, Trace
from graph.arithmetic import Contradiction
from graph.reconcile import Position
from ontology.plain import printable
from ontology.terms import GROUPS

FIGURES_SHOWN = 3
Say = Callable[[int, str], None]


def print_trace(console: Console, trace: Trace, graph: Assembled) -> None:
    """Print every livelihood with its paths, hop by hop, then the impacts that no path reaches."""
    say = partial(_say, console)
    context = Context(graph)
    say(0, f"[bold]{escape(_begun(trace))}[/bold]: {_counted(trace)}")
    if trace.paths and not trace.question.back:
        _print_figures(say, trace.paths[0].figures[0], indent=3)
    for number, path in enumerate(trace.paths, 1):
        say(0, "")
        _print_path(say, number, path, context)
    if trace.unproven:
        say(
            0,
            f"\n[bold]Time was up: to {len(trace.unproven)} of them there may be more, or more believed, paths.[/bold]",
        )
    if trace.unreached:
        say(0, "\n[bold]Told of, but joined to the breach by no causal words:[/bold]")
        for event in trace.unreached:
            say(3, f"{called(event.group or '')}: {escape(event.label)}")


def escape(text: str) -> str:
    """Keep what an article says from acting on the terminal: as markup, or as control characters."""
    return markup.escape(printable(text))


def _say(console: Console, indent: int, text: str) -> None:
    """Print markup, indented; a terminal wraps it at its width, a pipe gets one line."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent)), highlight=False)
    else:
        console.print(" " * indent + text, highlight=False, soft_wrap=True)


def _begun(trace: Trace) -> str:
    """Name what the trace is of: the incident, or the event that was asked about."""
    return trace.incident.label if trace.start is None or trace.start.kind == "breach" else trace.start.label


def _counted(trace: Trace) -> str:
    """Count what was found: livelihoods, or, where something else was asked for, events and paths."""
    goals = {path.goal for path in trace.paths}
    what = "beginning" if trace.question.back else "event" if goals - set(GROUPS) else "livelihood"
    return f"{len(goals)} {what}{'s' if len(goals) != 1 else ''} {'led to it' if trace.question.back else 'reached'}"


def _print_path(say: Say, number: int, path: CausalPath, context: Context) -> None:
    name = called(path.group) if path.group else escape(path.events[-1].label)
    title = f"[bold]{number}. {name}[/bold] ({path.effect or path.events[-1].kind})"
    say(0, f"{title}  belief {path.belief:.2f}, strongest hedge: {path.loosest_hedge}")
    say(3, escape(path.sentence))
    for place, hop in enumerate(path.hops):
        weakest = len(path.hops) > 1 and place == path.weakest
        _print_hop(say, hop, path, place, context, weakest=weakest)
    if path.single_narrative:
        say(3, "[italic]one origin stands behind all of it[/italic]")
    if path.inferred_joins:
        after = ", ".join(str(place + 1) for place in path.inferred_joins)
        say(3, f"[italic]no single article tells on from hop {after}: joined by merging events[/italic]")


def _print_hop(say: Say, hop: Claim, path: CausalPath, place: int, context: Context, *, weakest: bool) -> None:
    best = best_witness(hop)
    relation = f"[cyan]{'does not ' if hop.negated else ''}{hop.relation}[/cyan]"
    mark = " [yellow](the weakest hop)[/yellow]" if weakest else ""
    ends = [escape(context.told(event, best)) for event in path.events[place : place + 2]]
    say(3, f"{ends[0]} --{relation}--> {ends[1]}  belief {hop.belief:.2f}{mark}")
    say(6, f"“{escape(best.quote.text)}”" + (" (implied: no causal word)" if best.implied else ""))
    more = len(hop.witnesses) - 1
    say(6, f"— {escape(context.source(best))}" + (f"; and {more} more" if more else ""))
    _print_figures(say, path.figures[place + 1], indent=6)


def _print_figures(say: Say, figures: Sequence[Figure], indent: int) -> None:
    for figure in sorted(figures, key=most_told)[:FIGURES_SHOWN]:
        thing = f" [{figure.thing}]" if figure.thing and figure.thing.lower() not in figure.text.lower() else ""
        change = f", {figure.direction}" if figure.direction != "none" else ""
        speaker = f", says {figure.speaker}" if figure.speaker else ""
        say(indent, f"figure: [green]{escape(figure.text + thing + change + speaker)}[/green] ({figure.hedge})")
    if len(figures) > FIGURES_SHOWN:
        say(indent, f"and {len(figures) - FIGURES_SHOWN} more figures")


def print_figures(console: Console, measures: Iterable[Reconciled], flags: Iterable[Contradiction] = ()) -> None:
    """Print every measure with its positions, the current one first: standing, wording, interval, who says it, when."""
    flagged = {one.percentage.id: one for one in flags}
    for one in measures:
        _say(console, 0, f"[bold]{escape(described(one))}[/bold]")
        for position in one.positions:
            _say(console, 3, f"{position.standing:<11} {escape(_position(one, position))}")
            if (flag := flagged.get(position.figure.id)) is not None:
                low, high = flag.expected.low, flag.expected.high
                told = f"the sentence's own amounts come to {low:.3g} to {high:.3g} percent ({flag.article})"
                _say(console, 15, f"[yellow]{escape(told)}[/yellow]")


def _position(measure: Reconciled, position: Position) -> str:
    figure, interval = position.figure, position.interval
    count = len(position.origins)
    told = [
        f"{figure.text} [{interval.low:,.12g} to {interval.high:,.12g}]",
        f"says {figure.speaker}" if figure.speaker else "",
        str(position.first) if position.first else "",
        f"{count} source" + ("s" if count != 1 else ""),
        related(measure, position),
    ]
    return ", ".join(part for part in told if part) + f" ({figure.hedge})"


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
    return printable(" ".join(str(value).split()))

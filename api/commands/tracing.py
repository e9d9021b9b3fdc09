"""In: a store, and an incident or event in it. Out: the causal paths from it, or to it, in one of several forms."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Final

import typer

from api.commands.options import DEFAULT_STORE, JsonOption, LedgerOption, StoreOption, console
from api.failing import carried_out
from api.printing import print_trace
from api.tracing_forms import MEDIA, written
from breachtrace import Store
from graph.selection import HARMFUL
from ontology.terms import HEDGES

commands = typer.Typer()
FORMS: Final = ("text", *MEDIA)


@commands.command(epilog="Example: `breachtrace trace Coupang --to delivery_worker -k 3 --min-belief 0.05`")
@carried_out
def trace(
    start: Annotated[
        str, typer.Argument(metavar="INCIDENT", help="An incident's name, alias or id; or an event's id.")
    ],
    to: Annotated[
        str | None,
        typer.Option("--to", help="One group such as `delivery_worker`, an event's id, or `*` for every event."),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="How many paths to each group, most believed first.")] = 1,
    per_event: Annotated[bool, typer.Option("--per-event", help="Count the paths for each event instead.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Ask what led to it, rather than what it led to.")] = False,
    max_hops: Annotated[int | None, typer.Option("--max-hops", min=1, help="The most links of a path.")] = None,
    min_belief: Annotated[float, typer.Option("--min-belief", min=0, max=1, help="The least belief of a path.")] = 0.0,
    min_link_belief: Annotated[
        float, typer.Option("--min-link-belief", min=0, max=1, help="The least belief of each link.")
    ] = 0.0,
    min_origins: Annotated[
        int, typer.Option("--min-origins", min=0, help="The fewest independent origins of each link.")
    ] = 0,
    max_hedge: Annotated[str, typer.Option("--max-hedge", help="The loosest wording of a link.")] = HEDGES[-1],
    relation: Annotated[
        list[str] | None, typer.Option("--relation", help="A relation that links may have; may come again.")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Only what was published by this day.")
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="ID", help="An event or claim to leave out; may come again."),
    ] = None,
    denied: Annotated[bool, typer.Option("--denied", help="Take links that articles deny, too.")] = False,
    disputed: Annotated[
        bool, typer.Option("--disputed/--no-disputed", help="Whether to take links that some affirm and some deny.")
    ] = True,
    timeout: Annotated[
        float | None, typer.Option("--timeout", min=0, help="Seconds, after which what is proven is the answer.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMS)}.")] = FORMS[0],
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Trace the causal paths from a breach to every livelihood, each hop with its quote and who says it.

    `docs/tracing.md` tells what each option does, and lists the codes of the groups and the relations.
    """
    shown = "json" if as_json else form
    if shown not in FORMS:
        raise typer.BadParameter(f"{form!r} is no form; one of: {', '.join(FORMS)}", param_hint="--format")
    with Store(store, ledger=ledger, create=False) as opened:
        graph = opened.graph()
        found = opened.trace(
            start,
            to,
            k,
            per_event=per_event,
            back=back,
            max_hops=max_hops,
            min_belief=min_belief,
            timeout=timeout,
            relations=tuple(relation or HARMFUL),
            min_link_belief=min_link_belief,
            min_origins=min_origins,
            max_hedge=max_hedge,
            as_of=as_of.date() if as_of else None,
            exclude=frozenset(exclude or ()),
            denied=denied,
            include_disputed=disputed,
        )
    if shown == "text":
        print_trace(console(), found, graph)
    else:
        sys.stdout.write(written(found, graph, shown))

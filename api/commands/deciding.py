"""In: a store, and what a person decides about it. Out: the decision, or the withdrawal, in its ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import DEFAULT_STORE, JsonOption, LedgerOption, StoreOption, print_json
from api.curating import Verb, decided, decision_data
from api.failing import carried_out
from breachtrace import Store
from ontology.plain import printable

commands = typer.Typer()


@commands.command(epilog="Example: `breachtrace curate reject claim-3f2a --by kim --note 'it says the opposite'`")
@carried_out
def curate(
    verb: Annotated[Verb, typer.Argument(help="What to decide; `list` shows what was decided.")],
    subject: Annotated[str, typer.Argument(help="What it is about: an id, a firm's name, a decision's number.")] = "",
    others: Annotated[list[str] | None, typer.Argument(help="The other id or name; the articles to split off.")] = None,
    by: Annotated[str, typer.Option("--by", envvar="USER", help="Who decides.")] = "",
    note: Annotated[str | None, typer.Option("--note", help="Why; kept with the decision.")] = None,
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide what the reading left open or got wrong; a decision holds whatever is read later, until it is undone.

    `accept ID`, `reject ID`: a claim or figure is right, or misread. `recommend ID`: the figure to go by.

    `merge ID OTHER`: two incidents, or two events, are one. `split ID ARTICLE...`: what these articles tell is not it.

    `same NAME OTHER`: two names of one firm. `undo NUMBER`: a decision no longer holds. `list`: all decisions.
    """
    with Store(store, ledger=ledger, create=False) as opened:
        if verb is Verb.LIST:
            made = opened.decisions()
        else:
            made = [opened.curate(verb, subject, others or (), by=by, why=note)]
    if as_json:
        print_json([decision_data(one) for one in made] if verb is Verb.LIST else decision_data(made[0]))
    else:
        typer.echo("\n".join(map(decided, made)) or "nothing was decided yet")


@commands.command(epilog="Example: `breachtrace retract wire-2025-11-29 --why 'withdrawn by its publisher'`")
@carried_out
def retract(
    article: Annotated[str, typer.Argument(help="The article's id.")],
    why: Annotated[str, typer.Option("--why", help="Why; kept with it.")] = "",
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw an article: what it alone told stays, marked unsupported, and counts for nothing.

    Reading the same text in again does not bring it back; a new text of the article does.
    """
    with Store(store, ledger=ledger, create=False) as opened:
        changed = opened.retract(article, why)
        counts = {"article": article, "changed": changed, "unsupported": opened.stats()["unsupported"]}
    if as_json:
        print_json(counts)
    else:
        told = "withdrawn" if changed else "was withdrawn before"
        typer.echo(f"{printable(article)}: {told}; {counts['unsupported']} claims and figures are without support")

"""In: a store, and what somebody wants to know of it. Out: figures, and answers to queries."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.options import DEFAULT_STORE, JsonOption, LedgerOption, StoreOption, console, print_json
from api.failing import carried_out, errors
from api.presenting import described, figures_data
from api.printing import print_figures, print_rows
from breachtrace import Reconciled, Store
from graph import queries
from graph.stores.errors import QueryInvalidError
from graph.stores.query import Language
from ontology import terms
from ontology.plain import printable

commands = typer.Typer()


@commands.command(epilog="Example: `breachtrace figures Coupang --measure account --as-of 2025-11-25`")
@carried_out
def figures(
    incident: Annotated[str, typer.Argument(help="An incident's name, alias or id.")],
    measure: Annotated[str | None, typer.Option("--measure", help="Only measures whose name holds this text.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Only what was published by this day.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare every figure on an incident: which is current, superseded or disputed, and who says so."""
    with Store(store, ledger=ledger, create=False) as opened:
        found = opened.figures(incident, as_of.date() if as_of else None)
        flags = opened.contradictions()
    kept = [one for one in found if measure is None or measure.lower() in described(one).lower()]
    if as_json:
        print_json(figures_data(kept, flags))
    else:
        print_figures(console(), kept, flags)
        if not kept:
            errors.print(_none(found, as_of), markup=False, highlight=False, soft_wrap=True)


def _none(found: Iterable[Reconciled], as_of: datetime | None) -> str:
    """Say why no figure is shown: none was published by then, or no measure goes by the text that was asked for."""
    known = sorted({described(one) for one in found})
    if known:
        return printable(f"no measure's name holds that text; there are: {', '.join(known)}")
    return f"no figure was published by {as_of:%Y-%m-%d}" if as_of else "no figure is on record"


@commands.command(epilog="Example: `breachtrace query figures -p incident=ID` or `breachtrace query mine.rq --json`")
@carried_out
def query(
    file: Annotated[str, typer.Argument(help="A file with a query, - for standard input, or a shipped query's name.")],
    parameter: Annotated[list[str] | None, typer.Option("-p", help="A shipped query's parameter, NAME=VALUE.")] = None,
    cypher: Annotated[bool, typer.Option("--cypher", help="The query is Cypher, not SPARQL.")] = False,
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the graph in SPARQL 1.1, or in Cypher. Queries only read; `breachtrace queries` lists the shipped ones."""
    language: Language = "cypher" if cypher else "sparql"
    with Store(store, ledger=ledger, create=False) as opened:
        text, values = _query_text(file, language, parameter or [], opened)
        answer = opened.query(text, language, values)
    if as_json:
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        print_json({"seq": answer.seq, "truncated": answer.truncated, "rows": rows})
    else:
        print_rows(console(), answer.columns, answer.rows)
    if answer.truncated:
        errors.print("there are more rows; narrow the query, or add LIMIT and OFFSET", highlight=False)


def _named_values(given: list[str], store: Store) -> dict[str, str]:
    """Read NAME=VALUE pairs; an incident may go by its name or alias, as everywhere, and an id has to be known."""
    values = dict(pair.partition("=")[::2] for pair in given)
    if "incident" in values:
        values["incident"] = store.incident(values["incident"]).id
    if "claim" in values:
        graph, wanted = store.graph(), values["claim"].removeprefix(terms.ID)
        if wanted not in {one.id for one in graph.claims} | {one.id for one in graph.figures}:
            told = f"no claim or figure has the id {wanted!r}; `breachtrace query links -p incident=NAME` lists claims"
            raise QueryInvalidError(told)
    return values


def _query_text(file: str, language: Language, given: list[str], store: Store) -> tuple[str, dict[str, Any]]:
    """Find the query: standard input, a file, or else a shipped query with its parameters."""
    if file != "-" and not Path(file).exists() and file in queries.names(language):
        named = queries.load(file, language)
        return named.text, named.bind(_named_values(given, store))
    if given:
        raise typer.BadParameter("is for shipped queries; write values into your own query", param_hint="-p")
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig"), {}
    except (OSError, UnicodeDecodeError) as error:
        shipped = ", ".join(queries.names(language))
        problem = f"{file} cannot be read ({error}), and is none of the shipped queries: {shipped}"
        raise typer.BadParameter(problem, param_hint="FILE") from error


@commands.command(name="queries", epilog="Example: `breachtrace queries`")
@carried_out
def queries_(as_json: JsonOption = False) -> None:
    """List the queries that are shipped, with their parameters."""
    languages: tuple[Language, ...] = ("sparql", "cypher")
    shipped = [queries.load(name, language) for language in languages for name in queries.names(language)]
    if as_json:
        print_json([asdict(query) for query in shipped])
        return
    for query in shipped:
        flag = " --cypher" if query.language == "cypher" else ""
        wanted = "".join(f" -p {parameter.name}=..." for parameter in query.parameters)
        typer.echo(f"{query.name}{wanted}{flag}\n    {query.title}")

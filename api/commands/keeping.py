"""In: a store. Out: what is made from its ledger brought up to date, written out, counted, checked or mended."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import DEFAULT_STORE, JsonOption, LedgerOption, StoreOption, print_json
from api.failing import carried_out
from api.projecting import project_into, told
from breachtrace import Store

commands = typer.Typer()


@commands.command(epilog="Example: `breachtrace project --neo4j bolt://localhost:7687`")
@carried_out
def project(
    neo4j: Annotated[
        str | None,
        typer.Option("--neo4j", metavar="URL", help="A Neo4j database: bolt:// or neo4j://HOST[:PORT][/DB]."),
    ] = None,
    sparql: Annotated[
        str | None,
        typer.Option(
            "--sparql", metavar="URL", help="A SPARQL 1.1 server: http://HOST:PORT/DATASET, or QUERY,UPDATE,DATA."
        ),
    ] = None,
    ladybug: Annotated[bool, typer.Option("--ladybug", help="The file of the embedded Cypher engine.")] = False,
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring what is made from the ledger up to date: the store's own files, or the server that is named.

    User and password of a server stand in its URL, or in `NEO4J_USERNAME` and `NEO4J_PASSWORD`, `SPARQL_USERNAME` and
    `SPARQL_PASSWORD`.
    """
    with Store(store, ledger=ledger, create=False) as opened:
        rows = []
        for row in project_into(opened, neo4j, sparql, ladybug):
            rows.append(row)
            if not as_json:
                typer.echo(told(row))
    if as_json:
        print_json({"targets": rows})


@commands.command(name="export", epilog="Example: `breachtrace export --format turtle --out graph.ttl`")
@carried_out
def export_(
    form: Annotated[str, typer.Option("--format", help="turtle, trig, nquads, jsonld, graphml or csv.")] = "turtle",
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; standard output if left out.")] = None,
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
) -> None:
    """Write the graph out for other tools."""
    with Store(store, ledger=ledger, create=False) as opened:
        opened.export(form, out or sys.stdout.buffer)


@commands.command(epilog="Example: `breachtrace stats --json`")
@carried_out
def stats(store: StoreOption = DEFAULT_STORE, ledger: LedgerOption = None, as_json: JsonOption = False) -> None:
    """Count what the store holds, and say what could not be placed."""
    with Store(store, ledger=ledger, create=False) as opened:
        counts = opened.stats()
    if as_json:
        print_json(counts)
    else:
        for name, value in counts.items():
            typer.echo(f"{name.replace('_', ' ')}: {value}")


@commands.command(epilog="Example: `breachtrace validate`")
@carried_out
def validate(store: StoreOption = DEFAULT_STORE, ledger: LedgerOption = None, as_json: JsonOption = False) -> None:
    """Hold the stored graph against its SHACL shapes; exit status 1 where it does not conform."""
    with Store(store, ledger=ledger, create=False) as opened:
        violations = opened.validate()
    if as_json:
        print_json({"conforms": not violations, "violations": [str(one) for one in violations]})
    else:
        typer.echo("\n".join(map(str, violations)) or "the graph conforms to its shapes")
    raise typer.Exit(1 if violations else 0)


@commands.command(epilog="Example: `breachtrace doctor --mend`")
@carried_out
def doctor(
    mend: Annotated[bool, typer.Option("--mend", help="Make broken projections again from the ledger.")] = False,
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the ledger and what is made from it; exit status 1 where something is wrong."""
    with Store(store, ledger=ledger, create=False) as opened:
        found = opened.doctor(mend=mend)
    if as_json:
        print_json({"sound": not found, "findings": [asdict(finding) for finding in found]})
    else:
        typer.echo("\n".join(f"{one.where}: {one.problem}" for one in found) or "all is sound")
    raise typer.Exit(1 if found else 0)

"""In: a command line. Out: articles read in, traces, answers, exports, projections, checks; exit status 0, 1 or 2.

0: all well; 1: some input failed, the rest went on; 2: the command could not be carried out as it was given.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from api.curating import Verb, decided, decision_data
from api.extracting import extract_files
from api.failing import carried_out, errors
from api.presenting import described, figures_data, trace_data
from api.printing import print_figures, print_rows, print_trace
from api.projecting import project_into, told
from breachtrace import Outcome, Store, article_files, printable
from graph import queries
from graph.stores.query import Language
from ontology.terms import GROUPS

T = TypeVar("T")

app = typer.Typer(
    name="breachtrace",
    help="Read news about data breaches, and trace how the harm reaches livelihoods.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
StoreOption = Annotated[
    Path,
    typer.Option("--store", envvar="BREACHTRACE_STORE", help="The folder of the ledger and what is made from it."),
]
LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="URL",
        envvar="BREACHTRACE_LEDGER",
        help="The ledger where it is not in the store: postgresql://USER@HOST:PORT/DATABASE.",
    ),
]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="An installed spaCy pipeline to read with, instead of the shipped one.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
DEFAULT_STORE = Path(".breachtrace")


def main() -> None:
    """Run the command line."""
    app()


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=120)


def _print_json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


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


@app.command(epilog="Example: `breachtrace ingest articles/ --store store`")
@carried_out
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Article files (.txt, .json), or folders of them.")],
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
        _print_json({"outcomes": rows, "seq": shown.seq, "quads": shown.quads})
    else:
        told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "no articles"
        typer.echo(f"{told}; the graph of {store} holds {shown.quads} statements at seq {shown.seq}")
    raise typer.Exit(1 if failed else 0)


@app.command(epilog="Example: `breachtrace extract article.txt --out found/`")
@carried_out
def extract(
    files: Annotated[list[Path], typer.Argument(help="Article files (.txt, .json), or folders of them.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write one JSON file per article into.")],
    model: ModelOption = None,
) -> None:
    """Read articles, and write what was found in each as JSON, without a store."""
    named = article_files(files)
    outcomes = list(_progress(extract_files(named, out, model), len(named), "reading"))
    failed = _report_failures(outcomes)
    typer.echo(f"{len(outcomes) - failed} of {len(outcomes)} articles written to {out}")
    raise typer.Exit(1 if failed else 0)


@app.command(epilog="Example: `breachtrace trace Coupang --to delivery_worker -k 3`")
@carried_out
def trace(
    incident: Annotated[str, typer.Argument(help="An incident's name, alias or id.")],
    to: Annotated[str | None, typer.Option("--to", help="One group only, such as `delivery_worker`.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="How many paths to each group, most believed first.")] = 1,
    store: StoreOption = DEFAULT_STORE,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Trace the causal paths from a breach to every livelihood, each hop with its quote and who says it."""
    _check_group(to)
    with Store(store, ledger=ledger, create=False) as opened:
        graph = opened.graph()
        found = opened.trace(incident, to, k)
    if as_json:
        _print_json(trace_data(found, graph))
    else:
        print_trace(_console(), found, graph)


def _check_group(code: str | None) -> None:
    if code is not None and code not in GROUPS:
        raise typer.BadParameter(f"{code!r} is no group; one of: {', '.join(GROUPS)}", param_hint="--to")


@app.command(epilog="Example: `breachtrace figures Coupang --measure account --as-of 2025-11-25`")
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
        _print_json(figures_data(kept, flags))
    else:
        print_figures(_console(), kept, flags)


@app.command(epilog="Example: `breachtrace query figures -p incident=ID` or `breachtrace query mine.rq --json`")
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
        _print_json({"seq": answer.seq, "truncated": answer.truncated, "rows": rows})
    else:
        print_rows(_console(), answer.columns, answer.rows)
    if answer.truncated:
        errors.print("there are more rows; narrow the query, or add LIMIT and OFFSET", highlight=False)


def _named_values(given: list[str], store: Store) -> dict[str, str]:
    """Read NAME=VALUE pairs; an incident may go by its name or alias, as everywhere."""
    values = dict(pair.partition("=")[::2] for pair in given)
    if "incident" in values:
        values["incident"] = store.incident(values["incident"]).id
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


@app.command(name="queries", epilog="Example: `breachtrace queries`")
@carried_out
def queries_(as_json: JsonOption = False) -> None:
    """List the queries that are shipped, with their parameters."""
    languages: tuple[Language, ...] = ("sparql", "cypher")
    shipped = [queries.load(name, language) for language in languages for name in queries.names(language)]
    if as_json:
        _print_json([asdict(query) for query in shipped])
        return
    for query in shipped:
        flag = " --cypher" if query.language == "cypher" else ""
        wanted = "".join(f" -p {parameter.name}=..." for parameter in query.parameters)
        typer.echo(f"{query.name}{wanted}{flag}\n    {query.title}")


@app.command(epilog="Example: `breachtrace project --neo4j bolt://localhost:7687`")
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
        _print_json({"targets": rows})


@app.command(epilog="Example: `breachtrace curate reject claim-3f2a --by kim --note 'the quote says the opposite'`")
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
        _print_json([decision_data(one) for one in made] if verb is Verb.LIST else decision_data(made[0]))
    else:
        typer.echo("\n".join(map(decided, made)) or "nothing was decided yet")


@app.command(epilog="Example: `breachtrace retract wire-2025-11-29 --why 'withdrawn by its publisher'`")
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
        _print_json(counts)
    else:
        told = "withdrawn" if changed else "was withdrawn before"
        typer.echo(f"{printable(article)}: {told}; {counts['unsupported']} claims and figures are without support")


@app.command(name="export", epilog="Example: `breachtrace export --format turtle --out graph.ttl`")
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


@app.command(epilog="Example: `breachtrace stats --json`")
@carried_out
def stats(store: StoreOption = DEFAULT_STORE, ledger: LedgerOption = None, as_json: JsonOption = False) -> None:
    """Count what the store holds, and say what could not be placed."""
    with Store(store, ledger=ledger, create=False) as opened:
        counts = opened.stats()
    if as_json:
        _print_json(counts)
    else:
        for name, value in counts.items():
            typer.echo(f"{name.replace('_', ' ')}: {value}")


@app.command(epilog="Example: `breachtrace validate`")
@carried_out
def validate(store: StoreOption = DEFAULT_STORE, ledger: LedgerOption = None, as_json: JsonOption = False) -> None:
    """Hold the stored graph against its SHACL shapes; exit status 1 where it does not conform."""
    with Store(store, ledger=ledger, create=False) as opened:
        violations = opened.validate()
    if as_json:
        _print_json({"conforms": not violations, "violations": [str(one) for one in violations]})
    else:
        typer.echo("\n".join(map(str, violations)) or "the graph conforms to its shapes")
    raise typer.Exit(1 if violations else 0)


@app.command(epilog="Example: `breachtrace doctor --mend`")
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
        _print_json({"sound": not found, "findings": [asdict(finding) for finding in found]})
    else:
        typer.echo("\n".join(f"{one.where}: {one.problem}" for one in found) or "all is sound")
    raise typer.Exit(1 if found else 0)

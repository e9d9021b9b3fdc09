"""In: a store. Out: a server of the Model Context Protocol on standard input and output, for an assistant to ask."""

from __future__ import annotations

from importlib.util import find_spec

import typer

from api.commands.options import DEFAULT_STORE, LedgerOption, ModelOption, StoreOption
from api.failing import carried_out
from graph.stores.errors import ExtraMissingError

commands = typer.Typer()


@commands.command(epilog="Example: `breachtrace mcp --store my-store`, as the command of an MCP client")
@carried_out
def mcp(store: StoreOption = DEFAULT_STORE, ledger: LedgerOption = None, model: ModelOption = None) -> None:
    """Serve the store to an assistant over the Model Context Protocol, on standard input and output.

    Four tools, all of which only read: trace_paths, check_text, get_claim, sparql.
    """
    if find_spec("mcp") is None:
        raise ExtraMissingError("the server of the Model Context Protocol", "mcp")
    from api.tools import Tools, make_server  # what nothing else needs

    tools = Tools(store, ledger, model)
    try:
        make_server(tools).run("stdio")
    finally:
        tools.close()

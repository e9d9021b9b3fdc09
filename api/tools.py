"""In: a store. Out: a server of the Model Context Protocol over standard input and output, with four tools that read.

It needs the `mcp` extra. All tools run in one thread, one after the other: the
graph is held once, and a new `seq` of the ledger is seen at the next call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from api.checking import check_data
from api.claiming import Claims
from api.presenting import trace_data
from breachtrace import ERRORS, Store
from graph.stores.query import Limits
from ontology.terms import GROUPS

Data = dict[str, Any]
ROWS: Final = 200
TEXT: Final = 20_000  # characters
LIMITS: Final = Limits(seconds=10.0, rows=ROWS)
INSTRUCTIONS: Final = (
    "News about data breaches, as a graph in which every statement has its exact quotes. Quote what the tools return, "
    "with speaker, publisher and day; a belief is no probability, and `unverifiable` does not mean false."
)
Incident = Annotated[str, Field(min_length=1, max_length=200, description="An incident's name, alias or id: Coupang")]


class Tools:
    """What the tools do, on one store that is opened in a thread of its own.

    Args:
        folder: The store's folder; it has to be there.
        ledger: The ledger, where it is not in the folder.
        model: The spaCy pipeline to read texts with; None for the shipped one.
    """

    def __init__(self, folder: Path, ledger: str | None = None, model: str | None = None) -> None:
        self._alone = ThreadPoolExecutor(1, "tools")
        self._store = self._alone.submit(lambda: Store(folder, ledger=ledger, model=model, create=False)).result()

    async def _run(self, answer: Callable[[Store], Data]) -> Data:
        try:
            return await asyncio.wrap_future(self._alone.submit(answer, self._store))
        except ERRORS as error:
            raise ToolError(str(error)) from error

    async def trace_paths(
        self,
        incident: Incident,
        group: Annotated[str | None, Field(description=f"One livelihood only: {', '.join(GROUPS)}")] = None,
        k: Annotated[int, Field(ge=1, le=10, description="Paths to each livelihood, most believed first.")] = 1,
    ) -> Data:
        """Trace how a data breach reached livelihoods: causal paths hop by hop, each with quotes, speakers and belief.

        `unreached` lists harms that are told of without causal words; do not present these as caused by the breach.
        """
        if group is not None and group not in GROUPS:
            raise ToolError(f"{group!r} is no group; one of {', '.join(GROUPS)}")
        return await self._run(lambda store: trace_data(store.trace(incident, group, k), store.graph()))

    async def check_text(
        self,
        text: Annotated[str, Field(min_length=1, max_length=TEXT, description="A claim: a sentence or more, English.")],
        incident: Annotated[
            str | None, Field(max_length=200, description="What it is about; null to go by the firms that it names.")
        ] = None,
        as_of: Annotated[date | None, Field(description="Answer from what was published by this day.")] = None,
    ) -> Data:
        """Check every figure and causal statement of a text against what the news told.

        Verdicts: supported, superseded, differs, contradicted, unverifiable, each with a reason code, a sentence that
        holds the arithmetic, and all records that were compared.
        """

        def answer(store: Store) -> Data:
            return check_data(store.check(text, incident, as_of), store.graph())

        return await self._run(answer)

    async def get_claim(
        self, claim: Annotated[str, Field(min_length=1, max_length=200, description="An id: claim-... or figure-...")]
    ) -> Data:
        """Give one claim or figure as a schema.org Claim: every appearance word for word, and reviews by people."""

        def answer(store: Store) -> Data:
            claims = Claims(store.graph())
            found = claims.find(claim)
            if found is None:
                raise ToolError(f"no claim or figure has the id {claim!r}; check_text and trace_paths give ids")
            return claims.linked(found)

        return await self._run(answer)

    async def sparql(
        self, query: Annotated[str, Field(min_length=1, max_length=TEXT, description="A SPARQL 1.1 query that reads.")]
    ) -> Data:
        """Ask the graph in SPARQL 1.1. It only reads: no update, no SERVICE; 10 seconds and 200 rows at most.

        Prefixes: bt: <https://w3id.org/breachtrace/ontology#>, faro:, prov:, oa:, schema:. `truncated` says that rows
        are missing.
        """

        def answer(store: Store) -> Data:
            found = store.query(query, limits=LIMITS)
            rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
            return {"seq": found.seq, "truncated": found.truncated, "rows": rows}

        return await self._run(answer)

    def close(self) -> None:
        """Close the store, in its thread, and end it."""
        self._alone.submit(self._store.__exit__, None, None, None).result()
        self._alone.shutdown()


def make_server(tools: Tools) -> MCPServer:
    """Make the server of these tools."""
    server: MCPServer = MCPServer(
        "breachtrace", instructions=INSTRUCTIONS, version=version("breachtrace"), log_level="WARNING"
    )
    reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    for tool in (tools.trace_paths, tools.check_text, tools.get_claim, tools.sparql):
        server.add_tool(tool, annotations=reads)
    return server

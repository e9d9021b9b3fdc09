"""The tools of the Model Context Protocol, asked as an assistant does: a process, and the SDK's own client."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from breachtrace import Store

pytest.importorskip("mcp")
from mcp import Client, StdioServerParameters

ROOT = Path(__file__).parents[2]
STORY = (
    "Acme said on Monday that a data breach exposed 33.7 million customer accounts. Because of the breach, shoppers "
    "stayed away. The retreat of shoppers reduced parcel volumes. As a result, delivery drivers lost 30-40 percent of "
    "their income, the couriers' union said."
)
Work = Callable[[Client], Coroutine[Any, Any, Any]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tools")
    (folder / "acme.txt").write_text(f"---\npublished: 2025-12-04\npublisher: Harbour Post\n---\n{STORY}\n")
    with Store(folder / "store") as opened:
        assert [outcome.status for outcome in opened.ingest([folder])] == ["added"]
    return folder / "store"


def asked(store: Path, work: Work) -> Any:
    """Start the server as a process, and let the SDK's client do the work."""
    arguments = ["-c", "from api.cli import main; main()", "mcp", "--store", str(store)]
    server = StdioServerParameters(command=sys.executable, args=arguments, cwd=ROOT)

    async def session() -> Any:
        async with Client(server, read_timeout_seconds=120) as client:
            return await work(client)

    return asyncio.run(session())


async def call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    (content,) = result.content
    assert content.type == "text"
    return dict(json.loads(content.text))


def test_each_tool_answers_with_quotes_and_only_reads(store: Path) -> None:
    async def work(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == {"trace_paths", "check_text", "get_claim", "sparql"}
        assert all(tool.annotations and tool.annotations.read_only_hint and tool.description for tool in tools)

        traced = await call(client, "trace_paths", incident="Acme", k=2)
        hop = traced["livelihoods"][0]["paths"][0]["hops"][0]
        assert hop["quote"] in STORY

        checked = await call(client, "check_text", text="The Acme breach exposed 50 million accounts.")
        assert checked["counts"] == {"contradicted": 1}

        claim = await call(client, "get_claim", claim=hop["id"])
        assert (claim["@type"], claim["text"]) == ("Claim", hop["quote"])

        rows = await call(client, "sparql", query="SELECT ?s WHERE { ?s ?p ?o } LIMIT 300")
        assert (len(rows["rows"]), rows["truncated"], rows["seq"]) == (200, True, 1)

    asked(store, work)


def test_what_cannot_be_answered_is_an_error_that_says_what_to_do(store: Path) -> None:
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("trace_paths", {"incident": "Nobody"}, "did you mean"),
        ("trace_paths", {"incident": "Acme", "group": "pilots"}, "is no group"),
        ("trace_paths", {"incident": "Acme", "k": 1000}, "10"),
        ("check_text", {"text": "x" * 20_001}, "20000"),
        ("get_claim", {"claim": "figure-0"}, "figure-0"),
        ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}, "refused"),
        ("sparql", {"query": "SELECT * WHERE { SERVICE <http://localhost/> { ?s ?p ?o } }"}, "SERVICE"),
    ]

    async def work(client: Client) -> list[tuple[bool, str]]:
        results = [await client.call_tool(name, arguments) for name, arguments, _ in wrong]
        return [(result.is_error, str(result.content)) for result in results]

    for (failed, told), (_, _, expected) in zip(asked(store, work), wrong, strict=True):
        assert failed
        assert expected.lower() in told.lower()

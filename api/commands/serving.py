"""In: a store. Out: the service over HTTP, until it is ended; and the keys that it is asked with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.options import DEFAULT_STORE, JsonOption, ModelOption, StoreOption, print_json
from api.failing import carried_out
from graph.stores.errors import ExtraMissingError
from ontology.plain import printable

commands = typer.Typer()
keys = typer.Typer(help="Make, list and revoke the keys of the service over HTTP.", no_args_is_help=True)
commands.add_typer(keys, name="keys")


@commands.command(epilog="Example: `breachtrace serve --store store --port 8000`")
@carried_out
def serve(
    store: Annotated[Path | None, typer.Option("--store", help="The folder of the ledger. [.breachtrace]")] = None,
    ledger: Annotated[str | None, typer.Option("--ledger", metavar="URL", help="The ledger on PostgreSQL.")] = None,
    model: ModelOption = None,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on. [127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option("--port", help="The port to listen on. [8000]")] = None,
) -> None:
    """Serve the store over HTTP; `/docs` shows what can be asked.

    Everything is also a setting, by environment or `.env`: `BREACHTRACE_STORE`, `BREACHTRACE_PORT` and so on, which
    `docs/serving.md` lists. On this machine reading is open; from elsewhere it takes a key, as writing does everywhere.
    """
    given = {"store": store, "ledger": ledger, "model": model, "host": host, "port": port}
    _serve({name: value for name, value in given.items() if value is not None})


def _serve(given: dict[str, Any]) -> None:
    try:
        import uvicorn
        from pydantic import ValidationError

        from api.http.app import make_app
        from api.http.logs import set_up
        from api.http.settings import Settings
    except ImportError as error:
        raise ExtraMissingError("the service over HTTP", "serve") from error
    try:
        settings = Settings(**given)
    except ValidationError as error:
        told = "; ".join(f"BREACHTRACE_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        raise typer.BadParameter(f"{told}; docs/serving.md lists the settings") from error
    set_up(settings.log_level)
    app = make_app(settings)
    app.state.service.reader.wake()  # it loads the pipeline, so that the first article need not wait for it
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=30,
    )


@keys.command(epilog="Example: `breachtrace keys create --scope ingest --name feed`")
@carried_out
def create(
    scope: Annotated[list[str], typer.Option("--scope", help="read, ingest or curate; may be given again.")],
    name: Annotated[str, typer.Option("--name", help="Whose it is; curators' decisions carry it.")],
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Make a key, and print it, this once: only a hash of it is kept. Every key may read."""
    from api.http.keyring import SCOPES, Keyring

    if unknown := sorted(set(scope) - set(SCOPES)):
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(SCOPES)}", param_hint="--scope")
    sent, key = Keyring(store).create(scope, printable(name.strip()))
    if as_json:
        print_json({"key": sent, "id": key.id, "scopes": key.scopes})
    else:
        typer.echo(sent)


@keys.command(name="list", epilog="Example: `breachtrace keys list`")
@carried_out
def list_(store: StoreOption = DEFAULT_STORE, as_json: JsonOption = False) -> None:
    """List the keys: their ids, whose they are, what they open; not the keys themselves."""
    from api.http.keyring import Keyring

    known = Keyring(store).list()
    if as_json:
        print_json([{"id": one.id, "name": one.name, "scopes": one.scopes, "revoked": one.revoked} for one in known])
        return
    for one in known:
        ended = f", revoked {one.revoked}" if one.revoked else ""
        typer.echo(f"{one.id}  {one.name}: {', '.join(one.scopes)}; made {one.created}{ended}")


@keys.command(epilog="Example: `breachtrace keys revoke 3f2a9c51d0b8`")
@carried_out
def revoke(
    key: Annotated[str, typer.Argument(help="The key's id, as `breachtrace keys list` shows it.")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Let a key open nothing any more, from this moment on."""
    from api.http.keyring import Keyring

    if not Keyring(store).revoke(key):
        raise typer.BadParameter(f"no key that holds has the id {key!r}; `breachtrace keys list` shows them")
    typer.echo(f"{printable(key)}: revoked")

"""A store with two articles in it, and services over it: in process, and on a port of this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from api.http.app import make_app
from api.http.settings import Settings
from graph.ledger import Ledger
from tests.graph.telling import link, tell


def fill(folder: Path) -> Path:
    """Put two articles into a store that is made there."""
    folder.mkdir(parents=True, exist_ok=True)
    with Ledger(folder / "ledger.sqlite") as ledger:
        ledger.add(tell("a1", link("breach", "orders_fall"), link("orders_fall", "jobs_lost@driver")))
        ledger.add(
            tell("a2", link("breach", "orders_fall", speaker="Acme"), link("orders_fall", "stock_unsold@farmer"))
        )
    return folder


def _settings(folder: Path, more: dict[str, Any]) -> Settings:
    return Settings(**{"_env_file": None, "store": folder, "rate": 1_000_000, "query_workers": 2, **more})


@contextmanager
def served(folder: Path, **settings: Any) -> Iterator[TestClient]:
    """Serve a store to a caller on this machine."""
    app = make_app(_settings(folder, settings))
    with TestClient(app, "http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as client:
        yield client


@contextmanager
def listening(folder: Path, **settings: Any) -> Iterator[str]:
    """Serve a store on a free port; gives the URL."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = uvicorn.Config(make_app(_settings(folder, settings)), log_level="error", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([taken],))
        thread.start()
        try:
            end = time.monotonic() + 60
            while not server.started and thread.is_alive() and time.monotonic() < end:
                time.sleep(0.01)
            assert server.started
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()

"""A service over a store of its own, asked as a caller on this machine would."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.app import make_app
from api.http.settings import Settings

Serve = Callable[..., TestClient]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start services over the test's store: settings by name, and how the caller comes (address, base_url)."""
    with ExitStack() as stack:

        def start(address: str = "127.0.0.1", base_url: str = "http://127.0.0.1:8000", **settings: Any) -> TestClient:
            app = make_app(Settings(**{"_env_file": None, "store": tmp_path / "store", **settings}))
            return stack.enter_context(TestClient(app, base_url, client=(address, 50000)))

        yield start


@pytest.fixture
def client(serve: Serve) -> TestClient:
    return serve()

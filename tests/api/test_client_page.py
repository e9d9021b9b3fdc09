"""The Python client of README and operators' page runs as printed, on an empty store, with the real reading."""

import re
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.app import make_app
from api.http.keyring import Keyring
from api.http.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "docs" / "serving.md")


def client_of(page: Path) -> str:
    (code,) = re.findall(r"```python\n(import httpx\n.*?)```", page.read_text("utf-8"), re.DOTALL)
    return str(code)


def test_the_client_runs_as_it_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, other = map(client_of, PAGES)
    assert code == other
    app = make_app(Settings(store=tmp_path, patience=120))
    sent, _ = Keyring(tmp_path).create(("ingest",), "feed")
    with TestClient(app, "http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as started:

        def client(base_url: str, headers: dict[str, str]) -> Any:
            assert base_url == str(started.base_url)
            started.headers.update(headers)
            return nullcontext(started)

        exec(code.replace("import httpx\n", ""), {"httpx": SimpleNamespace(Client=client), "KEY": sent})
    assert "current 2.9 million customer accounts Acme said on Monday" in capsys.readouterr().out

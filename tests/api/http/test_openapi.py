"""The whole interface under requests made from its own description, good and bad: it never fails and keeps its word."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from api.http.app import make_app
from api.http.keyring import Keyring
from api.http.settings import Settings

KEPT: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
GENTLY = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("described")


@pytest.fixture(scope="module")
def headers(place: Path) -> dict[str, str]:
    return {"Authorization": f"Bearer {Keyring(place).create(['ingest', 'curate'], 'kim')[0]}"}


@pytest.fixture(scope="module")
def described(place: Path) -> Any:
    """Describe a service that holds something, lets in the caller, and waits for no reading."""
    told: dict[str, Any] = {"_env_file": None, "store": place, "hosts": ("*",)}
    app = make_app(Settings(**told, rate=100_000, write_rate=100_000, patience=1))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_it_never_fails_and_answers_as_it_says(
    described: Any, headers: dict[str, str], mode: GenerationMode, subtests: pytest.Subtests
) -> None:
    seen = 0
    for found in described.get_all_operations():
        operation = found.ok()

        @GENTLY
        @given(case=operation.as_strategy(generation_mode=mode))
        def keeps_its_word(case: Any) -> None:
            nonlocal seen
            answer = case.call(headers=headers)
            seen += answer.status_code < 400
            case.validate_response(answer, checks=KEPT)

        with subtests.test(operation.label), suppress(Unsatisfiable):
            keeps_its_word()
    assert seen or mode is GenerationMode.NEGATIVE

"""Real servers for the tests, started once where a test asks for one; where that cannot be, it is skipped and says why.

BREACHTRACE_TEST_NEO4J=bolt://USER:PASSWORD@HOST:PORT names a running Neo4j instead; its database is emptied. With
BREACHTRACE_TEST_REQUIRE=1 what would be skipped fails.
"""

from __future__ import annotations

import importlib.util
import os
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn

import pytest

from graph.stores.neo4j import Address

HERE = Path(__file__).parent
JARS = HERE.parent / ".neo4j" / "jars"
FETCHED = JARS.parent / "pom.xml"  # as it was when the jars were fetched
SECONDS = 240.0  # a busy machine takes a minute
PASSWORD = "a-password-of-8-or-more"  # the least that the server takes


def unavailable(why: str) -> NoReturn:
    """Skip a test whose server cannot be had, or fail where all tests are to run."""
    if os.environ.get("BREACHTRACE_TEST_REQUIRE"):
        pytest.fail(f"{why}; BREACHTRACE_TEST_REQUIRE asks for it", pytrace=False)
    pytest.skip(why)


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a Neo4j server."""
    if importlib.util.find_spec("neo4j") is None:
        unavailable("the driver is not installed: breachtrace[neo4j]")
    if running := os.environ.get("BREACHTRACE_TEST_NEO4J"):
        yield running
        return
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            unavailable(f"a Neo4j for the tests needs Java 17 and Maven; {program} is not on the path")
    _fetch()
    with _running(tmp_path_factory.mktemp("neo4j")) as url:
        yield url


def _fetch() -> None:
    """Fetch the server's jars where they are not there yet, at most three tries."""
    pom = HERE / "pom.xml"
    if FETCHED.exists() and FETCHED.read_bytes() == pom.read_bytes():
        return
    command = ["mvn", "--batch-mode", "--quiet", "-f", str(pom), "dependency:copy-dependencies"]
    for _ in range(3):
        shutil.rmtree(JARS, ignore_errors=True)
        done = subprocess.run([*command, f"-DoutputDirectory={JARS}"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            FETCHED.write_bytes(pom.read_bytes())
            return
    unavailable(f"Maven could not fetch Neo4j: {(done.stdout + done.stderr)[-500:]}")


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    bolt, http = _free_port(), _free_port()
    options = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    command = ["java", *options, "-cp", str(JARS / "*"), str(HERE / "Neo4jServer.java"), str(folder), bolt, http]
    command += [PASSWORD]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=folder)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        if not _says_ready(server.stdout):
            unavailable(f"Neo4j did not start within {SECONDS:g} s: {(folder / 'log').read_text()[-500:]}")
        yield f"bolt://neo4j:{PASSWORD}@127.0.0.1:{bolt}"
    finally:
        with suppress(BrokenPipeError):
            server.stdin.close()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()


def _says_ready(output: IO[bytes]) -> bool:
    end = time.monotonic() + SECONDS
    while (left := end - time.monotonic()) > 0 and select.select([output], [], [], left)[0]:
        line = output.readline()
        if line.startswith(b"ready"):
            return True
        if not line:
            return False
    return False


def _free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


@pytest.fixture
def neo4j_url(neo4j_server: str) -> str:
    """Give the URL of a Neo4j server whose database is empty."""
    ask_neo4j(neo4j_server, "MATCH (n) DETACH DELETE n")
    return neo4j_server


def ask_neo4j(url: str, text: str, **parameters: Any) -> list[dict[str, Any]]:
    """Run a statement with the official driver, and give the rows by column; a date is given as Python has it."""
    from neo4j import GraphDatabase
    from neo4j.time import Date

    address = Address.parse(url)
    with GraphDatabase.driver(address.url, auth=(address.user, address.password)) as driver:
        # Only what is in the graph is asked for, so what an empty database warns of says nothing.
        records: list[Any] = driver.execute_query(text, parameters).records
    plain = (
        {key: value.to_native() if isinstance(value, Date) else value for key, value in one.items()} for one in records
    )
    return list(plain)

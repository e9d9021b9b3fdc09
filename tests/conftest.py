"""Real servers for the tests, started once where a test asks for one; where that cannot be, it is skipped and says why.

BREACHTRACE_TEST_NEO4J=bolt://USER:PASSWORD@HOST:PORT names a running Neo4j instead; its database is emptied.
BREACHTRACE_TEST_SPARQL=http://USER:PASSWORD@HOST:PORT/DATASET names a running SPARQL server; all in it is dropped.
BREACHTRACE_TEST_POSTGRES=postgresql://... names a running PostgreSQL; its schema `breachtrace` is dropped. With
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

from graph.stores import sparql
from graph.stores.neo4j import Address
from tests import postgres

HERE = Path(__file__).parent
JARS = HERE.parent / ".neo4j" / "jars"
FUSEKI = HERE.parent / ".fuseki" / "jars"
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
        unavailable('the driver is not installed: pip install ".[neo4j]"')
    if running := os.environ.get("BREACHTRACE_TEST_NEO4J"):
        yield running
        return
    _fetch(HERE / "pom.xml", JARS)
    with _running(tmp_path_factory.mktemp("neo4j")) as url:
        yield url


def _fetch(pom: Path, jars: Path) -> None:
    """Fetch a server's jars where they are not there yet, at most three tries."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            unavailable(f"a server for the tests needs Java 17 and Maven; {program} is not on the path")
    fetched = jars.parent / "pom.xml"  # as it was when the jars were fetched
    if fetched.exists() and fetched.read_bytes() == pom.read_bytes():
        return
    command = ["mvn", "--batch-mode", "--quiet", "-f", str(pom), "dependency:copy-dependencies"]
    for _ in range(3):
        shutil.rmtree(jars, ignore_errors=True)
        done = subprocess.run([*command, f"-DoutputDirectory={jars}"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            fetched.write_bytes(pom.read_bytes())
            return
    unavailable(f"Maven could not fetch what {pom} names: {(done.stdout + done.stderr)[-500:]}")


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


@pytest.fixture(scope="session")
def sparql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a SPARQL 1.1 server that asks for a password."""
    if running := os.environ.get("BREACHTRACE_TEST_SPARQL"):
        yield running
        return
    _fetch(HERE / "fuseki" / "pom.xml", FUSEKI)
    with _fuseki(tmp_path_factory.mktemp("fuseki")) as url:
        yield url


@contextmanager
def _fuseki(folder: Path) -> Iterator[str]:
    (folder / "passwords").write_text(f"breachtrace: {PASSWORD}\n")
    port = _free_port()
    command = ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", str(FUSEKI / "*")]
    command += ["org.apache.jena.fuseki.main.cmds.FusekiMainCmd", "--mem", "--update", "--localhost", f"--port={port}"]
    command += ["--modules=false", f"--passwd={folder / 'passwords'}", "--auth=basic", "/news"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)
    try:
        end = time.monotonic() + SECONDS
        while not _listens(port):
            if server.poll() is not None or time.monotonic() > end:
                unavailable(f"Fuseki did not start: {(folder / 'log').read_text()[-500:]}")
            time.sleep(0.2)
        yield f"http://breachtrace:{PASSWORD}@127.0.0.1:{port}/news"
    finally:
        server.terminate()
        server.wait(30)


def _listens(port: str) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", int(port))) == 0


@pytest.fixture
def sparql_url(sparql_server: str) -> str:
    """Give the URL of a SPARQL 1.1 server that holds nothing."""
    sparql.Remote(sparql.Address.parse(sparql_server)).update("DROP ALL")
    return sparql_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server."""
    if importlib.util.find_spec("psycopg") is None:
        unavailable('the driver is not installed: pip install ".[postgres]"')
    if running := os.environ.get("BREACHTRACE_TEST_POSTGRES"):
        yield running
        return
    programs = postgres.binaries()
    if programs is None:
        unavailable("a PostgreSQL for the tests needs its server programs; install postgresql")
    with postgres.running(programs) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """Give the URL of a PostgreSQL database without a ledger in it."""
    import psycopg

    with psycopg.connect(postgres_server, autocommit=True, options="-c client_min_messages=error") as connection:
        connection.execute("DROP SCHEMA IF EXISTS breachtrace CASCADE")
    return postgres_server


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

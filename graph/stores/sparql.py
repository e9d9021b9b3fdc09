"""In: quads, whole or as a change. Out: the same on a server of SPARQL 1.1: query, update, graph store protocol.

A small change is one request, which servers carry out whole or not at all; a large one is many, and while they go the
stamp has no token. Writing everything goes graph by graph: each one that is complete is noted with a digest, so that a
run which was interrupted goes on from there. Writers on several machines are kept apart by the stamp: one begins only
where it still is what was read, by putting the name of its run there, and each update asks for that name again.
"""

from __future__ import annotations

import hashlib
import json
import os
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final, Self
from urllib.parse import quote, unquote, urlencode, urlsplit
from uuid import uuid4

import pyoxigraph as ox

from graph import rdf
from graph.stores.errors import RemoteError, StoreBusyError
from graph.stores.oxigraph import Graphs, Written
from graph.stores.stamp import Stamp
from graph.stores.updates import (
    FORGOTTEN,
    PROJECTION,
    STAMPED,
    RdfChange,
    batches,
    beginning,
    drop,
    holding,
    stamping,
    updates,
)
from ontology import iris, terms

_SECONDS: Final = 600.0  # for one request; a server may need long for a large one
_CHUNK: Final = 20_000  # statements in one request
_REQUEST: Final = 4 << 20  # characters of updates in one request
_NOTED: Final = f"""SELECT ?graph ?digest WHERE {{ GRAPH {PROJECTION} {{ ?graph <{iris.IDENTIFIER}> ?digest
    FILTER (?graph != {PROJECTION}) }} }}"""
_OURS: Final = f"""SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{ ?s ?p ?o }}
    FILTER (STRSTARTS(STR(?graph), "{terms.BASE}")) }}"""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and who asks; `str` and `repr` never show the password."""

    query: str
    update: str
    graphs: str
    user: str
    password: str = field(repr=False)

    @classmethod
    def parse(cls, url: str, environment: Mapping[str, str] = os.environ) -> Self:
        """Read `http://user:password@host:port/dataset`, whose endpoints are `/query`, `/update` and `/data` below it.

        A server that has them elsewhere is named by all three, with commas between. User and password come from the
        (first) URL, else from SPARQL_USERNAME and SPARQL_PASSWORD.

        Raises:
            RemoteError: It is no such URL.

        >>> Address.parse("http://me:secret@localhost:3030/news", {}).update
        'http://localhost:3030/news/update'
        """
        given = [_split(one) for one in url.split(",")]
        if len(given) not in (1, 3) or None in given:
            hint = "write it as http://HOST:PORT/DATASET, or as the three URLs for query, update and graph store"
            raise RemoteError(url.rpartition("@")[2], "is no URL of a SPARQL server", hint)
        plain = [one[0] for one in given if one is not None]
        user, password = next((one[1:] for one in given if one is not None and one[1]), ("", ""))
        if len(plain) == 1:
            plain = [f"{plain[0].rstrip('/')}/{name}" for name in ("query", "update", "data")]
        query, update, graphs = plain
        user = user or environment.get("SPARQL_USERNAME", "")
        return cls(query, update, graphs, user, password or environment.get("SPARQL_PASSWORD", ""))

    def __str__(self) -> str:
        return self.update


def _split(url: str) -> tuple[str, str, str] | None:
    """Return a URL without user and password, and these; None where it is none."""
    try:
        parsed = urlsplit(url)
        host, port = parsed.hostname, parsed.port
    except ValueError:
        return None
    if host is None or parsed.scheme not in ("http", "https") or "@" in parsed.path:
        return None
    host = f"[{host}]" if ":" in host else host
    plain = parsed._replace(netloc=f"{host}:{port}" if port else host, fragment="").geturl()
    return plain, unquote(parsed.username or ""), unquote(parsed.password or "")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A write that is sent elsewhere would lose its body, and the password would go with it."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        return None


class Remote:
    """One server, or one dataset of it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(_NoRedirect)
        self._since = Stamp()

    def stamp(self) -> Stamp:
        """Read which `seq` the server shows; the next write is only done where that has not changed by then."""
        self._since = Stamp()
        for row in self.ask(STAMPED):
            self._since = Stamp(int(row["seq"]), row.get("token", ""), complete="token" in row)
        return self._since

    def replace(self, graphs: Graphs, stamp: Stamp) -> Written:
        """Let these graphs be all that the server holds of ours; those that are there already are not sent again.

        Raises:
            StoreBusyError: Another process has written, or begun to write, since the stamp was read.
        """
        run = self._begin()
        noted = {row["graph"]: row["digest"] for row in self.ask(_NOTED)}
        old = {row["graph"] for row in self.ask(_OURS)} - {PROJECTION.value}
        put = 0
        for graph, told in _gathered(graphs):
            lines = sorted({f"{line} .\n" for line in told})
            digest = hashlib.sha256("".join(lines).encode()).hexdigest()
            there = graph.value in old and noted.get(graph.value) == digest
            old.discard(graph.value)
            if not there:
                put += len(lines)
                self._put(graph, lines, digest, run)
        removed = 0
        for name in sorted(old):
            (row,) = self.ask(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
            removed += int(row["n"])
            self.update(f"{drop(ox.NamedNode(name), holding(run))} ;\n{_note(name, holding(run))}")
        self.update(stamping(stamp, run))
        self._check(stamp, run)
        return Written(stamp, put, removed)

    def amend(self, change: RdfChange, stamp: Stamp) -> Written:
        """Carry out a change.

        Raises:
            StoreBusyError: Another process has written, or begun to write, since the stamp was read.
        """
        run = uuid4().hex
        touched = [_note(graph.value, holding(run)) for graph in sorted(change.written(), key=str)]
        steps = [*touched, *updates(change, holding(run)), stamping(stamp, run)]
        for text in _requests([beginning(self._since, run), *steps]):
            self.update(text)
        self._check(stamp, run)
        return Written(stamp, len(change.fresh), len(change.gone))

    def _begin(self) -> str:
        run = uuid4().hex
        self.update(beginning(self._since, run))
        if not self._holds(run):
            raise StoreBusyError(self.address)
        return run

    def _holds(self, run: str) -> bool:
        return bool(self.ask(f"SELECT * WHERE {{ {holding(run)} }}"))

    def _check(self, stamp: Stamp, run: str) -> None:
        """Look whether what was to be done by a run was done by it."""
        if self.stamp() != stamp or not self._holds(run):
            raise StoreBusyError(self.address)

    def ask(self, text: str) -> list[dict[str, str]]:
        """Run a SELECT query, and give its rows, each term as its text."""
        headers = {"Accept": "application/sparql-results+json", "Content-Type": "application/x-www-form-urlencoded"}
        reply = self._send("POST", self.address.query, urlencode({"query": text}).encode(), headers)
        try:
            rows = json.loads(reply)["results"]["bindings"]
        except (ValueError, KeyError, TypeError):
            raise RemoteError(self.address.query, "it does not answer as SPARQL does", "check the URL") from None
        return [{name: value["value"] for name, value in row.items()} for row in rows]

    def construct(self, text: str) -> bytes:
        """Run a CONSTRUCT query, and give its triples as N-Triples."""
        headers = {"Accept": "application/n-triples", "Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", self.address.query, urlencode({"query": text}).encode(), headers)

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._send("POST", self.address.update, text.encode(), {"Content-Type": "application/sparql-update"})

    def _put(self, graph: ox.NamedNode, lines: list[str], digest: str, run: str) -> None:
        """Put one graph in the place of what it was, in chunks.

        The protocol knows no condition. So one who finds that another has taken the server meanwhile makes it say
        nothing of this graph and of itself, and whoever comes next compares all with what is there.
        """
        self.update(_note(graph.value, holding(run)))
        url = f"{self.address.graphs}?graph={quote(graph.value, safe='')}"
        for number, some in enumerate(batches(lines, _CHUNK)):
            headers = {"Content-Type": "text/turtle; charset=utf-8"}
            self._send("POST" if number else "PUT", url, "".join(some).encode(), headers)
        self.update(_note(graph.value, holding(run), digest))
        if not self._holds(run):
            self.update(f"{FORGOTTEN} ;\n{_note(graph.value, '')}")
            raise StoreBusyError(self.address)

    def _send(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> bytes:
        if self.address.user:
            known = f"{self.address.user}:{self.address.password}".encode()
            headers = {**headers, "Authorization": f"Basic {b64encode(known).decode()}"}
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            with self._opener.open(request, timeout=_SECONDS) as reply:
                return bytes(reply.read())
        except urllib.error.HTTPError as error:
            with error:
                told = " ".join(error.read(500).decode(errors="replace").split())
            if error.code in (401, 403):
                hint = "give user and password in the URL, or as SPARQL_USERNAME and SPARQL_PASSWORD"
                raise RemoteError(url, f"the server does not let us in ({error.code})", hint) from None
            raise RemoteError(url, f"the server answers {error.code}: {told}", "check the URL and its log") from None
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise RemoteError(
                url, f"no server answers there ({reason})", "check it, then go on by the same command"
            ) from None


def _gathered(graphs: Graphs) -> Iterator[rdf.Graph]:
    """Put the parts of the assembled graph together, last of all; all others come whole."""
    joint: list[str] = []
    for graph, lines in graphs:
        if graph == rdf.ASSEMBLED:
            joint += lines
        else:
            yield graph, lines
    yield rdf.ASSEMBLED, joint


def _note(graph: str, held: str, digest: str | None = None) -> str:
    """Give the update that notes a graph as complete, or, without a digest, as not."""
    note = f"GRAPH {PROJECTION} {{ <{graph}> <{iris.IDENTIFIER}> "
    old, fresh = f"{note} ?digest }}", f"{note} '{digest}' }}"
    if digest is None:
        return f"DELETE {{ {old} }} WHERE {{ {held} {old} }}"
    return f"DELETE {{ {old} }} INSERT {{ {fresh} }} WHERE {{ {held} OPTIONAL {{ {old} }} }}"


def _requests(steps: list[str]) -> Iterator[str]:
    """Gather updates into requests that no server finds too large."""
    gathered: list[str] = []
    for step in steps:
        if gathered and sum(map(len, gathered)) + len(step) > _REQUEST:
            yield " ;\n".join(gathered)
            gathered = []
        gathered.append(step)
    if gathered:
        yield " ;\n".join(gathered)

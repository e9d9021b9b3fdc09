"""In: environment variables that start with BREACHTRACE_, and a .env file. Out: the settings of the service.

>>> Settings(_env_file=None, reading="key", origins="https://a.example, https://b.example").origins
('https://a.example', 'https://b.example')
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
MIB: Final = 1024 * 1024


def _listed(value: Any) -> Any:
    """Take a list as environments have it, with commas; nothing in it is no entry."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """What can be set. Each field is an environment variable, `BREACHTRACE_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="BREACHTRACE_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    store: Path = Field(
        default=Path(".breachtrace"), description="The folder of the ledger and of what is made from it."
    )
    ledger: str | None = Field(
        default=None, description="The ledger where it is not in the store: a postgresql:// URL."
    )
    model: str | None = Field(
        default=None, description="An installed spaCy pipeline to read with, not the shipped one."
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port to listen on.")
    hosts: Listed = Field(
        default=(), description="Names it may be called by; empty: loopback names, or any off loopback."
    )
    proxies: Listed = Field(default=(), description="Addresses of proxies whose X-Forwarded-For is believed.")
    origins: Listed = Field(default=(), description="Web origins whose pages may call it (CORS).")
    reading: Literal["auto", "open", "key"] = Field(
        default="auto",
        description="Who may read without a key: auto is this machine, open everybody, key nobody.",
    )
    writing: Literal["key", "loopback"] = Field(
        default="key", description="Whether callers on this machine may ingest and curate without a key."
    )
    rate: int = Field(default=600, ge=1, description="Requests a minute for each key or address.")
    write_rate: int = Field(
        default=120, ge=1, description="Requests a minute that ingest or curate, for each key or address."
    )
    body_bytes: int = Field(default=4 * MIB, ge=1024, description="The longest request body.")
    body_seconds: float = Field(default=30, gt=0, description="How long a request body may take to arrive.")
    queue: int = Field(default=100, ge=1, description="Articles that may wait to be read.")
    at_once: int = Field(default=20_000, ge=0, description="Characters up to which a request waits for the reading.")
    patience: float = Field(
        default=10, ge=0, description="Seconds a request waits for a reading or for the newest graph."
    )
    read_seconds: float = Field(default=300, gt=0, description="Seconds that reading one article may take.")
    check_seconds: float = Field(
        default=20, gt=0, description="Seconds that reading a text to be checked may take, and comparing it."
    )
    readers: int = Field(
        default=2, ge=1, le=64, description="Texts read at once, one of them an article; each takes some 300 MB."
    )
    query_seconds: float = Field(default=10, gt=0, description="Seconds that a query may take.")
    query_rows: int = Field(
        default=10_000, ge=1, description="Rows of a query's answer; more are cut off, and a header says so."
    )
    query_memory: int = Field(default=1024 * MIB, ge=64 * MIB, description="Bytes of memory that a query may take.")
    query_bytes: int = Field(
        default=64 * MIB, ge=1024, description="Bytes of a query's answer; a larger one is an error."
    )
    query_workers: int = Field(
        default=4, ge=1, le=64, description="SPARQL queries that are answered at once; half for Cypher."
    )
    query_waiting: int = Field(default=64, ge=1, description="Queries of a language that may wait for a worker.")
    neo4j: str | None = Field(default=None, description="The Neo4j that answers Cypher: a bolt:// or neo4j:// URL.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least that is logged."
    )

    @property
    def known_hosts(self) -> tuple[str, ...]:
        """The names it may be called by; empty for any."""
        if self.hosts or not is_loopback(self.host):
            return () if "*" in self.hosts else self.hosts
        return LOOPBACK_HOSTS


def is_loopback(address: str) -> bool:
    """Tell whether an address, or `localhost`, is this machine's own.

    >>> [is_loopback(one) for one in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "localhost", "10.0.0.1", "")]
    [True, True, True, True, False, False]
    """
    if address == "localhost":
        return True
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback

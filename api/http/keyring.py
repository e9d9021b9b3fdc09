"""In: a store's folder. Out: the API keys of its service: made, listed, revoked, and found again by what was sent.

A key is `bt_ID_SECRET`. Of the secret, 256 random bits, only the SHA-256 is kept, so what is stored lets nobody in; so
much chance needs no slow hash. A change holds at once, in a running service as well.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from sqlite3 import Row
from typing import Final

from api.http.database import Database

SCOPES: Final = ("read", "ingest", "curate")
_KEY: Final = re.compile(r"bt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key: not the key. Every key may read; `revoked` is when it was, or None."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: str
    revoked: str | None

    def may(self, scope: str) -> bool:
        """Tell whether it opens a scope."""
        return scope == "read" or scope in self.scopes


class Keyring:
    """The keys in a store's folder."""

    def __init__(self, folder: Path, idle: int = 0) -> None:
        self._database = Database(folder, idle)
        self.close = self._database.close

    def create(self, scopes: Iterable[str], name: str) -> tuple[str, Key]:
        """Make a key; the first of the two is the key itself, which is nowhere else.

        Raises:
            ValueError: A scope is unknown.
        """
        wanted = set(scopes) | {"read"}
        if unknown := wanted - set(SCOPES):
            raise ValueError(f"no scope is called {', '.join(sorted(unknown))}; one of {', '.join(SCOPES)}")
        key = Key(secrets.token_hex(6), name, tuple(one for one in SCOPES if one in wanted), _now(), None)
        secret = secrets.token_urlsafe(32)
        row = (key.id, _digest(secret), key.name, " ".join(key.scopes), key.created)
        with self._database.connected() as database:
            database.execute("INSERT INTO keys (id, digest, name, scopes, created) VALUES (?, ?, ?, ?, ?)", row)
        return f"bt_{key.id}_{secret}", key

    def list(self) -> list[Key]:
        """List the keys, oldest first; those that were revoked as well."""
        with self._database.connected() as database:
            return [_key(row) for row in database.execute("SELECT * FROM keys ORDER BY created, id")]

    def revoke(self, key: str) -> bool:
        """Let a key open nothing from now on; False where none has this id, or it was revoked before."""
        with self._database.connected() as database:
            statement = "UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL"
            return database.execute(statement, (_now(), key)).rowcount > 0

    def find(self, sent: str) -> Key | None:
        """Find the key that was sent; None where there is none such, or it was revoked."""
        parts = _KEY.fullmatch(sent)
        if parts is None:
            return None
        with self._database.connected() as database:
            row = database.execute("SELECT * FROM keys WHERE id = ?", (parts[1],)).fetchone()
        if row is None or not hmac.compare_digest(row["digest"], _digest(parts[2])) or row["revoked"]:
            return None
        return _key(row)


def _key(row: Row) -> Key:
    return Key(row["id"], row["name"], tuple(row["scopes"].split()), row["created"], row["revoked"])


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

"""In: a request, and the scope that its route needs. Out: who calls, or a problem: no key, a wrong one, too often."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from api.http.hosts import is_local, network
from api.http.keyring import Key
from api.http.problems import Problem
from api.http.settings import Settings
from api.http.state import Held, Service

Scope = Literal["read", "ingest", "curate"]
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="breachtrace"'}
_bearer = HTTPBearer(auto_error=False, description="An API key; `breachtrace keys create` makes one.")
Sent = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: by a key, or by an address alone."""

    address: str
    key: Key | None = None

    @property
    def name(self) -> str:
        """What it counts as: one caller for a key wherever it is used, else one for an address."""
        return f"key {self.key.id}" if self.key else f"address {self.address}"


def require(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    """Make the dependency of a route: it lets in who may use the scope, and counts the request.

    `Depends(require("read"))` on a route or router; its value is the `Caller`.
    """

    async def admitted(request: Request, service: Held, sent: Sent) -> Caller:
        if "authorization" in request.headers:  # keys are on the disk
            caller = await run_in_threadpool(_identified, request, service, sent)
        else:
            caller = _identified(request, service, sent)
        _count(service, caller, scope)
        if caller.key is None and not _open(request, service.settings, scope):
            detail = f"send a key with the scope {scope} as `Authorization: Bearer KEY`; the operator makes them"
            raise Problem(401, "Key needed", detail, _CHALLENGE)
        if caller.key is not None and not caller.key.may(scope):
            raise Problem(403, "Key does not do", f"this needs a key with the scope {scope}; ask the operator for one")
        request.state.caller = caller.name
        return caller

    return admitted


def _identified(request: Request, service: Service, sent: HTTPAuthorizationCredentials | None) -> Caller:
    caller = Caller(network(request.client.host if request.client else ""))
    if request.headers.get("authorization") is None:
        return caller
    key = service.keys.find(sent.credentials) if sent else None
    if key is None:
        _count(service, caller, "ingest")  # guessing is slow
        detail = "the key is unknown or revoked; check it, or ask the operator for another"
        raise Problem(401, "Wrong key", detail, _CHALLENGE)
    return Caller(caller.address, key)


def _count(service: Service, caller: Caller, scope: Scope) -> None:
    limiter = service.reads if scope == "read" else service.writes
    if wait := limiter.wait(caller.name):
        seconds = math.ceil(wait)
        raise Problem(
            429, "Too many requests", f"wait {seconds} s, then go on more slowly", {"Retry-After": str(seconds)}
        )


def _open(request: Request, settings: Settings, scope: Scope) -> bool:
    if scope != "read":
        return settings.writing == "loopback" and is_local(request, settings)
    return settings.reading == "open" or (settings.reading == "auto" and is_local(request, settings))

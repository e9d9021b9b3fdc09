"""In: every request, before anything reads it. Out: only those that call us by our name, with a body of bounded size.

The name keeps a page on the web from reaching a service on loopback by a name of its own that points there. The size is
counted as the body arrives, whatever its headers promise, and so is the time that it takes.
"""

from __future__ import annotations

import time

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.hosts import host_name
from api.http.problems import Problem
from api.http.settings import Settings


class Gate:
    """The layer that lets in or turns away."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with a body that ends in a problem where it goes too far."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if problem := self._unknown_host(headers) or self._too_long(headers):
            await problems.answer(problem)(scope, receive, send)
            return
        if scope.get("method") == "HEAD":  # the server leaves the body out of the answer to it
            scope = {**scope, "method": "GET"}
        await self._app(scope, _Bounded(receive, self._settings), send)

    def _unknown_host(self, headers: Headers) -> Problem | None:
        known = self._settings.known_hosts
        if not known or host_name(headers.get("host", "")) in known:
            return None
        return Problem(421, "Unknown host", "the service does not go by this name; the setting `hosts` lists its names")

    def _too_long(self, headers: Headers) -> Problem | None:
        told = headers.get("content-length", "")
        return too_long(self._settings) if told.isdecimal() and int(told[:20]) > self._settings.body_bytes else None


class _Bounded:
    """What a request's body is received by."""

    def __init__(self, receive: Receive, settings: Settings) -> None:
        self._receive, self._settings = receive, settings
        self._bytes, self._end, self._whole = 0, time.monotonic() + settings.body_seconds, False

    async def __call__(self) -> Message:
        """Receive the next part; after the whole body, whatever comes, without a limit."""
        if self._whole:
            return await self._receive()
        try:
            with anyio.fail_after(self._end - time.monotonic()):
                message = await self._receive()
        except TimeoutError:
            told = f"the body took longer than {self._settings.body_seconds:g} s; send it again, faster"
            raise Problem(408, "Too slow", told, {"Connection": "close"}) from None
        self._bytes += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._bytes > self._settings.body_bytes:
            raise too_long(self._settings)
        return message


def too_long(settings: Settings) -> Problem:
    """Say that a body is too long, and how long it may be."""
    told = f"a request may have {settings.body_bytes:,} bytes; send articles one by one"
    return Problem(413, "Too long", told, {"Connection": "close"})

"""In: every request and its answer. Out: an id for it, a line in the log, its count and time; no error gets past.

An id that the caller sends as X-Request-ID is kept if it is a plain word, so that a request can be followed over
several services.
"""

from __future__ import annotations

import logging
import re
import time
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.metrics import Metrics

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_FAILED: Final = "the service failed at this request; the operator's log says why, under the id in X-Request-ID"
log = logging.getLogger("breachtrace.http")


class Watch:
    """The outermost layer of the app."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get("x-request-id", "")
        request_id = sent if _ID.fullmatch(sent) else uuid4().hex
        begun, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(MutableHeaders(scope=message), request_id)
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            log.exception("request failed", extra={"fields": {"request_id": request_id}})
            if status:  # the answer has begun, and cannot be taken back
                raise
            await problems.answer(problems.Problem(500, "Failed", _FAILED))(scope, receive, noted)
        finally:
            self._note(scope, request_id, status, time.perf_counter() - begun)

    def _note(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")
        self._metrics.requests.labels(method, route, status).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        fields: dict[str, Any] = {"request_id": request_id, "method": scope["method"], "path": scope["path"]}
        fields |= {"route": route, "status": status, "ms": round(seconds * 1000, 2)}
        fields["caller"] = scope.get("state", {}).get("caller") or (scope.get("client") or ["none"])[0]
        level = logging.WARNING if status >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.INFO
        log.log(level, "request", extra={"fields": fields})


def _add_headers(headers: MutableHeaders, request_id: str) -> None:
    headers["X-Request-ID"] = request_id
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Cache-Control", "no-store")

"""The outermost middleware: trace id, access log, security headers, and the answer to unexpected errors."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ._limits import Gone
from ._problems import Refusal, answer, problem_of
from ._state import message_of, state_of

_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
# A UUID, or the code of an area: six digits, and those of its parts.
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{6}(-\d{2}){0,3}")
_SECURITY = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer a browser sends our own forms with `Origin: null`
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
_ENCODED = [(name.encode(), value.encode()) for name, value in _SECURITY.items()]

_log = structlog.get_logger("shienweb.access")


class Frame:
    """The outermost ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request. An unexpected error is logged under its trace id, and answered without its details."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace_id = _trace(scope)
        began = time.perf_counter()
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name.lower().decode() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in _ENCODED if name.decode() not in present),
                    (b"x-trace-id", trace_id.encode()),
                ]
                if "connection" not in present and _leaving(scope):
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            try:
                await self._app(scope, receive, send_framed)
            except Gone:
                return
            except Refusal as refusal:
                await refusal_answer(refusal, scope)(scope, receive, send_framed)
            except Exception:
                _log.exception("a request failed", method=scope["method"], path=_path(scope))
                if status:
                    raise
                await refusal_answer(Refusal(500, "server.failed"), scope)(scope, receive, send_framed)
            finally:
                took = round((time.perf_counter() - began) * 1000, 1)
                _log.info("request", method=scope["method"], path=_path(scope), status=status, milliseconds=took)


def _leaving(scope: Scope) -> bool:
    """Whether the process was told to end: its clients make their next connection to another one."""
    app = scope.get("app")  # absent where the frame is used without an application
    return app is not None and state_of(app).service.health_check.leaving


def _path(scope: Scope) -> str:
    """The path for the log: that of the route, with the ids that were asked for.

    People type names and telephone numbers into addresses. What is no id of ours stays `{its place}`, and an address
    that no route has is not written at all.
    """
    route = scope.get("route")
    found = str(getattr(route, "path", ""))
    for name, value in scope.get("path_params", {}).items():
        if _ID.fullmatch(str(value)):
            found = found.replace(f"{{{name}}}", str(value))
    return found or "…"


def _trace(scope: Scope) -> str:
    """The request's trace id: that of its traceparent, or a new one. Kept in the scope."""
    given = header(scope, b"traceparent")
    match = _TRACEPARENT.fullmatch(given)
    trace_id = match[1] if match else os.urandom(16).hex()
    scope["shien.trace_id"] = trace_id
    scope["shien.traceparent"] = f"00-{trace_id}-{os.urandom(8).hex()}-{match[2] if match else '00'}"
    return trace_id


def header(scope: Scope | Mapping[str, object], name: bytes) -> str:
    """A header's text; empty when there is none."""
    headers = scope["headers"]
    assert isinstance(headers, (list, tuple))
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def refusal_answer(refusal: Refusal, scope: Scope) -> ASGIApp:
    """The answer to a refusal."""
    problem = problem_of(
        refusal.status_code,
        refusal.code,
        message_of(scope, refusal.code, refusal.facts),
        language=header(scope, b"accept-language"),
        trace_id=str(scope.get("shien.trace_id", "")),
        errors=refusal.errors,
    )
    return answer(problem, refusal.headers)

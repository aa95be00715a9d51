"""The outermost middleware: trace id, access log, metrics, security headers, and the answer to unexpected errors."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ._answered import count
from ._limits import Gone
from ._paths import kept_path
from ._problems import Refusal, answer, problem_of
from ._safe_headers import safe_headers
from ._state import message_of, state_of

if TYPE_CHECKING:
    from ._spans import Spans

_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
_CLOSING = (b"connection", b"close")
CODE = "shien.code"
"""where in a request's scope the code of the problem is that it was answered with"""

_log = structlog.get_logger("shienweb.access")


class Frame:
    """The outermost ASGI middleware."""

    def __init__(self, app: ASGIApp, service: str = "", spans: Spans | None = None) -> None:
        self._app = app
        self._service = service
        self._spans = spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request. An unexpected error is logged under its trace id, and answered without its details."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        span = self._begun(scope)
        trace_id = scope["shien.trace_id"]
        began = time.perf_counter()
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                count(self._service, scope, status, time.perf_counter() - began)
                present = {name.lower() for name, _ in message["headers"]}
                more = [*_encoded(scope["scheme"]), *([_CLOSING] if _leaving(scope) else [])]
                added = [(name, value) for name, value in more if name not in present]
                message["headers"] = [*message["headers"], *added, (b"x-trace-id", trace_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            try:
                await self._app(scope, receive, send_framed)
            except Gone:
                return
            except Refusal as refusal:
                await refusal_answer(refusal, scope)(scope, receive, send_framed)
            except Exception:
                _log.exception("a request failed", method=scope["method"], path=kept_path(scope))
                if status:
                    raise
                await refusal_answer(Refusal(500, "server.failed"), scope)(scope, receive, send_framed)
            finally:
                took = round((time.perf_counter() - began) * 1000, 1)
                self._ended(span, scope, status)
                _log.info(
                    "request", method=scope["method"], path=kept_path(scope), status=status, milliseconds=took,
                    **_refused(scope, status),
                )  # fmt: skip

    def _begun(self, scope: Scope) -> object:
        """The span of this request, if there are spans; its trace is in the scope in any case."""
        _trace(scope)
        return self._spans.begin(scope, header(scope, b"traceparent")) if self._spans else None

    def _ended(self, span: object, scope: Scope, status: int) -> None:
        if self._spans:
            self._spans.end(span, scope, status)


@cache
def _encoded(scheme: str) -> Sequence[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in safe_headers(scheme).items()]


def _refused(scope: Scope, status: int) -> Mapping[str, str]:
    """What the log says of a request that was refused: why, from where, and by which account, an id, if it is known."""
    if not 400 <= status < 500:
        return {}
    principal, client = scope.get("shien.principal"), scope.get("client")
    found = {"code": scope.get(CODE), "address": client and client[0], "account": principal and principal.subject}
    return {name: value for name, value in found.items() if value}


def _leaving(scope: Scope) -> bool:
    """Whether the process was told to end: its clients make their next connection to another one."""
    app = scope.get("app")  # absent where the frame is used without an application
    return app is not None and state_of(app).service.health_check.leaving


def _trace(scope: Scope) -> None:
    """Put the request's trace id into the scope: that of its traceparent, or a new one."""
    given = header(scope, b"traceparent")
    match = _TRACEPARENT.fullmatch(given)
    trace_id = match[1] if match else os.urandom(16).hex()
    scope["shien.trace_id"] = trace_id
    scope["shien.traceparent"] = f"00-{trace_id}-{os.urandom(8).hex()}-{match[2] if match else '00'}"


def header(scope: Scope | Mapping[str, object], name: bytes) -> str:
    """A header's text; empty when there is none."""
    headers = scope["headers"]
    assert isinstance(headers, (list, tuple))
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def refusal_answer(refusal: Refusal, scope: Scope) -> ASGIApp:
    """The answer to a refusal."""
    scope[CODE] = refusal.code
    problem = problem_of(
        refusal.status_code,
        refusal.code,
        message_of(scope, refusal.code, refusal.facts),
        language=header(scope, b"accept-language"),
        trace_id=str(scope.get("shien.trace_id", "")),
        errors=refusal.errors,
    )
    return answer(problem, refusal.headers)

"""From every error on purpose to its problem: one place that says which status an error has."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from shienevents import Malformed, NotFound, Rejected, ShienError, StreamConflict, Unavailable

from ._field_errors import field_errors
from ._frame import header
from ._problems import FieldError, Refusal, answer, message_of, problem_of

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def handle_errors(app: FastAPI) -> None:
    """Answer the library's errors, those of validation and those of routing as problems."""
    app.add_exception_handler(ShienError, _shien)
    app.add_exception_handler(RequestValidationError, _fields)
    app.add_exception_handler(HTTPException, _http)


async def _shien(request: Request, error: Exception) -> Response:
    assert isinstance(error, ShienError)
    headers: dict[str, str] = {}
    match error:
        case NotFound():
            status = 404
        case Rejected() | StreamConflict():
            status = 409
        case Malformed():
            status = 422
        case Unavailable():
            status, headers["Retry-After"] = 503, str(error.retry_after_seconds)
        case _:
            raise error  # a bug or a mis-declaration: the frame tells the log
    facts = error.facts if isinstance(error, Rejected) else {}
    return _problem(request.scope, status, error.code, headers, facts=facts, en=error.en, ja=error.ja)


async def _fields(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _problem(request.scope, 422, "fields.malformed", {}, errors=field_errors(error.errors()))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if isinstance(error, Refusal):
        return _problem(request.scope, error.status_code, error.code, headers, facts=error.facts, errors=error.errors)
    if error.status_code == 404:
        return _problem(request.scope, 404, "path.unknown", headers)
    if error.status_code == 405:
        headers["Allow"] = ", ".join(method for method in _METHODS if _takes(request, method))
        return _problem(request.scope, 405, "method.not_allowed", headers, facts={"method": request.method})
    if error.status_code < 500:
        return _problem(request.scope, 422, "input.malformed", headers)
    return _problem(request.scope, error.status_code, "server.failed", headers)


def _takes(request: Request, method: str) -> bool:
    """Whether any route does; the framework's own header names those of the first one only."""
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def _problem(
    scope: Scope,
    status: int,
    code: str,
    headers: dict[str, str],
    *,
    facts: dict[str, object] | None = None,
    errors: tuple[FieldError, ...] = (),
    en: str = "",
    ja: str = "",
) -> Response:
    problem = problem_of(
        status,
        code,
        message_of(code, facts or {}, en, ja),
        language=header(scope, b"accept-language"),
        trace_id=str(scope.get("shien.trace_id", "")),
        errors=errors,
    )
    return answer(problem, headers)

"""Turns every expected error into its problem: the one place that says which status an error has."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from shienevents import Malformed, NotFound, Rejected, ShienError, StreamConflict, Unavailable

from ._field_errors import field_errors
from ._frame import CODE, header
from ._headers import expected_version
from ._messages import Message
from ._problems import FieldError, Refusal, answer, problem_of
from ._repeats import WRITTEN
from ._sources import joined, read_so_far
from ._state import message_of

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
            return _not_found(request.scope, error)
        case StreamConflict() if expected_version(request.headers.get("if-match")) is not None:
            return await _http(request, Refusal(412, "precondition.failed"))
        case Rejected() | StreamConflict():
            status = 409
        case Malformed():
            status = 422
        case Unavailable():
            if request.scope.get(WRITTEN):  # after a commit no answer may say that nothing was written
                error = Unavailable(outcome_unknown=True)
            status, headers["Retry-After"] = 503, str(error.retry_after_seconds)
        case _:
            raise error  # a bug or a wrong declaration: the frame logs it
    facts = error.facts if isinstance(error, Rejected) else {}
    message = message_of(request.scope, error.code, facts, error.en, error.ja)
    return _problem(request.scope, status, error.code, message, headers)


def _not_found(scope: Scope, error: NotFound) -> Response:
    message = message_of(scope, error.code, error.facts, error.en, error.ja)
    if (read := read_so_far(scope, error.code)) is None:
        return _problem(scope, 404, error.code, message, {})
    return _problem(scope, 404, error.code, joined(message, read.sentence), read.headers)


async def _fields(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    message = message_of(request.scope, "fields.malformed", {})
    return _problem(request.scope, 422, "fields.malformed", message, {}, field_errors(error.errors()))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if isinstance(error, Refusal):
        message = message_of(request.scope, error.code, error.facts)
        return _problem(request.scope, error.status_code, error.code, message, headers, error.errors)
    status, code, facts = error.status_code, "server.failed", {"method": request.method}
    if status == 404:
        code = "path.unknown"
    elif status == 405:
        headers["Allow"] = ", ".join(method for method in _METHODS if _accepts(request, method))
        code = "method.not_allowed"
    elif status < 500:
        status, code = 422, "input.malformed"
    return _problem(request.scope, status, code, message_of(request.scope, code, facts), headers)


def _accepts(request: Request, method: str) -> bool:
    """Whether any route does. The framework's own Allow header names the methods of the first route only."""
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def _problem(
    scope: Scope,
    status: int,
    code: str,
    message: Message,
    headers: dict[str, str],
    errors: tuple[FieldError, ...] = (),
) -> Response:
    scope[CODE] = code
    problem = problem_of(
        status,
        code,
        message,
        language=header(scope, b"accept-language"),
        trace_id=str(scope.get("shien.trace_id", "")),
        errors=errors,
    )
    return answer(problem, headers)

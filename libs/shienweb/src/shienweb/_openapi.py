"""The OpenAPI document: what authorization, headers and problems add to every operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shienevents import LONGEST_TOKEN

from ._asked import VALID_AT
from ._principal import Role
from ._problems import MEDIA_TYPE, Problem
from ._state import state_of

_TOKEN = {"type": "string", "maxLength": LONGEST_TOKEN}
_AFTER = {
    "name": "after", "in": "query", "schema": _TOKEN, "example": "needs.3.120",
    "description": "A position to wait for, as a write answered it. `stale` says that it was not reached in time.",
}  # fmt: skip
_AS_OF = {
    "name": "as_of", "in": "query", "schema": {"type": "string", "maxLength": 40}, "example": "2026-03-31",
    "description": "Answer what had been recorded by this time (with its zone; a day is its end in Japan). The answer "
    "stays the same, whatever is recorded later. 503 `past.folding`: the log is still being read; ask again.",
}  # fmt: skip
_VALID_AT = {
    "name": "valid_at", "in": "query", "schema": {"type": "string", "format": "date"}, "example": "2026-03-31",
    "description": "Answer what was or will be true on this day, of facts with days of their own (terms, areas, what "
    "is due), by all that is known now: what was recorded after this day is counted too. It is not what was known on "
    "that day; `as_of` is. With both: what was true on this day, by what had been recorded by `as_of`. Without it: the "
    "day of `as_of`, or today. その日に当てはまる内容を、現在までに記録されたすべての内容から答えます。"
    "その日より後に記録されたものも含みます。その日までに記録されていた内容は `as_of` で指定してください。",
}  # fmt: skip
_SHIEN_AFTER = {
    "name": "Shien-After", "in": "header", "schema": _TOKEN,
    "description": "A position to wait for before deciding; 409 `position.not_reached` when it is not reached in time.",
}  # fmt: skip
_KEY = {
    "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A request with the same key is executed once, and answered the same. Keys are kept for seven days.",
}  # fmt: skip
_IF_MATCH = {
    "name": "If-Match", "in": "header", "schema": {"type": "string", "pattern": r'^(\*|"(0|[1-9][0-9]{0,8})")$'},
    "description": "The ETag that was seen: 412 when the thing has changed since.",
}  # fmt: skip
_OCCURRED_AT = {
    "name": "Shien-Occurred-At", "in": "header", "schema": {"type": "string", "format": "date-time"},
    "description": "When it happened, for what is recorded later: a past time with its zone. Without it: now.",
}  # fmt: skip
_PARAMETERS: Final = {
    "After": _AFTER, "AsOf": _AS_OF, "ValidAt": _VALID_AT, "ShienAfter": _SHIEN_AFTER, "IdempotencyKey": _KEY,
    "IfMatch": _IF_MATCH, "OccurredAt": _OCCURRED_AT,
}  # fmt: skip
_WRITES = ("408", "409", "412", "413", "415")  # no read answers one of these, but 409 where it says so
REJECTS: Final[dict[str, Any]] = {"x-rejects": True}
"""`openapi_extra` of a read that a rule may refuse (409)."""
_READS = ("After",)
_WRITES_WITH = ("ShienAfter", "IdempotencyKey", "IfMatch", "OccurredAt")
_HEADERS: Final = {
    "401": ("WWW-Authenticate", "`Bearer`, with an error when a token was sent"),
    "404": ("Shien-Position", "Of a thing of another service: how far this service has read it; then Retry-After too"),
    "503": ("Retry-After", "Seconds after which to try again"),
}
_DESCRIPTION = """Every answer that is not a success is a problem (RFC 9457, `application/problem+json`) with a stable
`code` and its text in Japanese and English; `GET /problems/{code}` explains it. A write answers the `position` it
reached; a read that carries it as `after` has seen that write. What lies outside your territory is unknown (404). A
subscriber is answered null for each field that counts people, and `withheld` names those fields and says why."""


def describe(app: FastAPI) -> None:
    """Give the application its OpenAPI 3.1 document."""
    found: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not found:
            made = get_openapi(
                title=app.title, version=app.version, routes=app.routes, description=_DESCRIPTION, tags=app.openapi_tags
            )
            _complete(made, state_of(app).rights)
            found.update(made)
        return found

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(document: dict[str, Any], rights: Mapping[str, frozenset[Role]]) -> None:
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "RFC 9068 access token"}
    }
    components["parameters"] = _PARAMETERS
    problem = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas = components.setdefault("schemas", {})
    schemas |= {**problem.pop("$defs"), "Problem": problem}
    for schema in ("HTTPValidationError", "ValidationError"):
        schemas.pop(schema, None)
    for path in document["paths"].values():
        for method, operation in path.items():
            if roles := rights.get(operation["operationId"]):
                _complete_operation(operation, reads=method == "get")
                operation["x-roles"] = [role.value for role in Role if role in roles]


def _complete_operation(operation: dict[str, Any], *, reads: bool) -> None:
    operation["security"] = [{"bearer": []}]
    added = _READS if reads else _WRITES_WITH
    if reads and not operation.pop("x-now-only", False):
        added = (*added, "AsOf", "ValidAt")
    refs = [{"$ref": f"#/components/parameters/{name}"} for name in added]
    operation["parameters"] = [*operation.get("parameters", ()), *refs]
    rejects = operation.pop("x-rejects", False)
    for status, response in list(operation["responses"].items()):
        if reads and status in _WRITES and not (status == "409" and rejects):
            del operation["responses"][status]
        elif status.startswith(("4", "5")):
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            if status in _HEADERS:
                name, description = _HEADERS[status]
                response["headers"] = {name: {"schema": {"type": "string"}, "description": description}}
        else:
            response["headers"] = _success_headers(reads=reads, of_day="ValidAt" in added)


def _success_headers(*, reads: bool, of_day: bool) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    found = {
        "Shien-Position": {
            **text,
            "description": "The position that was reached, or that the answer was true at",
        },
        "ETag": {**text, "description": "The version of the thing's stream, for If-Match"},
        "X-Trace-Id": {**text, "description": "The trace the request belongs to"},
    }
    if of_day:
        found[VALID_AT] = {**text, "description": "Of a read with `valid_at`: the day, and until when it was known"}
    if not reads:
        found["Idempotency-Replayed"] = {**text, "description": "`true`: the first answer to this key, again"}
    return found

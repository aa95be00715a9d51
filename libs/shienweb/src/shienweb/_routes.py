"""The routes of a service: each is guarded by the token and the table of rights before its body is looked at."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import compile_path

from ._body import StrictRequest
from ._problems import Problem, Refusal
from ._rights import RIGHTS

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": description}
    for status, description in {
        401: "No token, or one that is not accepted",
        403: "The role may not do this",
        404: "No such thing, or not in your territory",
        408: "The body came too slowly",
        409: "The rules say no, or somebody else was first",
        412: "If-Match names another version",
        413: "The body is too large",
        415: "The body is not JSON",
        422: "The input cannot be taken; `errors` names each field",
        431: "The headers are too large",
        503: "The database does not answer; see Retry-After",
    }.items()
}


class Guarded(APIRoute):
    """A route that answers only whom the table of rights names, and reads JSON strictly."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The handler, behind the guard."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            door = request.app.state.door
            principal = await door.checker.principal(request.headers.get("authorization"))
            if principal.role not in RIGHTS[f"{door.name}.{self.name}"]:
                raise Refusal(403, "role.not_allowed", role=principal.role.value, role_ja=principal.role.ja)
            request.scope["shien.principal"] = principal
            return await handle(StrictRequest(request.scope, request.receive))

        return guarded


class Routes(APIRouter):
    """The router of a service's api.py. A route's operation id is its function's name, and must be in `RIGHTS`."""

    def __init__(self, service: str, **options: Any) -> None:
        super().__init__(
            route_class=Guarded,
            generate_unique_id_function=lambda route: route.name,
            responses=PROBLEMS,
            **options,
        )
        self.service = service
        self.bodies: dict[tuple[str, re.Pattern[str]], int] = {}

    def takes(self, method: str, path: str, limit_bytes: int) -> None:
        """Let this route's body have another limit than the usual 256 KiB."""
        self.bodies[method, compile_path(path)[0]] = limit_bytes

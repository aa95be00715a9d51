"""The routes of a service. Token and rights are checked before a request's body is parsed."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence, Set
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any, TypeVar, get_args, get_origin

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams
from starlette.routing import compile_path

from shienevents import Contract

from ._access import log_access
from ._asked import NOW_ONLY, PARAMETERS
from ._body import StrictRequest
from ._few import for_subscriber
from ._field_errors import EXPECTED
from ._principal import Role
from ._problems import MOST_ERRORS, FieldError, Refusal
from ._repeats import REFUSALS, Repeated, first_response, response_again
from ._state import state_of
from ._token import refused

F = TypeVar("F", bound=Callable[..., Any])

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": description}  # no model: FastAPI would build the same one for each of them, of each route
    for status, description in {
        401: "No token, or one that is not accepted",
        403: "The role may not do this",
        404: "No such thing, or not in your territory",
        408: "The body came too slowly",
        409: "Rejected by a rule, or somebody else was first",
        412: "If-Match names another version",
        413: "The body is too large",
        415: "The body is not JSON",
        422: "The input cannot be accepted; `errors` names each field",
        431: "The headers are too large",
        503: "The database does not answer, or the views are behind; see Retry-After",
    }.items()
}


class AuthorizedRoute(APIRoute):
    """A route that checks the token and the right, and reads JSON strictly.

    The right is looked up by the operation's name: an application makes new route objects of a router's.
    """

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The handler, after authentication and authorization."""
        handle = super().get_route_handler()
        known = {field.alias for field in _parameters(self.dependant)} | {*self._usual_parameters()}
        lists = {field.alias for field in _parameters(self.dependant) if _is_list(field.field_info.annotation)}

        async def authorized(request: Request) -> Response:
            state = state_of(request.app)
            principal = await state.checker.principal(_authorization(request))
            request.scope["shien.principal"] = principal
            if principal.role not in state.rights[self.name]:
                raise Refusal(403, "role.not_allowed", role=principal.role)
            if errors := _wrong_parameters(request.query_params, known, lists):
                raise Refusal(422, "fields.malformed", errors=errors[:MOST_ERRORS])
            strict = StrictRequest(request.scope, request.receive)
            if request.method != "GET":
                await strict.body()  # only now: see `Limits`
            try:
                response = await self._once(handle, strict)
            finally:
                strict.forget()
            if response.status_code < 400:
                await log_access(state, request, principal, self.name)
            return for_subscriber(response, self.response_model) if principal.role is Role.SUBSCRIBER else response

        return authorized

    def _usual_parameters(self) -> Sequence[str]:
        """The parameters of every read."""
        if "GET" not in (self.methods or ()):
            return ()
        return ("after",) if NOW_ONLY.items() <= (self.openapi_extra or {}).items() else ("after", *PARAMETERS)

    async def _once(self, handle: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
        """The route's answer, or the first one of a request that was done before."""
        try:
            return await handle(request)
        except Repeated as repeated:
            return await response_again(request, repeated, self.response_model, self.status_code)
        except REFUSALS:
            if (first := await first_response(request, self.response_model, self.status_code)) is None:
                raise
            return first


def _parameters(dependant: Dependant) -> Iterator[Any]:
    """The query parameters of a route, as fields of pydantic with an alias."""
    yield from dependant.query_params
    for dependency in dependant.dependencies:
        yield from _parameters(dependency)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) in (list, tuple, Sequence) or any(map(_is_list, get_args(annotation)))


def _wrong_parameters(asked: QueryParams, known: Set[str], lists: Set[str]) -> list[FieldError]:
    """Parameters that the route has not, and those given twice that take one value.

    They are refused: who sends them would get rows not asked for.
    """
    wrong = dict.fromkeys(asked.keys() - known, EXPECTED["no_such_parameter"])
    single = asked.keys() & known - lists
    wrong |= {name: EXPECTED["parameter_twice"] for name in single if len(asked.getlist(name)) > 1}
    return [FieldError(field=name[:100], en=expected.en, ja=expected.ja) for name, expected in sorted(wrong.items())]


def sync_functions(dependant: Dependant) -> Iterator[str]:
    """The functions of a route that are not `async def`: FastAPI would call each in a thread, for every request.

    That takes longer than the rest of a read that is answered from memory.
    """
    call = dependant.call
    if not any(map(_is_awaited, (call, getattr(call, "__call__", None)))):  # noqa: B004 - an object may have one
        yield getattr(call, "__qualname__", repr(call))
    for dependency in dependant.dependencies:
        yield from sync_functions(dependency)


def _is_awaited(function: object) -> bool:
    return iscoroutinefunction(function) or isasyncgenfunction(function)


def _authorization(request: Request) -> str | None:
    """The Authorization header. Raises `Refusal` (401) for two: which one counts must not depend on who reads them."""
    given = request.headers.getlist("authorization")
    if len(given) > 1:
        raise refused("token.invalid")
    return given[0] if given else None


class Routes(APIRouter):
    """A router of a service. Its `get`, `post` and `put` say in `may` which roles may do the operation.

    An operation is called by the name of its function, which is unique in its service. `rights` holds the roles by
    operation, `body_limits` the limits in bytes by method and pattern of the path.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            route_class=AuthorizedRoute,
            generate_unique_id_function=lambda route: route.name,
            responses=PROBLEMS,
            **options,
        )
        self.rights: dict[str, frozenset[Role]] = {}
        self.body_limits: dict[tuple[str, re.Pattern[str]], int] = {}

    def get(self, path: str, *, may: frozenset[Role], **options: Any) -> Callable[[F], F]:  # type: ignore[override]
        """A route that reads. `options`: those of FastAPI."""
        return self._recording(may, super().get(path, **options))

    def post(self, path: str, *, may: frozenset[Role], **options: Any) -> Callable[[F], F]:  # type: ignore[override]
        """A route that writes. `options`: those of FastAPI."""
        return self._recording(may, super().post(path, **options))

    def put(self, path: str, *, may: frozenset[Role], **options: Any) -> Callable[[F], F]:  # type: ignore[override]
        """A route that replaces. `options`: those of FastAPI."""
        return self._recording(may, super().put(path, **options))

    def limit_body(self, method: str, path: str, limit_bytes: int) -> None:
        """Give this route's body another limit than the usual 256 KiB."""
        self.body_limits[method, compile_path(path)[0]] = limit_bytes

    def _recording(self, may: frozenset[Role], register: Callable[[F], F]) -> Callable[[F], F]:
        def record(function: F) -> F:
            if function.__name__ in self.rights:
                raise Contract(f"{function.__name__}: two routes of one name; an operation is called by its name")
            self.rights[function.__name__] = may
            return register(function)

        return record

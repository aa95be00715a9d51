"""Builds a service's HTTP application: its routes, limits, problems, documentation and health."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from shiendomain.areas_view import areas_view
from shienevents import Contract, ProcessRole, Service

from ._docs import add_docs, add_problems
from ._frame import Frame
from ._health import health_routes, metrics_routes
from ._limits import BodyLimits, Limits
from ._log_routes import LOG
from ._messages import MESSAGES, Message
from ._openapi import describe
from ._principal import Role
from ._proof import kept, proof_routes, prover_of
from ._refusals import handle_errors
from ._routes import Routes, sync_functions
from ._settings import ServiceProcessSettings
from ._state import AppState
from ._trees import Trees
from ._unread import Unread

if TYPE_CHECKING:
    from ._spans import Spans

# Its pages load from elsewhere, and its spans have addresses as they were typed: ours are in `_docs` and `_spans`.
_OF_FASTAPI: Any = {"version": "1", "docs_url": None, "redoc_url": None, "telemetry": {"tracing": False}}
_START_SECONDS = 5.0  # after that it serves without a tree of areas, and answers 503 until it has one


def make_app(
    service: Service,
    title: str,
    routes: Sequence[APIRouter],
    messages: Mapping[str, Message],
    settings: ServiceProcessSettings,
) -> FastAPI:
    """The application of a service that is opened but not started: its lifespan starts and stops the service.

    `routes`: the service's `Routes`. Other routers among them (pages, static files) are open to everybody.
    `messages`: the texts of the service's own problem codes.

    Raises `Contract` for a route without rights, for a function of a route that is not `async def`, for two operations
    of one name, for a text that exists already, and for a service without the view of areas.
    """
    routes = _of_role(settings.role, routes)
    own = [metrics := metrics_routes(service), *(router for router in routes if isinstance(router, Routes))]
    trees = Trees(service)
    state = AppState(service, settings, settings.checker(), trees, _rights(own), _merged(messages))
    if not any(view.name == areas_view.name for view in service.consumer.views):
        raise Contract(f"{settings.service}: add areas_view to its views; territories are judged by it")
    prover = prover_of(service, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service, trees.kept(_START_SECONDS), kept(prover if service.settings.works else None):
            yield

    url = "/openapi.json" if settings.docs else None
    app = FastAPI(title=title, lifespan=lifespan, openapi_url=url, **_OF_FASTAPI)
    app.router.redirect_slashes = False
    app.state.shien = state
    for router in routes:
        app.include_router(router)
    for operations in (health_routes(service, prover), proof_routes(prover), metrics):
        app.include_router(operations, include_in_schema=False)
    _explain(app, docs=settings.docs)
    _surround(app, service, settings, _body_limits(own))
    return app


def _surround(app: FastAPI, service: Service, settings: ServiceProcessSettings, limits: BodyLimits) -> None:
    """Put around the application what each request passes through: the last is the outermost."""
    app.add_middleware(Limits, limits=limits)
    app.add_middleware(Frame, service=settings.service, spans=_spans(service, settings))
    app.add_middleware(Unread)


def _spans(service: Service, settings: ServiceProcessSettings) -> Spans | None:
    """What makes the spans of a service that shall have some; else nothing of OpenTelemetry is loaded."""
    if not settings.traces:
        return None
    from ._spans import Spans

    spans = Spans(settings.service)
    service.consumer.on_advance(spans.folded)
    return spans


def _of_role(role: ProcessRole, routes: Sequence[APIRouter]) -> Sequence[APIRouter]:
    """A worker answers what operators and auditors ask alone."""
    return [router for router in routes if LOG in router.tags] if role == "worker" else routes


def _explain(app: FastAPI, *, docs: bool) -> None:
    """Errors as problems, what their codes mean, and the description of the operations, if it is to be shown."""
    handle_errors(app)
    describe(app)
    add_problems(app)
    if docs:
        add_docs(app)


def _rights(routers: Sequence[Routes]) -> dict[str, frozenset[Role]]:
    rights: dict[str, frozenset[Role]] = {}
    for router in routers:
        if twice := sorted(rights.keys() & router.rights.keys()):
            raise Contract(f"{', '.join(twice)}: two routes of one name; an operation is called by its name")
        rights |= router.rights
        routes = [route for route in router.routes if isinstance(route, APIRoute)]
        if sync := sorted({name for route in routes for name in sync_functions(route.dependant)}):
            raise Contract(f"{', '.join(sync)}: write async def; another function of a route is called in a thread")
        names = {route.name for route in routes}
        if lacking := sorted(names - router.rights.keys()):
            raise Contract(f"{', '.join(lacking)}: say which roles may do it, in may=")
    return rights


def _merged(messages: Mapping[str, Message]) -> dict[str, Message]:
    if twice := sorted(MESSAGES.keys() & messages.keys()):
        raise Contract(f"{', '.join(twice)}: this text exists in shienweb already")
    return {**MESSAGES, **messages}


def _body_limits(routers: Sequence[Routes]) -> dict[tuple[str, re.Pattern[str]], int]:
    return {place: limit for router in routers for place, limit in router.body_limits.items()}

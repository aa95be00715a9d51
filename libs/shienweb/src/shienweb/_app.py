"""Builds a service's HTTP application: routes behind the guard, limits, problems, docs and health."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from shiendomain.areas_view import areas_view
from shienevents import Contract, Service

from ._asking import Door
from ._docs import add_docs
from ._frame import Frame
from ._health import health_routes
from ._limits import Limits
from ._openapi import describe
from ._refusals import handle_errors
from ._rights import RIGHTS
from ._routes import Routes
from ._settings import ServiceProcessSettings
from ._trees import Trees

_BEGIN_SECONDS = 5.0  # after that it serves all the same, and says 503 until it can do better


def make_app(
    name: str,
    title: str,
    service: Service,
    routes: Routes | Sequence[APIRouter],
    settings: ServiceProcessSettings,
) -> FastAPI:
    """The application of a service that is opened but not started: serving starts it, ending stops it.

    `routes` is the service's `Routes`; a sequence may hold further routers (pages, static files), which are open to
    everybody. Raises `Contract` for a route that the table of rights lacks.
    """
    routers = [routes] if isinstance(routes, APIRouter) else list(routes)
    guarded = [route for router in routers if isinstance(router, Routes) for route in router.routes]
    _check(name, service, [route for route in guarded if isinstance(route, APIRoute)])

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service:
            await app.state.door.trees.begun(_BEGIN_SECONDS)
            yield

    app = FastAPI(title=title, version="1", lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.door = Door(name, service, settings.checker(), Trees(service))
    for router in routers:
        app.include_router(router)
    app.include_router(health_routes(service), include_in_schema=False)
    add_docs(app)
    describe(app, name)
    handle_errors(app)
    app.add_middleware(Limits, bodies=_bodies(routers))
    app.add_middleware(Frame)
    return app


def _check(name: str, service: Service, routes: Sequence[APIRoute]) -> None:
    lacking = sorted({f"{name}.{route.name}" for route in routes} - set(RIGHTS))
    if lacking:
        raise Contract(f"{', '.join(lacking)}: say in shienweb's RIGHTS who may do it")
    names = [route.name for route in routes]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        raise Contract(f"{', '.join(twice)}: two routes of one name; an operation id names one route")
    if not any(view.name == areas_view.name for view in service.consumer.views):
        raise Contract(f"{name}: give the service shienweb's areas_view, by which territories are judged")


def _bodies(routers: Sequence[APIRouter]) -> dict[tuple[str, re.Pattern[str]], int]:
    return {place: limit for router in routers if isinstance(router, Routes) for place, limit in router.bodies.items()}

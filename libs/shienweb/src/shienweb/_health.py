"""The routes that every service has for its operation: liveness, readiness and metrics."""

from __future__ import annotations

from dataclasses import asdict, replace

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shienevents import Prover, Service, take_figures

from ._rights import OPERATORS
from ._routes import Routes


def health_routes(service: Service, prover: Prover | None = None) -> APIRouter:
    """`/live` and `/ready` (503 with the reasons) of a service, for everybody who can reach it."""
    router = APIRouter(tags=["operations"])

    @router.get("/live")
    async def live() -> JSONResponse:
        """Whether the process works; restart it when this is not 200. The database is not asked."""
        ended = service.ended
        return JSONResponse({"live": not ended, "ended": ended}, status_code=503 if ended else 200)

    @router.get("/ready")
    async def ready() -> JSONResponse:
        """Whether the service can answer now, and why not. `notices` need a person, and do not stop it."""
        health = await service.health()
        if prover is not None:
            health = replace(health, notices=[*health.notices, *prover.notices])
        headers = {} if health.ready else {"Retry-After": "2"}
        return JSONResponse(asdict(health), status_code=200 if health.ready else 503, headers=headers)

    return router


def metrics_routes(service: Service) -> Routes:
    """`/metrics` (Prometheus text), for operators: it tells how much is recorded and asked."""
    routes = Routes(tags=["operations"])

    @routes.get("/metrics", may=OPERATORS)
    async def read_metrics() -> Response:
        """The metrics of the process, for Prometheus."""
        await take_figures(service)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes

"""What was answered, as Prometheus counts it: by route, method and class of status, with the seconds it took."""

from __future__ import annotations

from typing import Final

from prometheus_client import Histogram
from starlette.types import Scope

ANSWERED: Final = Histogram(
    "shien_http_answer_seconds",
    "Seconds until the answer to a request began; a stream of events goes on after it",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count(service: str, scope: Scope, status: int, seconds: float) -> None:
    """Count one answer. What people type into addresses is no label: its values are those that the code has."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    ANSWERED.labels(service, method, route_of(scope) or "none", f"{status // 100}xx").observe(seconds)


def route_of(scope: Scope) -> str:
    """The template of the route that answers, such as `/needs/{need_id}`; empty where no route has the address."""
    return str(getattr(scope.get("route"), "path", ""))

"""The OpenAPI document: what the guard and the frame add to every operation."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ._rights import RIGHTS


def describe(app: FastAPI, service: str) -> None:
    """Give the application its OpenAPI 3.1 document."""
    found: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not found:
            found.update(get_openapi(title=app.title, version=app.version, routes=app.routes))
            _complete(found, service)
        return found

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(document: dict[str, Any], service: str) -> None:
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "RFC 9068 access token"}
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            if f"{service}.{operation['operationId']}" in RIGHTS:
                operation["security"] = [{"bearer": []}]

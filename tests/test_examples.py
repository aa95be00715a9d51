"""The examples in the APIs' documentation: every body has one, and it is a right body."""

from __future__ import annotations

from importlib import import_module

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

SERVICES = ("registry", "needs", "matching", "escalation")


def bodies() -> dict[str, type[BaseModel]]:
    """The bodies of all routes, by service and name."""
    found: dict[str, type[BaseModel]] = {}
    for service in SERVICES:
        for routes in import_module(f"{service}.api").ROUTES:
            for route in routes.routes:
                if isinstance(route, APIRoute) and route.body_field:
                    body = route.body_field.field_info.annotation
                    assert isinstance(body, type)
                    assert issubclass(body, BaseModel)
                    found[f"{service}.{body.__name__}"] = body
    return found


@pytest.mark.parametrize("name", sorted(bodies()))
def test_every_body_shows_an_example_that_would_be_taken(name: str) -> None:
    body = bodies()[name]
    examples = body.model_json_schema().get("examples")
    assert examples, f"{name}: give it `model_config = example(…)`"
    for one in examples:
        body.model_validate(one)

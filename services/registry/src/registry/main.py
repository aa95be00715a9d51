"""Builds the registry from its settings."""

from __future__ import annotations

from fastapi import FastAPI

import shienweb
from shiendomain.ended_areas import OF_REGISTRY
from shienevents import Service

from .api import ROUTES
from .area_moves import plan
from .contact_contents import keep_up
from .decider import DECIDERS
from .messages import MESSAGES
from .projections import VIEWS
from .reactions import REACTIONS
from .settings import Settings

TITLE = "資源台帳 — Shien registry"


async def build(settings: Settings) -> FastAPI:
    """The application. Serving it starts the service."""
    service = await Service.open(
        settings.parts(),
        deciders=DECIDERS,
        views=VIEWS,
        reactions=REACTIONS,
        upkeep=[keep_up],
        ticks=[shienweb.AreaWork(OF_REGISTRY, plan).tick()],
    )
    return shienweb.make_app(service, TITLE, ROUTES, MESSAGES, settings)


def run() -> None:
    """`python -m registry`."""
    shienweb.run(build, Settings)

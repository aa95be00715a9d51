"""Builds the needs service from its settings."""

from __future__ import annotations

from fastapi import FastAPI

import shienweb
from shiendomain.ended_areas import OF_NEEDS
from shienevents import Service

from .api import ROUTES
from .area_moves import plan
from .decider import DECIDERS
from .messages import MESSAGES
from .projections import VIEWS
from .reactions import REACTIONS
from .settings import Settings

TITLE = "支援ニーズ — Shien needs"


async def build(settings: Settings) -> FastAPI:
    """The application. Serving it starts the service."""
    service = await Service.open(
        settings.parts(),
        deciders=DECIDERS,
        views=VIEWS,
        reactions=REACTIONS,
        ticks=[shienweb.AreaWork(OF_NEEDS, plan).tick()],
    )
    return shienweb.make_app(service, TITLE, ROUTES, MESSAGES, settings)


def run() -> None:
    """`python -m needs`."""
    shienweb.run(build, Settings)

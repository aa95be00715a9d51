"""Builds the escalation service from its settings."""

from __future__ import annotations

from fastapi import FastAPI

import shienweb
from shiendomain.ended_areas import OF_ESCALATION
from shienevents import Service

from .api import ROUTES
from .area_moves import plan
from .decider import DECIDERS
from .messages import MESSAGES
from .projections import VIEWS
from .reactions import REACTIONS
from .reminders import ticks
from .settings import Settings

TITLE = "提案 — Shien escalation"


async def build(settings: Settings) -> FastAPI:
    """The application. Serving it starts the service."""
    service = await Service.open(
        settings.parts(),
        deciders=DECIDERS,
        views=VIEWS,
        reactions=REACTIONS,
        ticks=[*ticks(settings.remind_every_days), shienweb.AreaWork(OF_ESCALATION, plan).tick()],
    )
    return shienweb.make_app(service, TITLE, ROUTES, MESSAGES, settings)


def run() -> None:
    """`python -m escalation`."""
    shienweb.run(build, Settings)

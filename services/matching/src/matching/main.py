"""Builds the service; no other module does."""

from __future__ import annotations

from fastapi import FastAPI

import shienweb
from shienevents import Service
from shienweb import make_app

from .api import ROUTES
from .decider import DECIDERS
from .messages import MESSAGES
from .projections import VIEWS
from .reactions import REACTIONS
from .settings import Settings


async def build(settings: Settings) -> FastAPI:
    """The application, with its service opened; serving it starts the service."""
    service = await Service.open(settings.parts(), deciders=DECIDERS, views=VIEWS, reactions=REACTIONS)
    return make_app(service, "マッチング / Matching", ROUTES, MESSAGES, settings)


def run() -> None:
    """`python -m matching [migrate | topic]`."""
    shienweb.run(build, Settings)

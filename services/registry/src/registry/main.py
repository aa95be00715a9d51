"""The only file that builds things: the registry from its settings."""

from __future__ import annotations

from fastapi import FastAPI

from shiendomain.escalation import ServiceLaunched
from shienevents import EventTypes, Service
from shienweb import make_app
from shienweb import run as run_process

from .api import ROUTES
from .decider import DECIDERS
from .projections import VIEWS
from .reactions import REACTIONS
from .settings import Settings

OWN = tuple(event for decider in DECIDERS for event in decider.events)
HEARD = (ServiceLaunched,)
TYPES = EventTypes([*OWN, *HEARD])


async def build(settings: Settings) -> FastAPI:
    """The application; serving it starts the service."""
    service = await Service.open(settings.parts(), types=TYPES, deciders=DECIDERS, views=VIEWS, reactions=REACTIONS)
    app = make_app("registry", "資源台帳 Registry", service, ROUTES, settings)
    app.state.stale_after_days = settings.stale_after_days
    return app


def run() -> None:
    """`python -m registry`."""
    run_process(build, Settings)

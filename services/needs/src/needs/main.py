"""The only file that builds things: the needs service from its settings."""

from __future__ import annotations

from fastapi import FastAPI

from shiendomain import matching, registry
from shienevents import EventTypes, Service
from shienweb import make_app
from shienweb import run as run_process

from .api import ROUTES
from .decider import DECIDERS
from .projections import VIEWS
from .reactions import REACTIONS
from .settings import Settings

OWN = tuple(event for decider in DECIDERS for event in decider.events)
HEARD = (
    registry.AreaDefined,
    registry.AreaReorganized,
    registry.CouncilEstablished,
    matching.MatchAccepted,
    matching.MatchConcluded,
    matching.MatchLapsed,
    matching.NoMatchFound,
)
TYPES = EventTypes([*OWN, *HEARD])


async def build(settings: Settings) -> FastAPI:
    """The application; serving it starts the service."""
    service = await Service.open(settings.parts(), types=TYPES, deciders=DECIDERS, views=VIEWS, reactions=REACTIONS)
    return make_app("needs", "支援ニーズ Needs", service, ROUTES, settings)


def run() -> None:
    """`python -m needs`."""
    run_process(build, Settings)

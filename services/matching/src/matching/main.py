"""Builds the service. The only module that does."""

from __future__ import annotations

from fastapi import FastAPI

import shienweb
from shiendomain import matching, needs, registry
from shienevents import EventTypes, Service
from shienweb import make_app

from .api import ROUTES
from .decider import DECIDERS
from .projections import VIEWS
from .reactions import REACTIONS
from .settings import Settings

OWN = (
    matching.OfferNoted,
    matching.MatchProposed,
    matching.MatchAccepted,
    matching.MatchDeclined,
    matching.MatchLapsed,
    matching.MatchConcluded,
    matching.NoMatchFound,
)
HEARD = (
    registry.AreaDefined,
    registry.AreaReorganized,
    registry.ResourceRegistered,
    registry.ResourceRevised,
    registry.ResourceSuspended,
    registry.ResourceResumed,
    registry.ResourceRetired,
    needs.NeedRecorded,
    needs.NeedRevised,
    needs.NeedMatched,
    needs.NeedMet,
    needs.NeedReopened,
    needs.NeedWithdrawn,
)
TYPES = EventTypes([*OWN, *HEARD])


async def build(settings: Settings) -> FastAPI:
    """The application, with its service opened; serving starts it."""
    service = await Service.open(settings.parts(), types=TYPES, deciders=DECIDERS, views=VIEWS, reactions=REACTIONS)
    return make_app("matching", "Shien: マッチング (matching)", service, ROUTES, settings)


def run() -> None:
    """`python -m matching [migrate]`."""
    shienweb.run(build, Settings)

"""Builds the service. The only module that does."""

from __future__ import annotations

from fastapi import FastAPI

import shienweb
from shiendomain.needs import GapDeclared, IssueRaised, NeedsConsolidated
from shiendomain.registry import AreaDefined, AreaReorganized, CouncilEstablished, ProviderRegistered
from shienevents import EventTypes, Service
from shienweb import make_app

from .api import ROUTES
from .decider import DECIDERS, meeting, proposal
from .projections import VIEWS
from .reactions import REACTIONS
from .settings import Settings

OWN = (*meeting.events, *proposal.events)
HEARD = (
    AreaDefined, AreaReorganized, CouncilEstablished, ProviderRegistered, NeedsConsolidated, IssueRaised, GapDeclared,
)  # fmt: skip
TYPES = EventTypes([*OWN, *HEARD])


async def build(settings: Settings) -> FastAPI:
    """The application, with its service opened; serving starts it."""
    service = await Service.open(settings.parts(), types=TYPES, deciders=DECIDERS, views=VIEWS, reactions=REACTIONS)
    return make_app("escalation", "Shien: 提案 (escalation)", service, ROUTES, settings)


def run() -> None:
    """`python -m escalation [migrate]`."""
    shienweb.run(build, Settings)

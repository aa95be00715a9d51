"""Builds the portal. The only module that constructs its parts."""

from __future__ import annotations

from fastapi import FastAPI

import shienweb
from shienevents import Service

from .api import ROUTES
from .board_answers import BoardAnswers
from .cells import Cells, municipalities
from .code_flow import CodeFlow
from .decider import DECIDERS
from .hand_over_documents import HandOverDocuments
from .messages import MESSAGES
from .projections import VIEWS
from .provider import Provider
from .rendering import Renderer
from .sessions import Sessions, forget_sessions
from .settings import Settings
from .sign_in import SignIn
from .signed_in import SignedIn
from .signed_out import SignedOut, forget_expired

TITLE = "ポータル — Shien portal"
UPKEEP = (forget_expired, forget_sessions)


async def build(settings: Settings) -> FastAPI:
    """The application, with its service opened; serving it starts the service. Raises `Unavailable`, `Contract`."""
    service = await Service.open(settings.parts(), deciders=DECIDERS, views=VIEWS, upkeep=UPKEEP, known=municipalities)
    app = shienweb.make_app(service, TITLE, ROUTES, MESSAGES, settings)
    app.state.cells = Cells(service, settings.other_cells)
    app.state.hand_over_documents = HandOverDocuments(service, app.state.cells)
    app.state.boards = BoardAnswers(service, settings.stale_after_days, app.state.cells)
    app.state.renderer = Renderer(synthetic=settings.synthetic, at_provider=bool(settings.sign_in_client_id))
    signed_out, checker = SignedOut(service), shienweb.checker_of(app)
    checker.denied.append(signed_out)
    provider = Provider(settings) if settings.sign_in_client_id else None
    signed_in = SignedIn(Sessions(service, settings.session_limits), checker, signed_out, provider)
    app.state.code_flow = provider and CodeFlow(settings, provider, checker, signed_in)
    app.add_middleware(SignIn, renderer=app.state.renderer, signed_in=signed_in)
    return app


def run() -> None:
    """`python -m portal [migrate | topic]`."""
    shienweb.run(build, Settings)

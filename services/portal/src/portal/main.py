"""Builds the portal. The only module that constructs its parts."""

from __future__ import annotations

from fastapi import FastAPI

import shienweb
from shienevents import Service

from .api import ROUTES
from .board_answers import BoardAnswers
from .decider import DECIDERS
from .hand_over_documents import HandOverDocuments
from .messages import MESSAGES
from .projections import VIEWS
from .rendering import Renderer
from .settings import Settings
from .sign_in import SignIn
from .signed_out import SignedOut, forget_expired

TITLE = "ポータル — Shien portal"


async def build(settings: Settings) -> FastAPI:
    """The application, with its service opened; serving it starts the service. Raises `Unavailable`, `Contract`."""
    service = await Service.open(settings.parts(), deciders=DECIDERS, views=VIEWS, upkeep=[forget_expired])
    app = shienweb.make_app(service, TITLE, ROUTES, MESSAGES, settings)
    app.state.hand_over_documents = HandOverDocuments(service)
    app.state.boards = BoardAnswers(service, settings.stale_after_days)
    app.state.renderer = Renderer(synthetic=settings.synthetic)
    signed_out, checker = SignedOut(service), shienweb.checker_of(app)
    checker.denied.append(signed_out)
    app.add_middleware(SignIn, renderer=app.state.renderer, checker=checker, signed_out=signed_out)
    return app


def run() -> None:
    """`python -m portal [migrate | topic]`."""
    shienweb.run(build, Settings)

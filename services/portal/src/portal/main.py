"""Builds the portal. The only module that constructs its parts."""

from __future__ import annotations

from datetime import timedelta

from fastapi import FastAPI

import shienweb
from shienevents import Service

from .api import ROUTES
from .board_answers import BoardAnswers
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
from .signed_out import SignedOut, forget_expired

TITLE = "ポータル — Shien portal"
UPKEEP = (forget_expired, forget_sessions)


async def build(settings: Settings) -> FastAPI:
    """The application, with its service opened; serving it starts the service. Raises `Unavailable`, `Contract`."""
    service = await Service.open(settings.parts(), deciders=DECIDERS, views=VIEWS, upkeep=UPKEEP)
    app = shienweb.make_app(service, TITLE, ROUTES, MESSAGES, settings)
    app.state.hand_over_documents = HandOverDocuments(service)
    app.state.boards = BoardAnswers(service, settings.stale_after_days)
    app.state.renderer = Renderer(synthetic=settings.synthetic, at_provider=bool(settings.sign_in_client_id))
    signed_out, checker = SignedOut(service), shienweb.checker_of(app)
    checker.denied.append(signed_out)
    flow = app.state.code_flow = _code_flow(settings, service, checker, signed_out)
    app.add_middleware(SignIn, renderer=app.state.renderer, checker=checker, signed_out=signed_out, flow=flow)
    return app


def _code_flow(
    settings: Settings, service: Service, checker: shienweb.TokenChecker, signed_out: SignedOut
) -> CodeFlow | None:
    """How people sign in at the identity provider, where the settings name a client of it."""
    if not settings.sign_in_client_id:
        return None
    idle, longest = timedelta(minutes=settings.sign_in_idle_minutes), timedelta(hours=settings.sign_in_longest_hours)
    return CodeFlow(settings, Provider(settings), checker, Sessions(service, idle, longest), signed_out)


def run() -> None:
    """`python -m portal [migrate | topic]`."""
    shienweb.run(build, Settings)

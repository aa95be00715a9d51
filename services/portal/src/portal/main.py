"""Builds the portal: the only file that constructs things."""

from __future__ import annotations

from fastapi import FastAPI

import shienweb
from shienevents import EventTypes, Service

from .api import api_routes
from .board_answers import BoardAnswers
from .pages import open_pages, page_routes
from .projections import EVERYTHING, VIEWS
from .settings import Settings
from .sign_in import SignIn

TYPES = EventTypes(EVERYTHING)


async def build(settings: Settings) -> FastAPI:
    """The portal's application. Raises `Unavailable`, `Contract`."""
    service = await Service.open(settings.parts(), types=TYPES, views=VIEWS)
    answers = BoardAnswers(service, settings.fresh_days)
    routers = [api_routes(answers), page_routes(answers, settings.synthetic), open_pages(settings.synthetic)]
    app = shienweb.make_app("portal", "ポータル / Portal", service, routers, settings)
    app.add_middleware(SignIn, synthetic=settings.synthetic)
    return app


def run() -> None:
    """Serve, or migrate, as the command line says."""
    shienweb.run(build, Settings)

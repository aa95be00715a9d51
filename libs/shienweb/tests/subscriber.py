"""A small service that has no events of its own and subscribes to the registry's areas."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from fastapi import FastAPI

from shiendomain.areas_view import areas_view
from shiendomain.registry import AreaDefined
from shiendomain.vocabulary import AreaCode, AreaKind
from shienevents import NotFound, Service
from shienweb import COORDINATORS, READERS, Body, Context, Routes, ServiceProcessSettings, make_app

from .world import CITY, NORTH

VIEWS = [areas_view]
NORTH_DEFINED = AreaDefined(
    area=NORTH, parent=None, municipality=CITY, kind=AreaKind.SCHOOL_DISTRICT, tiers=(), name="北",
    valid_from=date(2020, 4, 1),
)  # fmt: skip
routes = Routes()


class Settings(ServiceProcessSettings):
    """The small service's."""

    service: ClassVar[str] = "needs"


class NewNeed(Body):
    area: AreaCode


@routes.get("/needs", may=READERS)
async def list_needs(context: Context) -> dict[str, object]:
    """The areas of the caller's territory."""
    return {"areas": list(context.territory.codes), "stale": False}


@routes.post("/needs", may=COORDINATORS, status_code=201)
async def record_need(body: NewNeed, context: Context) -> dict[str, str]:
    """Where a need would be recorded."""
    home = await context.home(body.area)
    return {"area": home.area}


@routes.get("/needs/{area}", may=READERS)
async def show_need(area: AreaCode, context: Context) -> dict[str, str]:
    """An area from the views, or a need that does not exist."""
    async with context.snapshot() as snapshot:
        row = await snapshot.get(areas_view, area)
    context.must_cover(row.area if row else None, "area.unknown")
    raise NotFound("need.unknown")


async def build(settings: Settings) -> FastAPI:
    """The small service, opened and not started."""
    service = await Service.open(settings.parts(), views=VIEWS)
    return make_app(service, "購読 — a subscriber", [routes], {}, settings)

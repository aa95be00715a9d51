"""The route of demand: who waits for which support, on which days and for how long, and what was met this year."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from shiendomain.fiscal import FiscalYear
from shiendomain.vocabulary import SupportKind, Weekday
from shienweb import OF_PEOPLE, READERS, Answer, AreaQuery, Context, PeopleCount, Routes

from .. import views
from ..views import KindDemand

routes = Routes(tags=["boards"])


class DemandFigures(Answer):
    """Needs of one kind of support that wait, their people, and how long they have waited, in days.

    `people_by_weekday` are the people who ask for a day: one who asks for two days is in both. `people_any_day` ask for
    no particular day. `met` and `people_met` count the needs that were met since the beginning of the fiscal year.
    """

    support_kind: SupportKind
    waiting: int
    people_waiting: PeopleCount
    people_by_weekday: Annotated[dict[Weekday, int], OF_PEOPLE]
    people_any_day: PeopleCount
    days_median: int | None
    days_oldest: int | None
    met: int
    people_met: PeopleCount


class AreaDemand(DemandFigures):
    """The demand of one area itself, without those below it."""

    area: str
    name: str


class Demand(Answer):
    """The demand of areas on a day: `total` is of all of them together, a row for each kind that is asked for."""

    day: date
    fiscal_year_from: date
    areas: tuple[AreaDemand, ...]
    total: tuple[DemandFigures, ...]
    position: str
    stale: bool


@routes.get("/demand", may=READERS)
async def show_demand(context: Context, area: AreaQuery = None, support_kind: SupportKind | None = None) -> Demand:
    """Show what is asked for in an area and all below it, by area and kind of support."""
    areas = context.areas_within(area)
    day = context.day
    began = FiscalYear.of(day).first
    async with context.snapshot() as snapshot:
        found = await views.demand(snapshot, areas, support_kind, day, began)
    return Demand(
        day=day,
        fiscal_year_from=began,
        areas=tuple(
            AreaDemand(**figures(one), area=one.area, name=context.tree.name(one.area)) for one in found if one.area
        ),
        total=tuple(DemandFigures(**figures(one)) for one in found if one.area is None),
        position=snapshot.token,
        stale=snapshot.stale,
    )


def figures(one: KindDemand) -> dict[str, object]:
    """The figures of one area and kind, or of one kind."""
    asked = dict(zip((*Weekday, None), one.people_by_day, strict=True))
    return {
        "support_kind": one.support_kind,
        "waiting": one.waiting,
        "people_waiting": one.people_waiting,
        "people_by_weekday": {day: asked[day] for day in Weekday},
        "people_any_day": asked[None],
        "days_median": one.days_median,
        "days_oldest": one.days_oldest,
        "met": one.met,
        "people_met": one.people_met,
    }

"""Routes of places where active older people can take part (活躍の場)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.development import still_wanted, still_wanted_sql
from shiendomain.registry import PlaceDetails
from shiendomain.states import PlaceState, ResourceState
from shiendomain.vocabulary import AreaCode, Headcount, LineOfReason, Participation, People, PlaceEnd
from shienevents import NotFound
from shienweb import (
    KEEPERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Distinct,
    Page,
    Pages,
    PeopleCount,
    RequestContext,
    Routes,
    WriteResult,
    check_said,
    example,
)

from ..decider.place import ClosePlace, CorrectPlace, FillPlace, OfferPlace, ReopenPlace
from ..identical import said_of_place
from ..projections import PlaceRow, places
from .details import details_of
from .seen import resource_seen

routes = Routes(tags=["places"])


class NewPlace(Body, PlaceDetails):
    """A place where older people can take part: who offers it, what one does there, and how many are wanted.

    `not_the_same_as` names identical places that somebody looked at, and that are other ones.
    """

    model_config = example(
        area="272108-03",
        offered_by="東校区サロン連絡会",
        offered_by_kind="volunteers",
        offered_on="2026-06-01",
        participation="cooking",
        activity="月2回の会食会の調理",
        wanted=4,
        schedule="第2・4木曜 9時〜13時",
        until="2026-09-30",
    )

    area: AreaCode
    not_the_same_as: Distinct = ()


class PlaceCorrection(Body, PlaceDetails):
    """The place as it is right or as it is now, as a whole, with how many people take part, and why it differs."""

    model_config = example(
        offered_by="東校区サロン連絡会",
        offered_by_kind="volunteers",
        offered_on="2026-06-01",
        participation="cooking",
        activity="月2回の会食会の調理",
        wanted=4,
        filled=2,
        reason="1人が家庭の事情で続けられなくなった",
    )

    filled: Headcount
    reason: LineOfReason


class Filling(Body):
    """How many people began to take part, on which day."""

    model_config = example(headcount=2, filled_on="2026-06-20")

    headcount: People
    filled_on: date


class PlaceClosure(Body):
    """Why, and from which day on, nobody more is sought."""

    model_config = example(reason="activity_ended", closed_on="2026-09-30")

    reason: PlaceEnd
    closed_on: date


class PlaceReopening(Body):
    """Why people are sought again."""

    model_config = example(reason="別の募集を閉じるつもりだった")

    reason: LineOfReason


class FillingOut(Answer):
    """People who began to take part."""

    filled_on: date
    headcount: PeopleCount


class PlaceShown(PlaceDetails):
    """What is said of a place. With how many are wanted, a place that seeks nobody would tell how many take part."""

    wanted: PeopleCount


class PlaceOut(Answer):
    """A place. `filled` people take part; `still_wanted` more are sought today. A correction clears the `fillings`."""

    place_id: UUID
    area: str
    state: PlaceState
    details: PlaceShown
    filled: PeopleCount
    still_wanted: PeopleCount
    fillings: tuple[FillingOut, ...]
    closed_on: date | None
    closed_for: PlaceEnd | None
    corrected_for: str
    reopened_for: str
    moved_for: str
    not_the_same_as: tuple[UUID, ...]
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: PlaceRow, day: date) -> Self:
        """The answer of a row."""
        details = details_of(PlaceShown, row)
        wanted = still_wanted(row.state, row.wanted, row.filled, row.until, day)
        return cls.model_validate({**vars(row), "details": details, "still_wanted": wanted})


@routes.post("/places", may=KEEPERS, status_code=201)
async def offer_place(body: NewPlace, context: Context) -> WriteResult:
    """Record a place where older people of the area can take part.

    What is recorded already is refused (`not_the_same_as`).
    """
    home = await context.home(body.area)
    state = await state_of_resource(context, body.resource_id)
    place_id = context.new_id()
    details, others = details_of(PlaceDetails, body), body.not_the_same_as
    command = OfferPlace(place_id, home, details, state, context.occurred_on, others)
    new, stands = said_of_place(details), "not closed"
    await check_said(context, places, "place", home.area, said_of_place, new, others, stands)
    return await context.execute(command, id=place_id)


@routes.post("/places/{place_id}/filling", may=KEEPERS)
async def fill_place(place_id: UUID, body: Filling, context: Context) -> WriteResult:
    """Record that people begin to take part: never more in all than are wanted."""
    command = FillPlace(place_id, body.headcount, body.filled_on, context.occurred_on)
    return await context.execute(command, id=place_id)


@routes.post("/places/{place_id}/correction", may=KEEPERS)
async def correct_place(place_id: UUID, body: PlaceCorrection, context: Context) -> WriteResult:
    """Record a place as it is right or as it is now, with how many people take part."""
    command = CorrectPlace(
        place_id=place_id,
        details=details_of(PlaceDetails, body),
        filled=body.filled,
        reason=body.reason,
        resource_state=await state_of_resource(context, body.resource_id),
        today=context.occurred_on,
    )
    return await context.execute(command, id=place_id)


@routes.post("/places/{place_id}/closure", may=KEEPERS)
async def close_place(place_id: UUID, body: PlaceClosure, context: Context) -> WriteResult:
    """Record that nobody more is sought for a place."""
    command = ClosePlace(place_id, body.reason, body.closed_on, context.occurred_on)
    return await context.execute(command, id=place_id)


@routes.post("/places/{place_id}/reopening", may=KEEPERS)
async def reopen_place(place_id: UUID, body: PlaceReopening, context: Context) -> WriteResult:
    """Record that people are sought again, or that the closing was a mistake."""
    return await context.execute(ReopenPlace(place_id, body.reason), id=place_id)


@routes.get("/places", may=READERS)
async def list_places(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    participation: Annotated[Participation | None, Query()] = None,
    resource_id: Annotated[UUID | None, Query(description="Only those that this resource offers")] = None,
    state: Annotated[
        PlaceState | None, Query(description="Without it, only those in which people are sought today")
    ] = None,
) -> Page[PlaceOut]:
    """List places where older people can take part, the newest first: those that still seek people, or of one state."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            places,
            {"area": areas, "participation": participation, "resource_id": resource_id, "state": state},
            paging,
            order=("offered_on", "place_id"),
            newest_first=True,
            where=[None if state else Condition(f"{still_wanted_sql('{}::date')} > 0", context.day)],
            as_=lambda row: PlaceOut.of(row, context.day),
        )


@routes.get("/places/{place_id}", may=READERS)
async def show_place(place_id: UUID, context: Context) -> PlaceOut:
    """Show a place where older people can take part."""
    async with context.snapshot() as snapshot:
        place = await snapshot.get(places, place_id)
    if place is None or not context.territory.covers(place.area):
        raise NotFound("place.unknown")
    context.etag(place.version)
    return PlaceOut.of(place, context.day)


async def state_of_resource(context: RequestContext, resource_id: UUID | None) -> ResourceState | None:
    """The state of the resource that offers a place, if one does. Raises `NotFound` for one that is not seen."""
    return (await resource_seen(context, resource_id)).state if resource_id else None

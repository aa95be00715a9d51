"""Routes of venues (会場): rooms and grounds that activities of an area may use."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.registry import VenueDetails
from shiendomain.schedules import next_days, read_schedule
from shiendomain.states import VenueState
from shiendomain.vocabulary import Accessibility, AreaCode, LineOfReason, People, VenueEnd, Weekday
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
    Routes,
    WriteResult,
    check_said,
    contains,
    example,
)

from ..decider.venue import ReleaseVenue, ReviseVenue, SecureVenue, SecureVenueAgain
from ..identical import said_of_venue
from ..projections import VenueRow, venues
from .details import details_of
from .listing import OpeningOut

routes = Routes(tags=["venues"])

_KINDS = len(Accessibility)


class VenueRevision(Body, VenueDetails):
    """What a venue is now, as a whole. `accessibility` is what is known of it."""

    model_config = example(
        name="東公民館 集会室",
        secured_on="2026-04-01",
        schedule="毎週火曜 9時〜12時",
        fee="1回300円",
        fee_yen=300,
        capacity=30,
        accessibility=["ramp", "accessible_toilet"],
        owner="東自治会",
        owner_kind="neighbourhood",
    )

    accessibility: Annotated[tuple[Accessibility, ...], Field(max_length=_KINDS)] = ()

    def details(self) -> VenueDetails:
        """The details of the command: what makes it accessible in its order, each once."""
        known = tuple(one for one in Accessibility if one in self.accessibility)
        return details_of(VenueDetails, self, accessibility=known)


class NewVenue(VenueRevision):
    """A venue that activities of an area may use from a day on.

    `not_the_same_as` names identical venues that somebody looked at, and that are other ones.
    """

    model_config = example(
        area="272108-03",
        name="東公民館 集会室",
        secured_on="2026-04-01",
        schedule="毎週火曜 9時〜12時",
        fee="1回300円",
        fee_yen=300,
        capacity=30,
        accessibility=["ramp", "accessible_toilet"],
        owner="東自治会",
        owner_kind="neighbourhood",
    )

    area: AreaCode
    not_the_same_as: Distinct = ()


class Release(Body):
    """Why, and from which day on, a venue may no longer be used."""

    model_config = example(reason="building_closed", released_on="2026-09-30")

    reason: VenueEnd
    released_on: date


class Renewal(Body):
    """From which day on a released venue may be used again. Without a day its release was a mistake."""

    model_config = example(secured_on="2026-10-15", reason="改修が終わった")

    secured_on: date | None = None
    reason: LineOfReason


class VenueOut(Answer):
    """A venue. `openings` is what its written schedule says, where it can be read; `on_holidays`: null, it does not."""

    venue_id: UUID
    area: str
    state: VenueState
    details: VenueDetails
    openings: tuple[OpeningOut, ...]
    on_holidays: bool | None
    released_on: date | None
    released_for: VenueEnd | None
    secured_again_for: str
    moved_for: str
    not_the_same_as: tuple[UUID, ...]
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: VenueRow) -> Self:
        """The answer of a row."""
        details = details_of(VenueDetails, row)
        schedule = read_schedule(row.schedule)
        openings = tuple(map(OpeningOut.of, schedule.openings))
        return cls(**vars(row), details=details, openings=openings, on_holidays=schedule.on_holidays)


class VenueShown(VenueOut):
    """One venue, with the next days on which it is open by its schedule."""

    next_days: tuple[date, ...]

    @classmethod
    def on(cls, row: VenueRow, day: date) -> Self:
        """The answer of a row, with the days from `day` on."""
        coming = next_days(read_schedule(row.schedule), day) if row.state is VenueState.SECURED else ()
        return cls(**vars(VenueOut.of(row)), next_days=coming)


@routes.post("/venues", may=KEEPERS, status_code=201)
async def secure_venue(body: NewVenue, context: Context) -> WriteResult:
    """Record a venue that activities of the area may use. What is recorded already is refused (`not_the_same_as`)."""
    home, venue_id = await context.home(body.area), context.new_id()
    command = SecureVenue(venue_id, home, body.details(), context.occurred_on, body.not_the_same_as)
    new, stands = said_of_venue(command.details), "state = 'secured'"
    await check_said(context, venues, "venue", home.area, said_of_venue, new, body.not_the_same_as, stands)
    return await context.execute(command, id=venue_id)


@routes.put("/venues/{venue_id}", may=KEEPERS)
async def revise_venue(venue_id: UUID, body: VenueRevision, context: Context) -> WriteResult:
    """Replace the details of a venue as a whole."""
    return await context.execute(ReviseVenue(venue_id, body.details(), context.occurred_on), id=venue_id)


@routes.post("/venues/{venue_id}/release", may=KEEPERS)
async def release_venue(venue_id: UUID, body: Release, context: Context) -> WriteResult:
    """Record that a venue may no longer be used."""
    command = ReleaseVenue(venue_id, body.reason, body.released_on, context.occurred_on)
    return await context.execute(command, id=venue_id)


@routes.post("/venues/{venue_id}/renewal", may=KEEPERS)
async def secure_venue_again(venue_id: UUID, body: Renewal, context: Context) -> WriteResult:
    """Record that a released venue may be used again, or that its release was a mistake."""
    command = SecureVenueAgain(venue_id, body.secured_on, body.reason, context.occurred_on)
    return await context.execute(command, id=venue_id)


@routes.get("/venues", may=READERS)
async def list_venues(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    state: Annotated[VenueState, Query(description="Released ones are listed when they are asked for")] = (
        VenueState.SECURED
    ),
    weekday: Annotated[Weekday | None, Query(description="Only those that may be open on this day of the week")] = None,
    capacity: Annotated[People | None, Query(description="Only those known to take so many people")] = None,
    accessibility: Annotated[
        tuple[Accessibility, ...], Query(max_length=_KINDS, description="Only those known to have all of these")
    ] = (),
) -> Page[VenueOut]:
    """List venues, by name."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            venues,
            {"area": areas, "state": state, "weekdays": contains(weekday)},
            paging,
            order=("sort_name", "venue_id"),
            where=[
                None if capacity is None else Condition("capacity >= {}", capacity),
                Condition("accessibility @> {}", list(accessibility)) if accessibility else None,
            ],
            as_=VenueOut.of,
        )


@routes.get("/venues/{venue_id}", may=READERS)
async def show_venue(venue_id: UUID, context: Context) -> VenueShown:
    """Show a venue, with the next days on which it is open."""
    async with context.snapshot() as snapshot:
        venue = await snapshot.get(venues, venue_id)
    if venue is None or not context.territory.covers(venue.area):
        raise NotFound("venue.unknown")
    context.etag(venue.version)
    return VenueShown.on(venue, context.day)

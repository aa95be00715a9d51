"""How a resource is listed, in bodies and in answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Self, TypeVar
from uuid import UUID

from pydantic import Field

from shiendomain.fees import FeePer, read_fee
from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.schedules import Opening, next_days, read_schedule
from shiendomain.states import ResourceState
from shiendomain.vocabulary import (
    Accessibility,
    AreaCode,
    GivenSourceKind,
    Line,
    Location,
    Part,
    Reference,
    ResourceEnd,
    SourceKind,
    SupportKind,
    VerificationMethod,
)
from shienevents import Snapshot
from shienweb import Answer, Body, FreshnessOut, FreshPage, Page, example

from .. import views
from ..projections import ResourceRow

T = TypeVar("T")


class GivenSource(Part):
    """Where a listing comes from, as a person says it; `reference` is the id of its row there, in the list `list`.

    `survey_id`: the survey of the needs service that found it.
    """

    kind: GivenSourceKind
    reference: Reference = ""
    list: Line = ""
    survey_id: UUID | None = None

    def source(self) -> ResourceSource:
        """The source of the command."""
        return ResourceSource(kind=self.kind, reference=self.reference, list=self.list, survey_id=self.survey_id)


class Listing(ResourceDetails):
    """What a resource is. Without `service_areas` it serves its own area."""

    support_kinds: Annotated[tuple[SupportKind, ...], Field(min_length=1, max_length=20)]
    service_areas: Annotated[tuple[AreaCode, ...], Field(max_length=200)] = ()
    accessibility: Annotated[tuple[Accessibility, ...], Field(max_length=len(Accessibility))] = ()

    def details(self, area: str, provider_id: UUID | None = None) -> ResourceDetails:
        """The details of the command: kinds and what makes it accessible in their order, each area once."""
        given = {name: getattr(self, name) for name in ResourceDetails.model_fields}
        given["support_kinds"] = tuple(kind for kind in SupportKind if kind in self.support_kinds)
        given["accessibility"] = tuple(one for one in Accessibility if one in self.accessibility)
        given["service_areas"] = tuple(dict.fromkeys(self.service_areas)) or (area,)
        given["provider_id"] = provider_id or self.provider_id
        return ResourceDetails(**given)


class Revision(Body, Listing):
    """What a resource is now, as a whole."""

    model_config = example(
        name="ふれあいサロン",
        support_kinds=["salon"],
        service_areas=["272108-03"],
        schedule="第2・4火曜",
        fee="1回200円",
        fee_yen=200,
        capacity=20,
    )

    service_areas: Annotated[tuple[AreaCode, ...], Field(min_length=1, max_length=200)]


class FeeOut(Answer):
    """A fee in yen as it is read: from `least` to `most` (null: open), per use, month or year, or per `minutes`."""

    least: int
    most: int | None
    per: FeePer
    minutes: int | None


class OpeningOut(Answer):
    """Days as a rule of RFC 5545, and the hours on them (HH:MM; empty: the schedule does not say)."""

    rule: str
    begin: str
    until: str

    @classmethod
    def of(cls, opening: Opening) -> Self:
        """The answer of an opening."""
        begin, until = opening.hours or ("", "")
        return cls(rule=opening.rule, begin=begin, until=until)


class ResourceOut(Answer):
    """A resource as it is listed. `unverified` names the fields to verify. `ended_for` says why it is out of use.

    The name of a provider that is registered is the registered one, whatever the listing said.
    `openings` is what its written schedule says, where it can be read; `on_holidays` is null where it does not say.
    `fee_range` is what its written fee says, where it can be read. `list` names the list of which it is a row.
    `survey_id` is the survey that found it. `service_id` is the service of the municipality that it belongs to. An
    activity of residents that became one has `taken_over_on`, and `name_before`, as it was listed until then.
    `not_the_same_as` are resources of its name and address that are other ones, as somebody said who looked.
    """

    resource_id: UUID
    area: str
    state: ResourceState
    details: ResourceDetails
    source: SourceKind
    reference: str
    list: str
    survey_id: UUID | None
    service_id: UUID | None
    taken_over_on: date | None
    name_before: str
    registered_on: date
    verified_on: date | None
    verified_by: VerificationMethod | None
    unverified: tuple[str, ...]
    openings: tuple[OpeningOut, ...]
    on_holidays: bool | None
    fee_range: FeeOut | None
    ended_for: ResourceEnd | None
    ended_note: str
    corrected_for: str
    not_the_same_as: tuple[UUID, ...]
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: ResourceRow) -> Self:
        """The answer of a row."""
        location = Location(lat_e7=row.lat_e7, lon_e7=row.lon_e7) if row.lat_e7 is not None else None
        listed = {name: value for name, value in vars(row).items() if name in ResourceDetails.model_fields}
        schedule = read_schedule(row.schedule)
        openings = tuple(map(OpeningOut.of, schedule.openings))
        details = ResourceDetails(**listed, location=location)
        fee = read_fee(row.fee)
        return cls(
            **vars(row),
            details=details,
            openings=openings,
            on_holidays=schedule.on_holidays,
            fee_range=FeeOut(**fee._asdict()) if fee else None,
        )


class ResourceShown(ResourceOut):
    """One resource, with the next days on which it is open by its schedule."""

    next_days: tuple[date, ...]

    @classmethod
    def on(cls, row: ResourceRow, day: date) -> Self:
        """The answer of a row, with the days from `day` on."""
        coming = next_days(read_schedule(row.schedule), day) if row.state.in_use else ()
        return cls(**vars(ResourceOut.of(row)), next_days=coming)


async def answers(
    snapshot: Snapshot,
    page: Page[ResourceRow],
    answer: Callable[[ResourceRow], T],
    freshness: tuple[FreshnessOut, ...],
) -> FreshPage[T]:
    """The page with an answer made of each row, with the names of providers as they are registered."""
    rows = await views.with_provider_names(snapshot, page.items)
    return FreshPage(
        items=tuple(map(answer, rows)),
        next_cursor=page.next_cursor,
        position=page.position,
        stale=page.stale,
        freshness=freshness,
    )

"""Offers: what a resource can still give, from the stream of its offer, and how it is listed, from the registry's."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Any, assert_never
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.fees import most_for_one_use
from shiendomain.listing_checks import ListingChecks
from shiendomain.matching import (
    MatchAccepted,
    MatchConcluded,
    MatchDeclined,
    MatchEnded,
    MatchEvent,
    MatchLapsed,
    MatchOutcomeCorrected,
    MatchProposed,
    OfferEvent,
    OfferNoted,
)
from shiendomain.registry import (
    ResourceDetails,
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRevised,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)
from shiendomain.schedules import open_at, open_weekdays, read_schedule
from shiendomain.states import ResourceState
from shiendomain.vocabulary import ServiceClass, SupportKind, Weekday
from shienevents import Envelope, Row, View, replace, types_of


class OfferRow(Row, key=("resource_id",)):
    """What a resource can still give (`version` to `held`, from its offer), and how the registry lists it (the rest).

    `half_hours` are those in which its written schedule says that it is open (`schedules.open_at`). `listed_at` is when
    that changed last. `listing` is VERIFIED or REGISTERED; the columns after it are those of its `ListingChecks`.
    """

    resource_id: UUID
    version: int = 0
    open: bool = False
    support_kinds: tuple[SupportKind, ...] = ()
    service_areas: tuple[str, ...] = ()
    capacity: int | None = None
    held: int = 0
    name: str = ""
    area: str = ""
    service_class: ServiceClass | None = None
    weekdays: tuple[Weekday, ...] = ()
    half_hours: tuple[int, ...] = ()
    fee_yen: int | None = None
    lat_e7: int | None = None
    lon_e7: int | None = None
    registered_on: date | None = None
    listed_at: datetime | None = None
    listing: ResourceState = ResourceState.REGISTERED
    checked_fields: tuple[str, ...] = ()
    checked_days: dict[str, str] = field(default_factory=dict)
    checked_by: dict[str, str] = field(default_factory=dict)
    verified_on: date | None = None

    @property
    def free(self) -> int | None:
        """How many places are left; `None` without a known limit."""
        return None if self.capacity is None else max(0, self.capacity - self.held)


ListingEvent = (
    ResourceRegistered
    | ResourceRevised
    | ResourceMoved
    | ResourceVerified
    | ResourceVerificationWithdrawn
    | ResourceResumed
    | ResourceReinstated
)
OfferSource = ListingEvent | OfferNoted | MatchEvent


def evolve_offer(row: OfferRow, event: OfferSource, envelope: Envelope) -> OfferRow:
    """The offer after an event."""
    if isinstance(event, ListingEvent):
        return _listed(row, event, envelope)
    return _offered(replace(row, version=envelope.version), event)


def _listed(row: OfferRow, event: ListingEvent, envelope: Envelope) -> OfferRow:
    checks = ListingChecks(row.checked_fields, row.checked_days, row.checked_by)
    match event:
        case ResourceRegistered():
            new = replace(row, area=event.area, registered_on=day_of(envelope.occurred_at))
            return _checked(_with(new, event.details, envelope), ListingChecks.of(event.details))
        case ResourceRevised():
            return _checked(_with(row, event.details, envelope), checks.changed(event.changed))
        case ResourceVerified():
            return _checked(row, checks.verified(event))
        case ResourceVerificationWithdrawn():
            return _checked(row, checks.withdrawn(event))
        case ResourceResumed() | ResourceReinstated():
            return _checked(row, checks.forgotten())
        case ResourceMoved():
            return replace(row, area=event.area, listed_at=envelope.recorded_at)
        case _:
            assert_never(event)


def _with(row: OfferRow, details: ResourceDetails, envelope: Envelope) -> OfferRow:
    changes: dict[str, Any] = {
        "name": details.name,
        "service_class": details.service_class,
        "weekdays": open_weekdays(details.schedule),
        "half_hours": open_at(read_schedule(details.schedule)),
        "fee_yen": most_for_one_use(details.fee_yen, details.fee),
        "lat_e7": details.location.lat_e7 if details.location else None,
        "lon_e7": details.location.lon_e7 if details.location else None,
        "listed_at": envelope.recorded_at,
    }
    return replace(row, **changes)


def _checked(row: OfferRow, checks: ListingChecks) -> OfferRow:
    columns = checks.columns(ResourceState.REGISTERED)
    same = ("checked_fields", "checked_days", "checked_by", "verified_on")
    return replace(row, listing=columns["state"], **{name: columns[name] for name in same})


def _offered(row: OfferRow, event: OfferEvent) -> OfferRow:
    match event:
        case OfferNoted():
            return replace(
                row,
                open=event.open,
                support_kinds=event.support_kinds,
                service_areas=event.service_areas,
                capacity=event.capacity,
            )
        case MatchAccepted():
            return replace(row, held=row.held + event.people)
        case MatchLapsed() | MatchConcluded() | MatchEnded() | MatchOutcomeCorrected():
            return replace(row, held=row.held - event.people_freed)
        case MatchProposed() | MatchDeclined():
            return row
        case _:
            assert_never(event)


offers: View[OfferRow] = View(
    name="offers",
    version=6,
    row=OfferRow,
    subscribes_to=types_of(OfferSource),
    keys=lambda event, _: [event.resource_id],
    evolve=evolve_offer,
    indexes=(("service_areas",), ("area",)),  # candidates are found by them, never by reading all offers
)

"""Resources as they are listed, and what is verified of the listing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import field
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.comparing import comparable, comparable_address, pair_numbers
from shiendomain.days import day_of
from shiendomain.endings import read_ending
from shiendomain.fees import most_for_one_use
from shiendomain.listing_checks import ListingChecks
from shiendomain.registry import (
    ResourceDetails,
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSourceCorrected,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)
from shiendomain.rules import stale_since
from shiendomain.schedules import open_at, read_schedule
from shiendomain.states import ResourceState
from shiendomain.vocabulary import Accessibility, ResourceEnd, ServiceClass, SourceKind, SupportKind, VerificationMethod
from shiendomain.words import Word
from shienevents import Envelope, Row, View, replace, types_of

from ..decider.listed import after, identity, place_key
from ..decider.resource import ResourceEvent
from .search import NO_DAY, searchable, sort_name


def bits_of(words: Iterable[Word], given: Collection[Word]) -> int:
    """Some words of a closed list as a number: bit n stands for the nth word of the list."""
    return sum(1 << n for n, word in enumerate(words) if word in given)


class ResourceRow(Row, key=("resource_id",)):
    """One resource as it is listed. All from its own stream.

    `fee_most` is what taking part once costs at most, where it is known. `kind_bits` are the support kinds as a number
    (`bits_of`), `weekday_bits` the weekdays on which it may be open, and `open_hours` the half-hours of the week
    (`shiendomain.schedules`), as far as the written schedule says them. `search` is the text that is searched, and
    `search_pairs` its pairs of characters. `checked_fields`, `checked_days` and `checked_by` are
    those of its `ListingChecks`; `unverified` names the fields to verify, and `since` is the day from which the age of
    the listing counts (`shiendomain.rules.stale_since`); `ends_on` is the last day that its own texts name. `listed`
    is by what the list of which it is a row recognises it, `listed_area` where that list has it, and `place_key` what
    two listings of one place share (all of `decider.listed`). `name_key` and `address_key` are what is compared with a
    resource about to be registered, and `not_the_same_as` are those that were alike when this one was registered, and
    are other ones. `taken_over_on`: the day on which the service took over this activity of residents, which was listed
    as `name_before`.
    """

    resource_id: UUID
    area: str = ""
    state: ResourceState = ResourceState.REGISTERED
    kind_bits: int = 0
    weekday_bits: int = 0
    name: str = ""
    kana: str = ""
    support_kinds: tuple[SupportKind, ...] = ()
    service_class: ServiceClass | None = None
    service_areas: tuple[str, ...] = ()
    provider_id: UUID | None = None
    provider_name: str = ""
    lat_e7: int | None = None
    lon_e7: int | None = None
    address: str = ""
    telephone: str = ""
    schedule: str = ""
    fee: str = ""
    fee_yen: int | None = None
    fee_most: int | None = None
    capacity: int | None = None
    activity: str = ""
    note: str = ""
    updated_on: date | None = None
    accessibility: tuple[Accessibility, ...] = ()
    source: SourceKind = SourceKind.COORDINATOR
    reference: str = ""
    list: str = ""
    survey_id: UUID | None = None
    service_id: UUID | None = None
    taken_over_on: date | None = None
    name_before: str = ""
    registered_on: date | None = None
    listed: dict[str, str] = field(default_factory=dict)
    listed_area: str = ""
    place_key: str = ""
    name_key: str = ""
    address_key: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    checked_fields: tuple[str, ...] = ()
    checked_days: dict[str, str] = field(default_factory=dict)
    checked_by: dict[str, str] = field(default_factory=dict)
    unverified: tuple[str, ...] = ()
    verified_on: date | None = None
    verified_by: VerificationMethod | None = None
    since: date = NO_DAY
    ends_on: date | None = None
    ended_for: ResourceEnd | None = None
    ended_note: str = ""
    corrected_for: str = ""
    open_hours: tuple[int, ...] = ()
    search: str = ""
    search_pairs: tuple[int, ...] = ()
    sort_name: str = ""
    correlation: UUID | None = None
    version: int = 0


def evolve_resource(row: ResourceRow, event: ResourceEvent, envelope: Envelope) -> ResourceRow:
    """The resource after an event."""
    row = with_event(replace(row, version=envelope.version), event, envelope)
    return replace(row, since=stale_since(row.verified_on, row.registered_on) or NO_DAY)


def with_event(row: ResourceRow, event: ResourceEvent, envelope: Envelope) -> ResourceRow:
    """The row with what an event says."""
    checks = ListingChecks(row.checked_fields, row.checked_days, row.checked_by)
    match event:
        case ResourceRegistered():
            registered = replace(
                with_details(row, event.details),
                area=event.area,
                source=event.source.kind,
                reference=event.source.reference,
                list=event.source.list,
                survey_id=event.source.survey_id,
                listed=dict(identity(event.details)) if event.source.kind is SourceKind.IMPORT else {},
                listed_area=event.area if event.source.kind is SourceKind.IMPORT else "",
                service_id=event.service_id,
                registered_on=day_of(envelope.occurred_at),
                correlation=envelope.correlation,
                not_the_same_as=event.not_the_same_as,
            )
            return with_checks(registered, ListingChecks.of(event.details))
        case ResourceRevised():
            listed = dict(after(row.listed, event)) if event.from_list else row.listed
            row = with_service(row, event, day_of(envelope.occurred_at))
            return with_checks(with_details(replace(row, listed=listed), event.details), checks.changed(event.changed))
        case ResourceVerified():
            return with_checks(replace(row, state=ResourceState.VERIFIED), checks.verified(event))
        case ResourceVerificationWithdrawn():
            return with_checks(replace(row, corrected_for=event.reason), checks.withdrawn(event))
        case ResourceMoved():
            listed_area = event.area if event.from_list else row.listed_area
            return replace(row, area=event.area, listed_area=listed_area, corrected_for=event.reason)
        case ResourceSourceCorrected(survey_id=survey_id, reason=reason):
            return replace(row, source=event.source, survey_id=survey_id, corrected_for=reason)
        case ResourceSuspended() | ResourceRetired():
            state = ResourceState.SUSPENDED if isinstance(event, ResourceSuspended) else ResourceState.RETIRED
            return replace(row, state=state, ended_for=event.reason, ended_note=event.note)
        case ResourceResumed() | ResourceReinstated():
            return with_checks(in_use_again(row, event), checks.forgotten())
        case _:
            assert_never(event)


def in_use_again(row: ResourceRow, event: ResourceResumed | ResourceReinstated) -> ResourceRow:
    """The row of a resource that gives support again; one that goes on apart belongs to no service."""
    row = replace(row, state=ResourceState.REGISTERED, ended_for=None, ended_note="")
    if isinstance(event, ResourceResumed):
        return row
    row = replace(row, corrected_for=event.reason)
    return replace(row, service_id=None, taken_over_on=None, name_before="") if event.apart else row


def with_service(row: ResourceRow, event: ResourceRevised, day: date) -> ResourceRow:
    """The row with the service that took the resource over, if one did."""
    if event.service_id is None:
        return row
    return replace(row, service_id=event.service_id, taken_over_on=day, name_before=row.name_before or row.name)


def with_checks(row: ResourceRow, checks: ListingChecks) -> ResourceRow:
    """The row with what is verified of it, and with the state that follows while it is in use."""
    return replace(row, **checks.columns(row.state), unverified=checks.unverified)


def with_details(row: ResourceRow, details: ResourceDetails) -> ResourceRow:
    """The row with the details of the listing."""
    schedule = read_schedule(details.schedule)
    search = searchable(
        details.name, details.kana, details.provider_name, details.address, details.schedule, details.activity
    )
    return replace(
        row,
        name=details.name,
        kana=details.kana,
        support_kinds=details.support_kinds,
        kind_bits=bits_of(SupportKind, details.support_kinds),
        service_class=details.service_class,
        service_areas=details.service_areas,
        provider_id=details.provider_id,
        provider_name=details.provider_name,
        lat_e7=details.location.lat_e7 if details.location else None,
        lon_e7=details.location.lon_e7 if details.location else None,
        address=details.address,
        telephone=details.telephone,
        schedule=details.schedule,
        weekday_bits=sum(1 << n for n in schedule.weekdays),
        open_hours=open_at(schedule),
        fee=details.fee,
        fee_yen=details.fee_yen,
        fee_most=most_for_one_use(details.fee_yen, details.fee),
        capacity=details.capacity,
        activity=details.activity,
        note=details.note,
        ends_on=read_ending(details.schedule, details.activity, details.note),
        updated_on=details.updated_on,
        accessibility=details.accessibility,
        search=search,
        search_pairs=pair_numbers(search),
        sort_name=sort_name(details.name, details.kana),
        place_key=place_key(details),
        name_key=comparable(details.name),
        address_key=comparable_address(details.address),
    )


def keys_of_resource(event: ResourceEvent, _: Envelope) -> Sequence[UUID]:
    """The resource's own row."""
    return [event.resource_id]


resources = View[ResourceRow](
    name="resources",
    version=13,
    row=ResourceRow,
    subscribes_to=types_of(ResourceEvent),
    keys=keys_of_resource,
    evolve=evolve_resource,
    indexes=(
        ("area", "state", "verified_on"),
        ("area", "state", "service_class", "kind_bits", "weekday_bits", "verified_on", "registered_on"),
        ("service_areas",),
        ("sort_name", "resource_id"),
        ("search_pairs",),
        ("provider_id",),
        ("lat_e7", "lon_e7"),
        ("place_key",),
        ("name_key",),
        ("list",),
        ("survey_id",),
    ),
)

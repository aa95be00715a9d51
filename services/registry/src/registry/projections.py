"""The views of the registry: areas (of shiendomain), councils, coordinators, providers and resources."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.areas_view import areas_view
from shiendomain.days import day_of
from shiendomain.registry import (
    CoordinatorAssigned,
    CouncilEstablished,
    ProviderRegistered,
    ResourceDetails,
    ResourceRegistered,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSuspended,
    ResourceVerified,
)
from shiendomain.rules import stale_since
from shiendomain.states import ResourceState
from shiendomain.vocabulary import (
    BodyKind,
    ResourceEnd,
    ServiceClass,
    SourceKind,
    SupportKind,
    Tier,
    VerificationMethod,
)
from shienevents import Envelope, Row, View, replace, types_of

from .decider.resource import ResourceEvent

NO_DAY = date(1970, 1, 1)
"""A day before the first event of a row. Lists are sorted by such columns, so they are never null."""


def searchable(*texts: str) -> str:
    """The text that a search compares: full and half width, and upper and lower case, are the same (NFKC)."""
    return unicodedata.normalize("NFKC", "\n".join(texts)).casefold()


def sort_name(*texts: str) -> str:
    """The text that lists by name are sorted by: the first 40 characters of `searchable`.

    It is part of a cursor, and NFKC can make one character into eighteen.
    """
    return searchable(*texts)[:40]


class CouncilRow(Row, key=("council_id",)):
    """One council. Its stream has one event."""

    council_id: UUID
    area: str = ""
    tier: Tier = Tier.TIER2
    name: str = ""
    members: tuple[dict[str, str | None], ...] = ()
    correlation: UUID | None = None
    version: int = 0


def evolve_council(row: CouncilRow, event: CouncilEstablished, envelope: Envelope) -> CouncilRow:
    """The council as it was established."""
    return replace(
        row,
        area=event.area,
        tier=event.tier,
        name=event.name,
        members=tuple(member.model_dump(mode="json") for member in event.members),
        correlation=envelope.correlation,
        version=envelope.version,
    )


class CoordinatorRow(Row, key=("coordinator_id",)):
    """One post of coordinator for a term; who holds it is not recorded. Its stream has one event."""

    coordinator_id: UUID
    area: str = ""
    tier: Tier = Tier.TIER2
    employer: str = ""
    employer_kind: BodyKind = BodyKind.MUNICIPALITY
    posts: int = 0
    term_from: date | None = None
    term_until: date | None = None
    correlation: UUID | None = None
    version: int = 0


def evolve_coordinator(row: CoordinatorRow, event: CoordinatorAssigned, envelope: Envelope) -> CoordinatorRow:
    """The post as it was filled."""
    return replace(
        row,
        area=event.area,
        tier=event.tier,
        employer=event.employer,
        employer_kind=event.employer_kind,
        posts=event.posts,
        term_from=event.term_from,
        term_until=event.term_until,
        correlation=envelope.correlation,
        version=envelope.version,
    )


class ProviderRow(Row, key=("provider_id",)):
    """One provider, as it was last described. All from its own stream."""

    provider_id: UUID
    area: str = ""
    name: str = ""
    kana: str = ""
    kind: BodyKind = BodyKind.COMPANY
    corporate_number: str | None = None
    search: str = ""
    sort_name: str = ""
    correlation: UUID | None = None
    version: int = 0


def evolve_provider(row: ProviderRow, event: ProviderRegistered, envelope: Envelope) -> ProviderRow:
    """The provider as it is described."""
    return replace(
        row,
        area=event.area,
        name=event.name,
        kana=event.kana,
        kind=event.kind,
        corporate_number=event.corporate_number,
        search=searchable(event.name, event.kana),
        sort_name=sort_name(event.name, event.kana),
        correlation=row.correlation or envelope.correlation,
        version=envelope.version,
    )


class ResourceRow(Row, key=("resource_id",)):
    """One resource as it is listed. All from its own stream.

    `since` is the day from which the age of the listing counts (`shiendomain.rules.stale_since`).
    """

    resource_id: UUID
    area: str = ""
    state: ResourceState = ResourceState.REGISTERED
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
    capacity: int | None = None
    activity: str = ""
    note: str = ""
    source: SourceKind = SourceKind.COORDINATOR
    reference: str = ""
    service_id: UUID | None = None
    registered_on: date | None = None
    verified_on: date | None = None
    verified_by: VerificationMethod | None = None
    since: date = NO_DAY
    ended_for: ResourceEnd | None = None
    ended_note: str = ""
    search: str = ""
    sort_name: str = ""
    correlation: UUID | None = None
    version: int = 0


def evolve_resource(row: ResourceRow, event: ResourceEvent, envelope: Envelope) -> ResourceRow:
    """The resource after an event."""
    row = with_event(replace(row, version=envelope.version), event, envelope)
    return replace(row, since=stale_since(row.verified_on, row.registered_on) or NO_DAY)


def with_event(row: ResourceRow, event: ResourceEvent, envelope: Envelope) -> ResourceRow:
    """The row with what an event says."""
    match event:
        case ResourceRegistered():
            return replace(
                with_details(row, event.details),
                area=event.area,
                source=event.source.kind,
                reference=event.source.reference,
                service_id=event.service_id,
                registered_on=day_of(envelope.occurred_at),
                correlation=envelope.correlation,
            )
        case ResourceRevised():
            return with_details(row, event.details)
        case ResourceVerified():
            return replace(row, state=ResourceState.VERIFIED, verified_on=event.verified_on, verified_by=event.method)
        case ResourceSuspended():
            return replace(row, state=ResourceState.SUSPENDED, ended_for=event.reason, ended_note=event.note)
        case ResourceResumed():
            return replace(
                row,
                state=ResourceState.REGISTERED,
                verified_on=None,
                verified_by=None,
                ended_for=None,
                ended_note="",
            )
        case ResourceRetired():
            return replace(row, state=ResourceState.RETIRED, ended_for=event.reason, ended_note=event.note)
        case _:
            assert_never(event)


def with_details(row: ResourceRow, details: ResourceDetails) -> ResourceRow:
    """The row with the details of the listing."""
    return replace(
        row,
        name=details.name,
        kana=details.kana,
        support_kinds=details.support_kinds,
        service_class=details.service_class,
        service_areas=details.service_areas,
        provider_id=details.provider_id,
        provider_name=details.provider_name,
        lat_e7=details.location.lat_e7 if details.location else None,
        lon_e7=details.location.lon_e7 if details.location else None,
        address=details.address,
        telephone=details.telephone,
        schedule=details.schedule,
        fee=details.fee,
        fee_yen=details.fee_yen,
        capacity=details.capacity,
        activity=details.activity,
        note=details.note,
        search=searchable(details.name, details.kana),
        sort_name=sort_name(details.name, details.kana),
    )


def keys_of_resource(event: ResourceEvent, _: Envelope) -> Sequence[UUID]:
    """The resource's own row."""
    return [event.resource_id]


councils = View[CouncilRow](
    name="councils",
    version=1,
    row=CouncilRow,
    subscribes_to=types_of(CouncilEstablished),
    keys=lambda event, _: [event.council_id],
    evolve=evolve_council,
    indexes=(("area",),),
)
coordinators = View[CoordinatorRow](
    name="coordinators",
    version=1,
    row=CoordinatorRow,
    subscribes_to=types_of(CoordinatorAssigned),
    keys=lambda event, _: [event.coordinator_id],
    evolve=evolve_coordinator,
    indexes=(("area",),),
)
providers = View[ProviderRow](
    name="providers",
    version=2,
    row=ProviderRow,
    subscribes_to=types_of(ProviderRegistered),
    keys=lambda event, _: [event.provider_id],
    evolve=evolve_provider,
    indexes=(("area",),),
)
resources = View[ResourceRow](
    name="resources",
    version=2,
    row=ResourceRow,
    subscribes_to=types_of(ResourceEvent),
    keys=keys_of_resource,
    evolve=evolve_resource,
    indexes=(("area", "state"),),
)
VIEWS = (areas_view, councils, coordinators, providers, resources)

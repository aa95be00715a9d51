"""Events of resources, and of lists that are registered together."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shienevents import Event

from ..vocabulary import (
    Accessibility,
    Address,
    AreaCode,
    ByMapping,
    Line,
    LineOfReason,
    Location,
    NeedBehind,
    Part,
    People,
    Reference,
    ResourceEnd,
    ResourceName,
    ServiceClass,
    SourceKind,
    SupportKind,
    Telephone,
    Text,
    VerificationMethod,
    Yen,
)


class ResourceDetails(Part):
    """A resource as it is listed. `capacity` is in people at the same time; `None`: not known.

    `updated_on` is the day on which its source last updated the listing, as the source says.
    `service_areas` may be many and may lie far from `location`. An area below a served area is served too.
    `accessibility` is what is known of it; none: nothing.
    """

    name: ResourceName
    kana: Line = ""
    support_kinds: tuple[SupportKind, ...]
    service_class: ServiceClass | None = None
    service_areas: tuple[AreaCode, ...]
    provider_id: UUID | None = None
    provider_name: Line = ""
    location: Location | None = None
    address: Address = ""
    telephone: Telephone = ""
    schedule: Line = ""
    fee: Line = ""
    fee_yen: Yen | None = None
    capacity: People | None = None
    activity: Line = ""
    note: Text = ""
    updated_on: date | None = None
    accessibility: tuple[Accessibility, ...] = ()


class ResourceSource(Part):
    """The source of the listing. `reference` is its id there (an office number, the line of a file).

    `list` names the list that the row is of, and `survey_id` the survey (ニーズ・資源調査) that found it.
    """

    kind: SourceKind
    reference: Reference = ""
    list: Line = ""
    survey_id: UUID | None = None


class ResourceRegistered(Event, wire="registry.resource_registered.v1"):
    """A resource (社会資源) was registered, unverified. One that answers a proposal names its service and needs.

    `not_the_same_as`: resources of the same name and address that somebody looked at, and that are other ones.
    """

    resource_id: UUID
    area: AreaCode
    details: ResourceDetails
    source: ResourceSource
    service_id: UUID | None = None
    for_needs: tuple[NeedBehind, ...] = ()
    not_the_same_as: tuple[UUID, ...] = ()


class ResourceRevised(Event, wire="registry.resource_revised.v1"):
    """The listing was revised: `details` is the whole of it as it is now, `changed` names the fields that differ.

    A list that is imported again names in `from_list` the fields in which it says something new. What it says as before
    stays as people have made it since. `for_needs`: needs that the service it belongs to reaches from now on.
    `service_id`: the service that took the resource over, to which it belongs from now on.
    """

    resource_id: UUID
    details: ResourceDetails
    changed: tuple[str, ...]
    from_list: tuple[str, ...] = ()
    for_needs: tuple[NeedBehind, ...] = ()
    service_id: UUID | None = None


class ResourceVerified(Event, wire="registry.resource_verified.v1"):
    """Somebody verified that the listing is right. `fields` names what was checked; empty: all of it."""

    resource_id: UUID
    verified_on: date
    method: VerificationMethod
    fields: tuple[str, ...] = ()


class FieldVerified(Part):
    """A field of a listing that is verified, or the listing as a whole (`field` is empty).

    Without a day it was changed since, and nobody has verified it.
    """

    field: Line
    verified_on: date | None = None
    method: VerificationMethod | None = None


class ResourceVerificationWithdrawn(Event, wire="registry.resource_verification_withdrawn.v1"):
    """The last verification, of that day and by that method, was recorded by mistake.

    `fields` have to be true, and `left` says what of the listing is verified without it.
    """

    resource_id: UUID
    verified_on: date
    method: VerificationMethod
    reason: LineOfReason
    fields: tuple[str, ...]
    left: tuple[FieldVerified, ...] = ()


class ResourceSuspended(Event, wire="registry.resource_suspended.v1"):
    """The resource gives no support for the time being."""

    resource_id: UUID
    reason: ResourceEnd
    note: Line = ""


class ResourceResumed(Event, wire="registry.resource_resumed.v1"):
    """The resource gives support again. It is unverified until somebody verifies it."""

    resource_id: UUID


class ResourceRetired(Event, wire="registry.resource_retired.v1"):
    """The resource no longer exists."""

    resource_id: UUID
    reason: ResourceEnd
    note: Line = ""


class ResourceReinstated(Event, wire="registry.resource_reinstated.v1"):
    """The retirement of the resource was a mistake: it exists. It is unverified until somebody verifies it.

    `apart`: it was retired with the service that had taken it over, and goes on without it.
    """

    resource_id: UUID
    reason: Line
    apart: bool = False


class ResourceMoved(Event, wire="registry.resource_moved.v1"):
    """The resource was registered in the wrong area: it is at home in `area`. The areas it serves are its details.

    The stream stays where it is, so its envelopes go on naming the area in which the resource was registered.
    `from_list`: not a person but its list says so, which had it elsewhere before.
    """

    resource_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: Line
    from_list: bool = False
    by_mapping: ByMapping | None = None


class ResourceSourceCorrected(Event, wire="registry.resource_source_corrected.v1"):
    """The resource was registered with the wrong source, or under the wrong survey: this is how it was found.

    Without `survey_id` no survey found it. Of which list it is a row stays.
    """

    resource_id: UUID
    source: SourceKind
    survey_id: UUID | None = None
    reason: LineOfReason


class BatchRegistered(Event, wire="registry.batch_registered.v1"):
    """The rows of a list were registered together: how many were new, revised, or unchanged."""

    batch_id: UUID
    area: AreaCode
    new: Annotated[int, Field(ge=0, le=1_000_000)]
    revised: Annotated[int, Field(ge=0, le=1_000_000)]
    unchanged: Annotated[int, Field(ge=0, le=1_000_000)]

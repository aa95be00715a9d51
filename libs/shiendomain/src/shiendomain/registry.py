"""What the registry records: areas, councils, coordinators, providers and resources (資源台帳)."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shienevents import Event

from .vocabulary import (
    AreaCode,
    AreaKind,
    BodyKind,
    Line,
    Location,
    Member,
    MunicipalityCode,
    Name,
    NeedBehind,
    Part,
    People,
    ResourceEnd,
    ServiceClass,
    SourceKind,
    SupportKind,
    Text,
    Tier,
    VerificationMethod,
    Yen,
)

Ring = tuple[tuple[int, int], ...]
"""A closed line of (longitude, latitude) in 1e-7 degree; the first of a polygon is its outline, others are holes."""


class AreaDefined(Event, wire="registry.area_defined.v1"):
    """An area is a node of the municipality's tree. Tier is a label on it, not its depth; it may carry both.

    Said again of a known area, it replaces what was said before. `boundary` is for maps and for placing resources:
    a tuple of polygons, each a tuple of rings.
    """

    area: AreaCode
    parent: AreaCode | None
    municipality: MunicipalityCode
    kind: AreaKind
    tiers: tuple[Tier, ...]
    name: Name
    kana: Line = ""
    valid_from: date
    boundary: tuple[tuple[Ring, ...], ...] = ()


class AreaReorganized(Event, wire="registry.area_reorganized.v1"):
    """From a day on the area is no more, and its successors are; history stays with the old area."""

    area: AreaCode
    successors: tuple[AreaCode, ...]
    valid_from: date


class CouncilEstablished(Event, wire="registry.council_established.v1"):
    """A council (協議体) of one tier began its work in an area."""

    council_id: UUID
    area: AreaCode
    tier: Tier
    name: Name
    members: tuple[Member, ...]


class CoordinatorAssigned(Event, wire="registry.coordinator_assigned.v1"):
    """A post of life support coordinator was filled. `posts` people share it; who they are is not recorded."""

    coordinator_id: UUID
    area: AreaCode
    tier: Tier
    employer: Name
    employer_kind: BodyKind
    posts: Annotated[int, Field(ge=1, le=20)]
    term_from: date
    term_until: date


class ProviderRegistered(Event, wire="registry.provider_registered.v1"):
    """A body that provides services became known."""

    provider_id: UUID
    area: AreaCode
    name: Name
    kana: Line = ""
    kind: BodyKind
    corporate_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{13}$")] | None = None


class ResourceDetails(Part):
    """What a resource is, as it is listed. `capacity` is in people at once; `None`: nobody said.

    `service_areas` may lie far from `location` and be many; a descendant of a served area is served.
    """

    name: Name
    kana: Line = ""
    support_kinds: tuple[SupportKind, ...]
    service_class: ServiceClass | None = None
    service_areas: tuple[AreaCode, ...]
    provider_id: UUID | None = None
    provider_name: Line = ""
    location: Location | None = None
    address: Line = ""
    telephone: Line = ""
    schedule: Line = ""
    fee: Line = ""
    fee_yen: Yen | None = None
    capacity: People | None = None
    activity: Line = ""
    note: Text = ""


class ResourceSource(Part):
    """Where the listing comes from; `reference` is the row's id there (an office number, a file's line)."""

    kind: SourceKind
    reference: Line = ""


class ResourceRegistered(Event, wire="registry.resource_registered.v1"):
    """A resource entered the registry, not yet verified. One that answers a proposal names its service and needs."""

    resource_id: UUID
    area: AreaCode
    details: ResourceDetails
    source: ResourceSource
    service_id: UUID | None = None
    for_needs: tuple[NeedBehind, ...] = ()


class ResourceRevised(Event, wire="registry.resource_revised.v1"):
    """The listing changed: `details` is the whole of it as it is now, `changed` names the fields that differ."""

    resource_id: UUID
    details: ResourceDetails
    changed: tuple[str, ...]


class ResourceVerified(Event, wire="registry.resource_verified.v1"):
    """Somebody asked, and the listing holds. `fields` names what was checked; none: all of it."""

    resource_id: UUID
    verified_on: date
    method: VerificationMethod
    fields: tuple[str, ...] = ()


class ResourceSuspended(Event, wire="registry.resource_suspended.v1"):
    """The resource gives nothing for now."""

    resource_id: UUID
    reason: ResourceEnd
    note: Line = ""


class ResourceResumed(Event, wire="registry.resource_resumed.v1"):
    """The resource gives again; it wants verifying."""

    resource_id: UUID


class ResourceRetired(Event, wire="registry.resource_retired.v1"):
    """The resource is no more."""

    resource_id: UUID
    reason: ResourceEnd
    note: Line = ""


class BatchRegistered(Event, wire="registry.batch_registered.v1"):
    """Rows of a list were registered together: so many were new, revised, or already as the list says."""

    batch_id: UUID
    area: AreaCode
    new: Annotated[int, Field(ge=0, le=1_000_000)]
    revised: Annotated[int, Field(ge=0, le=1_000_000)]
    unchanged: Annotated[int, Field(ge=0, le=1_000_000)]


RegistryEvent = (
    AreaDefined
    | AreaReorganized
    | CouncilEstablished
    | CoordinatorAssigned
    | ProviderRegistered
    | ResourceRegistered
    | ResourceRevised
    | ResourceVerified
    | ResourceSuspended
    | ResourceResumed
    | ResourceRetired
    | BatchRegistered
)

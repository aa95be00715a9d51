"""How a resource is listed, in bodies and in answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shiendomain.registry import ResourceDetails
from shiendomain.vocabulary import (
    AreaCode,
    Location,
    ResourceEnd,
    SourceKind,
    SupportKind,
    VerificationMethod,
)
from shienweb import Answer, Body, example

from .. import views
from ..decider.resource import ResourceState


class Listing(ResourceDetails):
    """What a resource is. Without `service_areas` it serves its own area."""

    support_kinds: Annotated[tuple[SupportKind, ...], Field(min_length=1, max_length=20)]
    service_areas: Annotated[tuple[AreaCode, ...], Field(max_length=200)] = ()

    def details(self, area: str, provider_id: UUID | None = None) -> ResourceDetails:
        """The details as the event has them: kinds in their order, areas once each."""
        said = {name: getattr(self, name) for name in ResourceDetails.model_fields}
        said["support_kinds"] = tuple(kind for kind in SupportKind if kind in self.support_kinds)
        said["service_areas"] = tuple(dict.fromkeys(self.service_areas)) or (area,)
        said["provider_id"] = provider_id or self.provider_id
        return ResourceDetails(**said)


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


class ResourceOut(Answer):
    """A resource as it is listed. `ended_for` says why it is suspended or retired."""

    resource_id: UUID
    area: str
    state: ResourceState
    details: ResourceDetails
    source: SourceKind
    reference: str
    service_id: UUID | None
    registered_on: date
    verified_on: date | None
    verified_by: VerificationMethod | None
    ended_for: ResourceEnd | None
    ended_note: str
    correlation: UUID
    version: int


def resource_out(row: views.Record) -> ResourceOut:
    """The resource as it is answered."""
    place = Location(lat_e7=row["lat_e7"], lon_e7=row["lon_e7"]) if row["lat_e7"] is not None else None
    details = {name: row[name] for name in ResourceDetails.model_fields if name != "location"}
    return ResourceOut(**row, details=ResourceDetails(**details, location=place))

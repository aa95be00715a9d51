"""What is answered of a service that answers a proposal."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from shiendomain.states import ServiceState
from shiendomain.vocabulary import ResourceEnd, ServiceClass, ServiceEnd, SupportKind
from shienweb import Answer

from ..projections import ServiceRow
from .proposal_out import NeedOut, needs_out


class ProvisionOut(Answer):
    """What one provider gives of the service. `resource_id` is its resource in the registry. `left_on`: no longer."""

    provision: int
    resource_id: UUID
    provider_id: UUID | None
    provider_name: str
    service_areas: tuple[str, ...]
    capacity: int | None
    fee_yen: int | None
    schedule: str
    since: date
    needs: tuple[NeedOut, ...]
    left_on: date | None
    left_because: ResourceEnd | None
    note: str


class ServiceOut(Answer):
    """A service that answers a proposal, with what each provider gives of it.

    `reason` is why the design or the terms were revised last, or why an end was a mistake; `note` is about the end.
    """

    service_id: UUID
    proposal_id: UUID
    state: ServiceState
    state_ja: str
    area: str
    name: str
    service_class: ServiceClass
    support_kinds: tuple[SupportKind, ...]
    fee_yen: int | None
    criteria: str
    starts_on: date
    launched_on: date | None
    provisions: tuple[ProvisionOut, ...]
    ended_on: date | None
    ended_because: ServiceEnd | None
    note: str
    reason: str
    correlation: UUID

    @classmethod
    def of(cls, row: ServiceRow) -> Self:
        """The answer made of a row."""
        provisions = tuple(ProvisionOut(**vars(one) | {"needs": needs_out(one.needs)}) for one in row.provisions)
        return cls(**vars(row) | {"provisions": provisions, "state_ja": row.state.ja})

"""How a provider comes to take part in a service (参入に係る要望・提案・調整): it asks, terms are
adjusted, and it joins or not.

It joins by the launch of the service, or later (`running_service.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.services import EntryDeclined, EntryRequested, ServiceEvent, TermsAdjusted

from .service import Service, check_day, check_entry


@dataclass(frozen=True)
class RequestEntry:
    """A provider asks to take part in the service."""

    proposal_id: UUID
    entry_id: UUID
    provider_id: UUID | None
    provider_name: str
    asked: str
    requested_on: date
    today: date


@dataclass(frozen=True)
class AdjustTerms:
    """The city and the provider adjusted the terms of its entry."""

    proposal_id: UUID
    entry_id: UUID
    terms: str
    adjusted_on: date
    today: date


@dataclass(frozen=True)
class DeclineEntry:
    """The provider does not take part."""

    proposal_id: UUID
    entry_id: UUID
    reason: str


EntryCommand = RequestEntry | AdjustTerms | DeclineEntry


def entry(command: EntryCommand, service: Service) -> Sequence[ServiceEvent]:
    """A request to take part, and what came of it. The same request again changes nothing."""
    which = {
        "proposal_id": command.proposal_id,
        "service_id": service.design.service_id,
        "entry_id": command.entry_id,
    }
    if isinstance(command, RequestEntry):
        if command.entry_id in service.entries:
            return []
        check_day(command.requested_on, command.today)
        return [
            EntryRequested(
                **which,
                provider_id=command.provider_id,
                provider_name=command.provider_name,
                asked=command.asked,
                requested_on=command.requested_on,
            )
        ]
    check_entry(command.entry_id, service)
    if isinstance(command, AdjustTerms):
        check_day(command.adjusted_on, command.today)
        return [TermsAdjusted(**which, terms=command.terms, adjusted_on=command.adjusted_on)]
    return [EntryDeclined(**which, reason=command.reason)]

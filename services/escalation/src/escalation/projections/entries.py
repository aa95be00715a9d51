"""The requests of providers to take part in a service (参入の要望)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.escalation import ServiceLaunched
from shiendomain.services import EntryDeclined, EntryRequested, ProviderJoined, TermsAdjusted
from shiendomain.states import EntryState
from shienevents import Envelope, Row, View, replace, types_of


class EntryRow(Row, key=("entry_id",)):
    """A provider's request to take part in a service; every column is from the stream of the proposal.

    `reason` is why it does not take part.
    """

    entry_id: UUID
    proposal_id: UUID | None = None
    service_id: UUID | None = None
    area: str = ""
    state: EntryState = EntryState.REQUESTED
    provider_id: UUID | None = None
    provider_name: str = ""
    asked: str = ""
    requested_on: date | None = None
    terms: str = ""
    adjusted_on: date | None = None
    reason: str = ""


OfEntry = EntryRequested | TermsAdjusted | EntryDeclined | ServiceLaunched | ProviderJoined


def entry_keys(event: OfEntry, _: Envelope) -> Sequence[UUID]:
    """The entry's own row; none for a provider that takes part without a request."""
    return [event.entry_id] if event.entry_id else []


def evolve_entry(row: EntryRow, event: OfEntry, envelope: Envelope) -> EntryRow:
    """The entry after an event."""
    match event:
        case EntryRequested():
            return replace(
                row,
                proposal_id=event.proposal_id,
                service_id=event.service_id,
                area=envelope.area,
                provider_id=event.provider_id,
                provider_name=event.provider_name,
                asked=event.asked,
                requested_on=event.requested_on,
            )
        case TermsAdjusted():
            return replace(row, state=EntryState.ADJUSTED, terms=event.terms, adjusted_on=event.adjusted_on)
        case EntryDeclined():
            return replace(row, state=EntryState.DECLINED, reason=event.reason)
        case ServiceLaunched() | ProviderJoined():
            return replace(row, state=EntryState.JOINED)
        case _:
            assert_never(event)


entries: View[EntryRow] = View(
    name="entries",
    version=1,
    row=EntryRow,
    subscribes_to=types_of(OfEntry),
    keys=entry_keys,
    evolve=evolve_entry,
    indexes=(("area", "state"), ("service_id",)),
)

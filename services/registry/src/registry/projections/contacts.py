"""Contacts (連絡先) as references: about what, what for, until when. What they say is in no view."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.registry import ContactErased, ContactEvent, ContactMoved, ContactRecorded, ContactRenewed
from shiendomain.states import ContactState
from shiendomain.vocabulary import ContactErasure, ContactPurpose, ContactSubject
from shienevents import Envelope, Row, View, replace, types_of

from .search import NO_DAY


class ContactRow(Row, key=("contact_id",)):
    """The reference of one contact. `renewals`: each with its day (`on`), the last day it named, and the reason."""

    contact_id: UUID
    area: str = ""
    about: ContactSubject = ContactSubject.PROVIDER
    subject_id: UUID = UUID(int=0)
    member: str = ""
    purpose: ContactPurpose = ContactPurpose.LIAISON
    keep_until: date = NO_DAY
    from_list: bool = False
    renewals: tuple[dict[str, str], ...] = ()
    state: ContactState = ContactState.KEPT
    recorded_on: date = NO_DAY
    erased_on: date | None = None
    erased_for: ContactErasure | None = None
    correlation: UUID | None = None
    version: int = 0


def evolve_contact(row: ContactRow, event: ContactEvent, envelope: Envelope) -> ContactRow:
    """The reference after an event."""
    row, day = replace(row, version=envelope.version), day_of(envelope.occurred_at)
    match event:
        case ContactRecorded():
            kept = replace(row, **dict(event), state=ContactState.KEPT, erased_on=None, erased_for=None, renewals=())
            return replace(kept, recorded_on=day, correlation=envelope.correlation)
        case ContactErased():
            return replace(row, state=ContactState.ERASED, erased_on=day, erased_for=event.reason)
        case ContactMoved():
            return replace(row, area=event.area)
        case ContactRenewed():
            renewal = {"on": str(day), "keep_until": str(event.keep_until), "reason": event.reason}
            return replace(row, keep_until=event.keep_until, renewals=(*row.renewals, renewal))
        case _:
            assert_never(event)


contacts = View[ContactRow](
    name="contacts",
    version=2,
    row=ContactRow,
    subscribes_to=types_of(ContactEvent),
    keys=lambda event, _: [event.contact_id],
    evolve=evolve_contact,
    indexes=(("subject_id",), ("area", "keep_until")),
)

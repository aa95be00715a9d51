"""Events of contacts (連絡先). They hold a reference: telephone and person in charge are in a table of the registry."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shienevents import Event

from ..vocabulary import AreaCode, ByMapping, ContactErasure, ContactPurpose, ContactSubject, Line, LineOfReason


class ContactRecorded(Event, wire="registry.contact_recorded.v1"):
    """A contact (連絡先) was recorded for a purpose, until a day. What it says is not in the event.

    `member` names the body of a council that it is of. One that a public list gives (`from_list`) is recorded again
    when the list says another number, and before its last day while the list still has it.
    """

    contact_id: UUID
    about: ContactSubject
    subject_id: UUID
    area: AreaCode
    member: Line = ""
    purpose: ContactPurpose
    keep_until: date
    from_list: bool = False


class ContactErased(Event, wire="registry.contact_erased.v1"):
    """What the contact said was erased. Nobody can read it again."""

    contact_id: UUID
    reason: ContactErasure


class ContactMoved(Event, wire="registry.contact_moved.v1"):
    """What the contact is about was moved, and the contact with it: it is read by those who have `area`."""

    contact_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: LineOfReason
    by_mapping: ByMapping | None = None


class ContactRenewed(Event, wire="registry.contact_renewed.v1"):
    """The contact is still needed, and the body was asked: it is kept until another day."""

    contact_id: UUID
    keep_until: date
    reason: LineOfReason


ContactEvent = ContactRecorded | ContactErased | ContactMoved | ContactRenewed

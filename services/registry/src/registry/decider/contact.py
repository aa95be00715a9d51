"""The rules of a contact (連絡先): KEPT → ERASED. What it says is never in a command, nor in an event.

What a person erased stays erased. A public list that is imported again brings its own number back only where no person
erased it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID

from shiendomain.follow_up import contact_due
from shiendomain.registry import ContactErased, ContactEvent, ContactRecorded
from shiendomain.states import ContactState
from shiendomain.vocabulary import ContactErasure, ContactPurpose, ContactSubject
from shienevents import Decider, Home, NotFound, Rejected, types_of

LONGEST_DAYS = 5 * 366
"""So many days a contact is kept at most. Who needs it longer asks the body again and records it anew."""


@dataclass(frozen=True)
class RecordContact:
    """Record that there is a contact. `today` is a fact."""

    contact_id: UUID
    home: Home
    about: ContactSubject
    subject_id: UUID
    member: str
    purpose: ContactPurpose
    keep_until: date
    today: date


@dataclass(frozen=True)
class ListContact:
    """A public list gives a telephone number of a resource. That it is the number that is kept (`same`) is a fact."""

    contact_id: UUID
    home: Home
    resource_id: UUID
    same: bool
    keep_until: date
    today: date


@dataclass(frozen=True)
class EraseContact:
    """Erase what a contact says."""

    contact_id: UUID
    reason: ContactErasure


Command = RecordContact | ListContact | EraseContact
LISTED_AGAIN = (ContactErasure.RETENTION_ENDED, ContactErasure.LEFT_THE_LIST)
"""Erased for these reasons, a contact comes back with the list."""


@dataclass(frozen=True)
class Contact:
    """How a contact was recorded last, and how it was erased since."""

    recorded: ContactRecorded | None = None
    erased: ContactErased | None = None


def decide(command: Command, contact: Contact) -> Sequence[ContactEvent]:
    """The events that follow from a command."""
    match command:
        case RecordContact():
            return record(command, contact)
        case ListContact():
            return list_(command, contact)
        case EraseContact(contact_id, reason):
            if not contact.recorded:
                raise NotFound("contact.unknown")
            return [] if contact.erased else [ContactErased(contact_id=contact_id, reason=reason)]
        case _:
            assert_never(command)


def record(command: RecordContact, contact: Contact) -> Sequence[ContactEvent]:
    """A new contact. Another content is another contact, so that what was erased never comes back."""
    if contact.recorded:
        raise Rejected("contact.recorded")
    if command.keep_until < command.today:
        raise Rejected("contact.kept_until_past", today=command.today)
    if command.keep_until > (latest := command.today + timedelta(days=LONGEST_DAYS)):
        raise Rejected("contact.kept_too_long", latest=latest)
    recorded = ContactRecorded(
        contact_id=command.contact_id,
        about=command.about,
        subject_id=command.subject_id,
        area=command.home.area,
        member=command.member,
        purpose=command.purpose,
        keep_until=command.keep_until,
    )
    return [recorded]


def list_(command: ListContact, contact: Contact) -> Sequence[ContactEvent]:
    """The number of a list: new, another one, or kept on before its last day."""
    known, erased = contact.recorded, contact.erased
    if erased and erased.reason not in LISTED_AGAIN:
        return []
    recorded = ContactRecorded(
        contact_id=command.contact_id,
        about=ContactSubject.RESOURCE,
        subject_id=command.resource_id,
        area=known.area if known else command.home.area,
        purpose=ContactPurpose.PUBLISHED,
        keep_until=command.keep_until,
        from_list=True,
    )
    if erased or known is None or not command.same:
        return [recorded]
    due = contact_due(ContactState.KEPT, known.keep_until, command.today)
    return [recorded] if due and recorded != known else []


def evolve(contact: Contact, event: ContactEvent) -> Contact:
    """The contact after an event."""
    match event:
        case ContactRecorded():
            return Contact(event)
        case ContactErased():
            return replace(contact, erased=event)
        case _:
            assert_never(event)


decider = Decider[Command, Contact, ContactEvent](
    name="contact",
    commands=types_of(Command),
    events=types_of(ContactEvent),
    stream=lambda command: command.contact_id,
    home=lambda command: None if isinstance(command, EraseContact) else command.home,
    initial=Contact(),
    decide=decide,
    evolve=evolve,
)

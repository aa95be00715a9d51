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
from shiendomain.moves import Move, moved
from shiendomain.registry import ContactErased, ContactEvent, ContactMoved, ContactRecorded, ContactRenewed
from shiendomain.states import ContactState
from shiendomain.vocabulary import ContactErasure, ContactPurpose, ContactSubject
from shienevents import Decider, Home, NotFound, Rejected, types_of

LONGEST_DAYS = 5 * 366
"""So many days a contact is kept at most. Who needs it longer asks the body again then, and renews it."""


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


@dataclass(frozen=True)
class RenewContact:
    """Keep a contact until another day, because it is still needed. `today` is a fact."""

    contact_id: UUID
    keep_until: date
    reason: str
    today: date


@dataclass(frozen=True)
class MoveContact:
    """What the contact is about was moved."""

    contact_id: UUID
    to: Move


Command = RecordContact | ListContact | EraseContact | RenewContact | MoveContact
LISTED_AGAIN = (ContactErasure.RETENTION_ENDED, ContactErasure.LEFT_THE_LIST)
"""Erased for these reasons, a contact comes back with the list."""


@dataclass(frozen=True)
class Contact:
    """How a contact was recorded last, with its area and last day of now, and how it was erased since."""

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
        case RenewContact():
            return renew(command, contact)
        case MoveContact(contact_id, to):
            if not contact.recorded or contact.erased:
                return []
            return moved(to, contact.recorded.area, ContactMoved, contact_id=contact_id)
        case _:
            assert_never(command)


def record(command: RecordContact, contact: Contact) -> Sequence[ContactEvent]:
    """A new contact. Another content is another contact, so that what was erased never comes back."""
    if contact.recorded:
        raise Rejected("contact.recorded")
    check_last_day(command.keep_until, command.today)
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


def check_last_day(keep_until: date, today: date) -> None:
    """A contact is kept until today at least. Raises `Rejected`."""
    if keep_until < today:
        raise Rejected("contact.kept_until_past", today=today)
    if keep_until > (latest := today + timedelta(days=LONGEST_DAYS)):
        raise Rejected("contact.kept_too_long", latest=latest)


def renew(command: RenewContact, contact: Contact) -> Sequence[ContactEvent]:
    """Another last day for a contact that is kept. One whose last day has passed is as good as erased."""
    known = contact.recorded
    if known is None or contact.erased or known.keep_until < command.today:
        raise NotFound("contact.unknown")
    if command.keep_until == known.keep_until:
        return []
    check_last_day(command.keep_until, command.today)
    renewed = ContactRenewed(contact_id=command.contact_id, keep_until=command.keep_until, reason=command.reason)
    return [renewed]


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
        case ContactMoved():
            return replace(contact, recorded=_with(contact.recorded, area=event.area))
        case ContactRenewed():
            return replace(contact, recorded=_with(contact.recorded, keep_until=event.keep_until))
        case _:
            assert_never(event)


def _with(recorded: ContactRecorded | None, **now: object) -> ContactRecorded | None:
    return recorded and recorded.model_copy(update=now)


decider = Decider[Command, Contact, ContactEvent](
    name="contact",
    commands=types_of(Command),
    events=types_of(ContactEvent),
    stream=lambda command: command.contact_id,
    home=lambda command: command.home if isinstance(command, RecordContact | ListContact) else None,
    initial=Contact(),
    decide=decide,
    evolve=evolve,
    moves=(ContactMoved,),
)

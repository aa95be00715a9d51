"""The telephone numbers of a public list, on their way past the events into the table of contacts.

A resource has one contact of its list. The event says that there is one; the number is compared with the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from shiendomain.moves import Move
from shiendomain.registry import ContactErased, ContactMoved, ContactRecorded
from shiendomain.vocabulary import ContactErasure
from shienevents import Append, Connection, Home

from . import contact_contents
from .contact_contents import Kept
from .decider.contact import EraseContact, ListContact, MoveContact, decider
from .decider.resource import decider as resource_decider
from .decider.resource_commands import ListResource

_LISTED = UUID("5a0c2e57-4d0f-5e0b-8a55-2f3c9f3f7d10")
"""The namespace of the ids of contacts that lists give. It must never change."""


def contact_of(resource_id: UUID) -> UUID:
    """The id of the contact that a list gives of a resource. It is not made from the number."""
    return uuid5(_LISTED, str(resource_id))


class ListedContacts:
    """The numbers of the rows of a list. `kept`: the number of each contact that is kept, by its id."""

    def __init__(self, listed: Iterable[ListResource], kept: Mapping[UUID, str], recorded_by: str) -> None:
        self._kept = kept
        self._by = recorded_by
        self._rows = {contact_of(row.resource_id): row for row in listed}
        self._moving: Mapping[UUID, UUID] = {}

    @property
    def rows(self) -> Mapping[str, str]:
        """By the stream of a contact, that of its resource."""
        listed = {contact: row.resource_id for contact, row in self._rows.items()}
        return {
            f"{decider.name}-{contact}": f"{resource_decider.name}-{resource_id}"
            for contact, resource_id in {**listed, **self._moving}.items()
        }

    def compared(self, row: ListResource) -> ListResource:
        """The row, with the fact whether its number is the one that is kept."""
        kept = self._kept.get(contact_of(row.resource_id), "")
        return replace(row, same_telephone=bool(kept) and kept == row.telephone)

    def moving(
        self, contacts: Mapping[UUID, UUID], moves: Mapping[UUID, tuple[Move, Home]]
    ) -> Sequence[tuple[object, Home]]:
        """A command for each of these contacts (with what it is about), which goes where its resource goes."""
        self._moving = contacts
        return [(MoveContact(contact, moves[one][0]), moves[one][1]) for contact, one in contacts.items()]

    def commands(self, keep_until: date, today: date, homes: Mapping[UUID, str]) -> Sequence[tuple[object, Home]]:
        """A command for each number that a row gives, and for each that is kept and the list has no longer.

        `homes`: the area of a resource that is known, where people may have moved it.
        """
        found: list[tuple[object, Home]] = []
        for contact, row in self._rows.items():
            if row.telephone:
                same = self._kept.get(contact) == row.telephone
                home = replace(row.home, area=homes.get(row.resource_id, row.home.area))
                found.append((ListContact(contact, home, row.resource_id, same, keep_until, today), home))
            elif contact in self._kept:
                found.append((EraseContact(contact, ContactErasure.LEFT_THE_LIST), row.home))
        return found

    async def write(self, connection: Connection, appends: Sequence[Append]) -> None:
        """Keep the numbers whose contacts are recorded by these appends, and erase what they erase."""
        events: list[Any] = [event for append in appends for event in append.events]
        recorded = [event for event in events if isinstance(event, ContactRecorded)]
        erased = [event.contact_id for event in events if isinstance(event, ContactErased)]
        await contact_contents.erase(connection, [*erased, *(event.contact_id for event in recorded)])
        await contact_contents.keep(connection, [self._content(event) for event in recorded])
        await contact_contents.move(connection, [event for event in events if isinstance(event, ContactMoved)])

    def _content(self, event: ContactRecorded) -> Kept:
        return Kept(
            contact_id=event.contact_id,
            about=event.about,
            subject_id=event.subject_id,
            area=event.area,
            purpose=event.purpose,
            keep_until=event.keep_until,
            telephone=self._rows[event.contact_id].telephone,
            person="",
            recorded_by=self._by,
        )

"""What contacts (連絡先) say, in a table of the registry's own (`tables/0001_contacts.sql`): kept, read, erased.

A row and the event that refers to it are in one commit, so that neither is ever without the other. An erasure deletes
the row; the bytes of a deleted row are gone when the table was written anew, which `keep_up` does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import structlog

from shiendomain.days import today
from shiendomain.registry import ContactMoved
from shiendomain.vocabulary import ContactErasure
from shienevents import Actor, Beside, Connection, Decider, Origin, Service, StreamConflict
from shienweb import Principal

from .decider.contact import EraseContact, RecordContact

T = TypeVar("T")
_ITSELF = Actor("service", "registry")
_TRIES = 5
_log = structlog.get_logger(__name__)


class Content(NamedTuple):
    """What a contact says: a telephone number, a person in charge, or both."""

    telephone: str
    person: str


class Kept(NamedTuple):
    """A contact as it is kept. `recorded_by`: role and body."""

    contact_id: UUID
    about: str
    subject_id: UUID
    area: str
    purpose: str
    keep_until: date
    telephone: str
    person: str
    recorded_by: str


class SubjectMoved(StreamConflict):
    """What a contact is about was moved, or got a contact, while the request was decided: it is decided anew."""


async def decided_anew(decide: Callable[[], Awaitable[T]]) -> T:
    """What `decide` answers; it is asked again where what the contact is about was moved meanwhile."""
    for _ in range(_TRIES - 1):
        with suppress(SubjectMoved):
            return await decide()
    return await decide()


def keeping(command: RecordContact, content: Content, by: Principal, subject: Decider[Any, Any, Any]) -> Beside:
    """Keep what a contact says, in the commit of its event. `subject` decides about the thing it is about.

    Raises `SubjectMoved` where that thing has left the area of the command.
    """
    kept = Kept(
        command.contact_id, command.about, command.subject_id, command.home.area, command.purpose, command.keep_until,
        *content, str(by.actor),
    )  # fmt: skip

    async def keep_there(connection: Connection) -> None:
        await _hold(connection, command.subject_id)
        area = await connection.fetchval(
            """select convert_from(data, 'UTF8')::json ->> 'area' from events
                where stream = $1 and type = any($2::text[]) order by version desc limit 1""",
            f"{subject.name}-{command.subject_id}", [event.wire for event in subject.moves],
        )  # fmt: skip
        if area not in (None, command.home.area):
            raise SubjectMoved(str(command.subject_id))
        await keep(connection, [kept])

    return keep_there


def erasing(contact_id: UUID) -> Beside:
    """Erase what a contact says, in the commit of its event."""
    return lambda connection: erase(connection, [contact_id])


def renewing(contact_id: UUID, keep_until: date) -> Beside:
    """Keep what a contact says until another day, in the commit of its event."""

    async def renew(connection: Connection) -> None:
        await connection.execute(
            "update contact_contents set keep_until = $2 where contact_id = $1", contact_id, keep_until
        )

    return renew


def moving(subject_id: UUID, contacts: Sequence[UUID], areas: Sequence[str], area: str) -> Beside:
    """Have the contacts about a thing read by those who have another area, in the commit of their events.

    Raises `SubjectMoved` where the thing has other contacts in these areas by now.
    """

    async def move(connection: Connection) -> None:
        await _hold(connection, subject_id)
        others = await connection.fetchval(
            """select count(*) from contact_contents
                where subject_id = $1 and area = any($2::text[]) and contact_id <> all($3::uuid[])""",
            subject_id, list(areas), list(contacts),
        )  # fmt: skip
        if others:
            raise SubjectMoved(str(subject_id))
        await connection.execute(
            "update contact_contents set area = $2 where contact_id = any($1::uuid[])", list(contacts), area
        )

    return move


async def _hold(connection: Connection, subject_id: UUID) -> None:
    """Have those wait who record or move contacts about the same thing, until this transaction has ended."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", str(subject_id))


async def keep(connection: Connection, contacts: Sequence[Kept]) -> None:
    """Keep contacts, in the transaction of their events."""
    # Of two requests with one key the second waits here for the first; the log then tells it that it was second.
    columns = list(zip(*contacts, strict=True)) or [()] * len(Kept._fields)
    await connection.execute(
        f"""insert into contact_contents ({", ".join(Kept._fields)})
            select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::text[],
                                 $8::text[], $9::text[]) on conflict do nothing""",
        *columns,
    )


async def move(connection: Connection, moves: Sequence[ContactMoved]) -> None:
    """Have contacts read by those who have another area, in the transaction of their events."""
    await connection.executemany(
        "update contact_contents set area = $2 where contact_id = $1", [(one.contact_id, one.area) for one in moves]
    )


async def erase(connection: Connection, contacts: Sequence[UUID]) -> None:
    """Erase contacts, in the transaction of their events."""
    await _delete(connection, "contact_id = any($1::uuid[])", list(contacts))


async def numbers(service: Service, contacts: Sequence[UUID]) -> Mapping[UUID, str]:
    """The telephone numbers of these contacts, to compare a list with them."""
    async with service.tables.transaction() as connection:
        found = await connection.fetch(
            "select contact_id, telephone from contact_contents where contact_id = any($1::uuid[])", list(contacts)
        )
    return dict(map(tuple, found))


async def kept(service: Service, contact_id: UUID) -> Kept | None:
    """The contact, for this process only: who shows it to somebody reads it with a noted access (`note_access`)."""
    async with service.tables.transaction() as connection:
        return await _kept(connection, contact_id)


async def keep_up(service: Service) -> None:
    """Erase what is past its last day, repeat erasures that a restored backup undid, and write the table anew."""
    async with service.tables.transaction() as connection:
        await _delete(
            connection,
            """(select type from events where stream = 'contact-' || contact_id order by version desc limit 1)
               = 'registry.contact_erased.v1'""",
        )
        past = await connection.fetch("select contact_id from contact_contents where keep_until < $1", today())
    for (contact_id,) in past:
        await _erase_past(service, contact_id)
    await _write_anew(service)


async def _erase_past(service: Service, contact_id: UUID) -> None:
    command = EraseContact(contact_id, ContactErasure.RETENTION_ENDED)
    await service.handle_together([], Origin(_ITSELF), summary=lambda _: command, beside=erasing(contact_id))


async def _write_anew(service: Service) -> None:
    """Write the table anew where a row was deleted; what an open snapshot still sees waits for the next time."""
    async with service.tables.transaction() as connection:
        if not await connection.fetchval("select exists (select from contact_erasures)"):
            return
    if not await service.tables.rewrite("contact_contents"):
        _log.warning("somebody holds the table of contacts; it is written anew later")
        return
    async with service.tables.transaction() as connection:
        # The table was frozen at the oldest transaction that any snapshot saw: what is older was not copied.
        await connection.execute(
            """delete from contact_erasures using pg_class
                where pg_class.oid = 'public.contact_contents'::regclass and age(deleted_by) > age(relfrozenxid)"""
        )
        left = await connection.fetchval("select count(*) from contact_erasures")
    if left:
        _log.warning("an open snapshot still sees erased contacts; they are written out later", contacts=left)


async def _kept(connection: Connection, contact_id: UUID) -> Kept | None:
    row = await connection.fetchrow(
        f"select {', '.join(Kept._fields)} from contact_contents where contact_id = $1", contact_id
    )
    return Kept(*row) if row else None


async def _delete(connection: Connection, condition: str, *arguments: object) -> None:
    """Delete rows, and note that their bytes are to be written out of the table."""
    await connection.execute(
        f"""with gone as (delete from contact_contents where {condition} returning contact_id)
            insert into contact_erasures (contact_id) select contact_id from gone""",
        *arguments,
    )

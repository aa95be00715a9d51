"""Reading of the references of contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from shiendomain.states import ContactState
from shienevents import Snapshot

from .projections import contacts


async def contacts_about(snapshot: Snapshot, subject_id: UUID, areas: Sequence[str]) -> Sequence[UUID]:
    """The ids of the contacts of these areas about a thing that are kept."""
    sql = "where subject_id = $1 and state = $2 and area = any($3::text[]) order by contact_id"
    found = await snapshot.select(contacts, sql, subject_id, ContactState.KEPT, list(areas))
    return [row.contact_id for row in found]


async def contacts_about_all(snapshot: Snapshot, subjects: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """The things about which contacts are kept, of these, by the id of the contact."""
    sql = "where subject_id = any($1::uuid[]) and state = $2 order by contact_id"
    found = await snapshot.select(contacts, sql, list(subjects), ContactState.KEPT) if subjects else []
    return {row.contact_id: row.subject_id for row in found}

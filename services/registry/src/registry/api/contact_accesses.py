"""The log of accesses to contacts (閲覧記録): who read which, when and what for. It says nothing of what they say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from shiendomain.vocabulary import ContactPurpose
from shienweb import AUDITORS, NOW_ONLY, Answer, AreaQuery, Context, Page, Pages, Role, Routes

routes = Routes(tags=["contacts"])


class AccessOut(Answer):
    """One reading of a contact: by which role and body, when, and for which purpose."""

    access_id: int
    contact_id: UUID
    area: str
    at: datetime
    role: Role
    body: str
    purpose: ContactPurpose


@routes.get("/contact-accesses", may=AUDITORS, openapi_extra=NOW_ONLY)
async def list_contact_accesses(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    contact_id: Annotated[UUID | None, Query(description="Only those of this contact")] = None,
) -> Page[AccessOut]:
    """List who read contacts, the latest reading first."""
    areas = context.areas_within(area)
    after = paging.after((int,))
    async with context.snapshot() as snapshot:
        found = await snapshot.fetch(
            f"""select {", ".join(AccessOut.model_fields)} from contact_accesses
                 where area = any($1::text[]) and ($2::uuid is null or contact_id = $2)
                   and ($3::bigint is null or access_id < $3) order by access_id desc limit $4""",
            list(areas),
            contact_id,
            after[0] if after else None,
            paging.limit + 1,
        )
    items = tuple(AccessOut(**dict(record)) for record in found[: paging.limit])
    return Page(
        items=items,
        next_cursor=paging.cursor([items[-1].access_id]) if len(found) > paging.limit else None,
        position=snapshot.token,
        stale=snapshot.stale,
    )

"""Hand-overs of posts, and the document of each as it was then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Request, Response

from shienevents import Snapshot, as_heard, parse_token, token_of
from shienweb import STAFF, Answer, AreaQuery, Context, Page, Pages, RequestContext, Routes

from ..hand_over_documents import HandOverDocument, HandOverDocuments
from ..projections import hand_overs, posts
from ..projections.hand_overs import HandOverRow

routes = Routes()
_NEWEST = 20


async def _documents(request: Request) -> HandOverDocuments:
    found: HandOverDocuments = request.app.state.hand_over_documents
    return found


Documents = Annotated[HandOverDocuments, Depends(_documents)]
"""The documents of this process, as `main.py` made them."""


class HandOverOut(Answer):
    """One hand-over. `undone`: it was recorded by mistake, and the post goes on; its document remains."""

    hand_over_id: UUID
    coordinator_id: UUID
    area: str
    handed_over_on: date
    recorded_at: datetime
    undone: bool

    @classmethod
    def of(cls, row: HandOverRow, *, undone: bool) -> Self:
        """The answer for a row."""
        return cls.model_validate(vars(row) | {"undone": undone})


async def undone(seen: Snapshot, rows: Sequence[HandOverRow]) -> set[UUID]:
    """The ids of those of these hand-overs that were undone."""
    ids = [row.hand_over_id for row in rows]
    standing = await seen.select(posts, "where hand_over_id = any($1::uuid[])", ids)
    return set(ids) - {row.hand_over_id for row in standing if row.hand_over_id}


async def newest(seen: Snapshot, areas: Sequence[str]) -> Sequence[HandOverOut]:
    """The newest hand-overs of these areas."""
    sql = "where area = any($1::text[]) order by recorded_at desc, hand_over_id desc limit $2"
    rows = await seen.select(hand_overs, sql, list(areas), _NEWEST)
    mistaken = await undone(seen, rows)
    return [HandOverOut.of(row, undone=row.hand_over_id in mistaken) for row in rows]


async def document(
    context: RequestContext, documents: HandOverDocuments, hand_over_id: UUID
) -> tuple[HandOverDocument, bool]:
    """The document of a hand-over of the territory, and whether the hand-over was undone. Raises `NotFound`."""
    async with context.snapshot() as seen:
        row = await seen.get(hand_overs, hand_over_id)
        context.must_cover(row.area if row else None, "hand_over.unknown")
        assert row is not None
        mistaken = bool(await undone(seen, [row]))
    return await documents.find(row, seen.positions.seqs), mistaken


@routes.get("/hand-overs", may=STAFF)
async def list_hand_overs(context: Context, pages: Pages, area: AreaQuery = None) -> Page[HandOverOut]:
    """Hand-overs of the posts of the territory, the newest first; those that were undone too."""
    async with context.snapshot() as seen:
        page = await context.list_rows(
            seen, hand_overs, {"area": context.areas_within(area)}, pages, order=("recorded_at", "hand_over_id"),
            newest_first=True, as_=lambda row: row,
        )  # fmt: skip
        mistaken = await undone(seen, page.items)
    items = tuple(HandOverOut.of(row, undone=row.hand_over_id in mistaken) for row in page.items)
    return Page(items=items, next_cursor=page.next_cursor, position=page.position, stale=page.stale)


@routes.get("/hand-overs/{hand_over_id}", may=STAFF)
async def show_hand_over(
    hand_over_id: UUID, context: Context, documents: Documents, request: Request
) -> HandOverDocument:
    """The document (引継書) of a hand-over as it was then, folded from the log: always the same bytes."""
    found, _ = await document(context, documents, hand_over_id)
    cell = (await request.app.state.cells.current()).of(found.document.area)
    position = as_heard(parse_token(found.document.position), cell.name if cell else "")
    headers = {"Shien-Position": token_of(position)}
    return Response(found.json_bytes(), media_type="application/json", headers=headers)  # type: ignore[return-value]

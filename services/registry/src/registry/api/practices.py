"""Routes of good practices (実践事例): what one area did, found by every area of the municipality, and taken up."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from shiendomain.vocabulary import Line, LineOfReason, SupportKind
from shienweb import CONVENERS, READERS, Body, Condition, Context, Page, Pages, Routes, WriteResult, contains, example

from ..decider.information import TakeUpPractice, WithdrawTakingUp
from ..projections import information
from .information import InformationOut, seen
from .seen import councils_of

routes = Routes(tags=["network"])


class TakingUp(Body):
    """The council that takes the practice up, from which day on, and what it says of it."""

    model_config = example(
        council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", on="2026-10-01", note="送迎の回数は月2回から"
    )

    council_id: UUID
    on: date
    note: Line = ""


class TakingUpMistake(Body):
    """The council that did not take the practice up, and why it was recorded."""

    model_config = example(council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", reason="別の事例の取り入れだった")

    council_id: UUID
    reason: LineOfReason


@routes.get("/practices", may=READERS)
async def list_practices(
    context: Context,
    paging: Pages,
    support_kind: Annotated[SupportKind | None, Query(description="Only practices for this kind of support")] = None,
) -> Page[InformationOut]:
    """List the good practices of all areas of the municipality, the newest first; those recorded by mistake are not."""
    where = Condition("practice and state <> 'withdrawn' and area = any({})", sorted(context.sight.city))
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            information,
            {"support_kinds": contains(support_kind)},
            paging,
            order=("shared_on", "information_id"),
            newest_first=True,
            where=[where],
            as_=InformationOut.of,
        )


@routes.post("/information/{information_id}/taking-up", may=CONVENERS)
async def take_up_practice(information_id: UUID, body: TakingUp, context: Context) -> WriteResult:
    """Record that a council took a good practice of the municipality up (取り入れ)."""
    await _check(context, information_id, body.council_id)
    command = TakeUpPractice(information_id, body.council_id, body.on, body.note, context.occurred_on)
    return await context.execute(command, id=information_id, any_area=True)


@routes.post("/information/{information_id}/taking-up-withdrawal", may=CONVENERS)
async def withdraw_taking_up(information_id: UUID, body: TakingUpMistake, context: Context) -> WriteResult:
    """Withdraw that a council took a practice up, which was recorded by mistake."""
    await _check(context, information_id, body.council_id)
    command = WithdrawTakingUp(information_id, body.council_id, body.reason)
    return await context.execute(command, id=information_id, any_area=True)


async def _check(context: Context, information_id: UUID, council_id: UUID) -> None:
    """Raise `NotFound` for a council outside the territory, and for information that is not seen there."""
    await councils_of(context, [council_id], frozenset(context.territory.codes))
    async with context.snapshot() as snapshot:
        await seen(context, snapshot, information_id)

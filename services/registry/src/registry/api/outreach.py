"""Routes of outreach (協力依頼・働きかけ) to bodies of an area."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.follow_up import ANSWER_DAYS, answer_overdue, answer_overdue_sql
from shiendomain.states import OutreachState
from shiendomain.vocabulary import (
    AreaCode,
    BodyKind,
    Line,
    LineOfReason,
    Member,
    OutreachAnswer,
    OutreachRequest,
)
from shienevents import NotFound
from shienweb import (
    COORDINATORS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Distinct,
    Page,
    Pages,
    Routes,
    WriteResult,
    check_said,
    example,
)

from ..decider.outreach import (
    AnswerOutreach,
    MakeOutreach,
    ReinstateOutreach,
    WithdrawOutreach,
    WithdrawOutreachAnswer,
)
from ..identical import said_of_outreach
from ..projections import OutreachRow, outreach

routes = Routes(tags=["network"])


class NewOutreach(Body):
    """A body that was asked to help, the day, and what it was asked for; `asked` says it in words.

    `not_the_same_as` names identical outreach that somebody looked at, and that is another one.
    """

    model_config = example(
        area="272108-03",
        body={"kind": "neighbourhood", "name": "東自治会連合会"},
        made_on="2026-05-12",
        request="lend_venue",
        asked="月二回のサロンに集会所を使わせてほしい",
    )

    area: AreaCode
    body: Member
    made_on: date
    request: OutreachRequest
    asked: Line = ""
    not_the_same_as: Distinct = ()


class NewOutreachAnswer(Body):
    """What the body answered, the day, and why; a body that declines says why."""

    model_config = example(answer="considering", answered_on="2026-05-20", reason="役員会で相談する")

    answer: OutreachAnswer
    answered_on: date
    reason: Line = ""


class AnswerMistake(Body):
    """The answer that was recorded by mistake, its day, and why it was one. The right one is recorded anew."""

    model_config = example(answer="considering", answered_on="2026-05-20", reason="別の団体の回答だった")

    answer: OutreachAnswer
    answered_on: date
    reason: LineOfReason


class Mistake(Body):
    """Why a record is withdrawn, or its end or withdrawal undone: it was made by mistake."""

    model_config = example(reason="別の地域の記録だった")

    reason: LineOfReason


class OutreachOut(Answer):
    """An outreach: to which body, for what, and its last answer (`state`, `answered_on`, `answered_for`).

    `overdue`: the answer has been awaited for more than 30 days. `corrected_for`: why an answer was withdrawn.
    `withdrawn_for`: why it was recorded by mistake; `reinstated_for`: why that was undone.
    """

    outreach_id: UUID
    area: str
    state: OutreachState
    body: Member
    made_on: date
    request: OutreachRequest
    asked: str
    not_the_same_as: tuple[UUID, ...]
    answered_on: date | None
    answered_for: str
    waits_since: date
    overdue: bool
    corrected_for: str
    withdrawn_for: str
    reinstated_for: str
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: OutreachRow, day: date) -> Self:
        """The answer of a row."""
        return cls(**vars(row), overdue=answer_overdue(row.state, row.waits_since, day, ANSWER_DAYS))


@routes.post("/outreach", may=COORDINATORS, status_code=201)
async def make_outreach(body: NewOutreach, context: Context) -> WriteResult:
    """Record that a body of an area was asked to help. What is recorded already is refused (`not_the_same_as`)."""
    home = await context.home(body.area)
    outreach_id = context.new_id()
    command = MakeOutreach(
        outreach_id=outreach_id,
        home=home,
        body=body.body,
        made_on=body.made_on,
        request=body.request,
        asked=body.asked,
        today=context.occurred_on,
        not_the_same_as=body.not_the_same_as,
    )
    new = said_of_outreach(command)
    await check_said(context, outreach, "outreach", home.area, said_of_outreach, new, command.not_the_same_as)
    return await context.execute(command, id=outreach_id)


@routes.post("/outreach/{outreach_id}/answer", may=COORDINATORS)
async def answer_outreach(outreach_id: UUID, body: NewOutreachAnswer, context: Context) -> WriteResult:
    """Record what a body answered. It may answer again."""
    command = AnswerOutreach(outreach_id, body.answer, body.reason, body.answered_on, context.occurred_on)
    return await context.execute(command, id=outreach_id)


@routes.post("/outreach/{outreach_id}/answer-withdrawal", may=COORDINATORS)
async def withdraw_outreach_answer(outreach_id: UUID, body: AnswerMistake, context: Context) -> WriteResult:
    """Withdraw an answer that was recorded by mistake. The last answer that stands counts again."""
    command = WithdrawOutreachAnswer(outreach_id, body.answer, body.answered_on, body.reason)
    return await context.execute(command, id=outreach_id)


@routes.post("/outreach/{outreach_id}/withdrawal", may=COORDINATORS)
async def withdraw_outreach(outreach_id: UUID, body: Mistake, context: Context) -> WriteResult:
    """Withdraw an outreach that was recorded by mistake."""
    return await context.execute(WithdrawOutreach(outreach_id, body.reason), id=outreach_id)


@routes.post("/outreach/{outreach_id}/reinstatement", may=COORDINATORS)
async def reinstate_outreach(outreach_id: UUID, body: Mistake, context: Context) -> WriteResult:
    """Undo the withdrawal of an outreach that was itself a mistake."""
    return await context.execute(ReinstateOutreach(outreach_id, body.reason), id=outreach_id)


@routes.get("/outreach", may=READERS)
async def list_outreach(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    state: Annotated[OutreachState | None, Query()] = None,
    kind: Annotated[BodyKind | None, Query(description="Only to bodies of this kind")] = None,
    unanswered_for: Annotated[
        int | None,
        Query(
            ge=0,
            le=3650,
            examples=[ANSWER_DAYS],
            description="Only those whose answer has been awaited for more than so many days",
        ),
    ] = None,
) -> Page[OutreachOut]:
    """List outreach, what has waited longest first."""
    overdue = Condition(answer_overdue_sql("{}::date", "{}::int"), context.day, unanswered_for)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            outreach,
            {"area": context.areas_within(area), "state": state, "kind": kind},
            paging,
            order=("waits_since", "outreach_id"),
            where=[None if unanswered_for is None else overdue],
            as_=lambda row: OutreachOut.of(row, context.day),
        )


@routes.get("/outreach/{outreach_id}", may=READERS)
async def show_outreach(outreach_id: UUID, context: Context) -> OutreachOut:
    """Show an outreach."""
    async with context.snapshot() as snapshot:
        found = await snapshot.get(outreach, outreach_id)
    if found is None or not context.territory.covers(found.area):
        raise NotFound("outreach.unknown")
    context.etag(found.version)
    return OutreachOut.of(found, context.day)

"""The route by which the outcome of a match is corrected."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shiendomain.states import NeedState
from shiendomain.vocabulary import FailureReason, Line, LineOfReason, Outcome
from shienweb import COORDINATORS, Body, Context, Routes, WriteResult, example

from ..candidates import facts_of
from ..decider.correction import CorrectOutcome
from .match import known_of

routes = Routes(tags=["matches"])


class OutcomeCorrection(Body):
    """What came of the match in truth, all of it, and `why` the record was wrong.

    `ongoing`: whether the support goes on now. Support whose end was recorded by mistake goes on again.
    """

    model_config = example(outcome="partly", people_helped=2, ongoing=True, why="人数を誤って記録した")

    outcome: Outcome
    people_helped: Annotated[int, Field(ge=0, le=100_000)]
    ongoing: bool
    why: LineOfReason
    reason: FailureReason | None = None
    note: Line = ""


@routes.post("/resources/{resource_id}/matches/{match_id}/correction", may=COORDINATORS)
async def correct_outcome(resource_id: UUID, match_id: UUID, body: OutcomeCorrection, context: Context) -> WriteResult:
    """Correct the outcome of a match, its end, a refusal or a lapse.

    The need follows: whom it did not help waits again. What ended with a mistaken withdrawal or retirement is listed by
    `GET /matches?cut_off=true`.
    """
    _, need, rows = await known_of(context, match_id)
    others = [row for row in rows if row.match_id != match_id]
    command = CorrectOutcome(
        resource_id=resource_id,
        match_id=match_id,
        outcome=body.outcome,
        people_helped=body.people_helped,
        reason=body.reason,
        note=body.note,
        ongoing=body.ongoing,
        why=body.why,
        areas=context.territory,
        most=facts_of(need, others, context.tree.path(need.area)).people if need else None,
        withdrawn=need is not None and need.state is NeedState.WITHDRAWN,
    )
    return await context.execute(command, id=match_id, any_area=True)

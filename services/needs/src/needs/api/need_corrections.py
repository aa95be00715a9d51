"""Routes by which what was recorded of a need is corrected: its kind, source and area, and a mistaken withdrawal."""

from __future__ import annotations

from uuid import UUID

from shiendomain.surveys_view import check_cited
from shiendomain.vocabulary import GivenNeedSource, LineOfReason, SupportKind
from shienweb import COORDINATORS, AreaCorrection, Body, Context, Routes, WriteResult, example

from ..decider.need_commands import CorrectNeed, CorrectSource, MoveNeed, ReinstateNeed
from ..projections import needs, surveys

routes = Routes(tags=["needs"])


class Reinstatement(Body):
    """Why the withdrawal was a mistake."""

    model_config = example(reason="別のニーズを取り下げるつもりだった")

    reason: LineOfReason


class Correction(Body):
    """The right kind of support, and what was wrong."""

    model_config = example(support_kind="housework", reason="買い物の代行だった")

    support_kind: SupportKind
    reason: LineOfReason


class SourceCorrection(Body):
    """How the need was found in truth, by which survey if by one, and what was wrong."""

    model_config = example(source="consultation", reason="調査ではなく窓口での相談だった")

    source: GivenNeedSource
    survey_id: UUID | None = None
    reason: LineOfReason


@routes.post("/needs/{need_id}/reinstatement", may=COORDINATORS)
async def reinstate_need(need_id: UUID, body: Reinstatement, context: Context) -> WriteResult:
    """Undo the withdrawal of a need that was a mistake. Whom its matches had helped counts again.

    Support that ended because of it is listed by matching (`GET /matches?cut_off=true`).
    """
    return await context.execute(ReinstateNeed(need_id, body.reason), id=need_id)


@routes.post("/needs/{need_id}/correction", may=COORDINATORS)
async def correct_need(need_id: UUID, body: Correction, context: Context) -> WriteResult:
    """Correct the kind of support of an open need."""
    return await context.execute(CorrectNeed(need_id, body.support_kind, body.reason), id=need_id)


@routes.post("/needs/{need_id}/source-correction", may=COORDINATORS)
async def correct_source(need_id: UUID, body: SourceCorrection, context: Context) -> WriteResult:
    """Correct the source of a need and its survey, whatever became of the need.

    Another survey must be one of the territory that is open, as when a need is recorded.
    """
    async with context.snapshot() as snapshot:
        need = await snapshot.get(needs, need_id)
        if body.survey_id and not (need and need.survey_id == body.survey_id):
            check_cited(await snapshot.get(surveys, body.survey_id), context.territory)
    return await context.execute(CorrectSource(need_id, body.source, body.survey_id, body.reason), id=need_id)


@routes.post("/needs/{need_id}/move", may=COORDINATORS)
async def move_need(need_id: UUID, body: AreaCorrection, context: Context) -> WriteResult:
    """Correct the area of an open need, to another one of its municipality. Matches that were proposed are declined."""
    return await context.execute(MoveNeed(need_id, await body.move(context)), id=need_id)

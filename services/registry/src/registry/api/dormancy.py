"""Routes of councils that are dormant for a time (休止)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.vocabulary import Line, LineOfReason
from shienweb import COUNCIL_KEEPERS, Body, Context, Routes, WriteResult, example

from ..decider.council_commands import DeclareCouncilDormant, ResumeCouncil

routes = Routes(tags=["councils"])


class Dormancy(Body):
    """The day from which a council is dormant, and why."""

    model_config = example(on="2026-06-01", reason="構成団体の改選が終わるまで")

    on: date
    reason: LineOfReason


class Resumption(Body):
    """The day from which a council works again."""

    model_config = example(on="2026-09-01")

    on: date
    reason: Line = ""


@routes.post("/councils/{council_id}/dormancy", may=COUNCIL_KEEPERS)
async def declare_council_dormant(council_id: UUID, body: Dormancy, context: Context) -> WriteResult:
    """Record that a council is dormant from a day on: it holds no meeting and takes no issue."""
    return await context.execute(
        DeclareCouncilDormant(council_id, body.on, body.reason, context.occurred_on), id=council_id
    )


@routes.post("/councils/{council_id}/resumption", may=COUNCIL_KEEPERS)
async def resume_council(council_id: UUID, body: Resumption, context: Context) -> WriteResult:
    """Record that a dormant council works again from a day on."""
    return await context.execute(ResumeCouncil(council_id, body.on, body.reason, context.occurred_on), id=council_id)

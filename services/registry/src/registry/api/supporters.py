"""Routes of supporters (担い手), who are counted and never named: cohorts, of those trained in one training."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.registry import TrainingDetails
from shiendomain.vocabulary import (
    AreaCode,
    BodyKind,
    Headcount,
    LineOfReason,
    People,
    SupportKind,
)
from shienevents import NotFound
from shienweb import (
    KEEPERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Distinct,
    Page,
    Pages,
    PeopleCount,
    Routes,
    WriteResult,
    check_said,
    contains,
    example,
)

from ..decider.supporter_commands import (
    CorrectTraining,
    CountGaveUp,
    TrainSupporters,
)
from ..identical import said_of_cohort
from ..projections import CohortRow, cohorts
from .details import details_of

routes = Routes(tags=["supporters"])


class NewCohort(Body, TrainingDetails):
    """A cohort that was trained in one training: how many people, for which kinds of support, and by which body.

    `not_the_same_as` names identical cohorts that somebody looked at, and that are other ones.
    """

    model_config = example(
        area="272108-03",
        title="生活支援サポーター養成講座",
        held_on="2026-06-12",
        headcount=12,
        support_kinds=["housework", "outing"],
        held_by="東校区社会福祉協議会",
        held_by_kind="shakyo",
    )

    area: AreaCode
    headcount: People
    not_the_same_as: Distinct = ()


class TrainingCorrection(Body, TrainingDetails):
    """The training as it is right, as a whole, and what was wrong. Nobody (0): it was recorded by mistake."""

    model_config = example(
        title="生活支援サポーター養成講座",
        held_on="2026-06-12",
        headcount=11,
        support_kinds=["housework", "outing"],
        held_by="東校区社会福祉協議会",
        held_by_kind="shakyo",
        reason="修了しなかった1人を数えていた",
    )

    reason: LineOfReason


class Departure(Body):
    """How many people of the cohort in all have given up by a day. It replaces the number given before."""

    model_config = example(gave_up=2, counted_on="2026-09-30", reason="半年後の意向確認で辞退")

    gave_up: Headcount
    counted_on: date
    reason: LineOfReason


class CohortOut(Answer):
    """A cohort. Of those trained, `placed` support something now, `gave_up` gave up, and `unplaced` can be asked."""

    cohort_id: UUID
    area: str
    title: str
    held_on: date
    trained: PeopleCount
    support_kinds: tuple[SupportKind, ...]
    held_by: str
    held_by_kind: BodyKind
    placed: PeopleCount
    gave_up: PeopleCount
    counted_on: date | None
    gave_up_for: str
    unplaced: PeopleCount
    corrected_for: str
    moved_for: str
    not_the_same_as: tuple[UUID, ...]
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: CohortRow) -> Self:
        """The answer of a row."""
        return cls(**vars(row))


@routes.post("/cohorts", may=KEEPERS, status_code=201)
async def train_supporters(body: NewCohort, context: Context) -> WriteResult:
    """Record a cohort of supporters that was trained. What is recorded already is refused (`not_the_same_as`)."""
    home, cohort_id = await context.home(body.area), context.new_id()
    command = TrainSupporters(cohort_id, home, training(body), context.occurred_on, body.not_the_same_as)
    new, others = said_of_cohort(command.details), command.not_the_same_as
    await check_said(context, cohorts, "cohort", home.area, said_of_cohort, new, others, stands="true")
    return await context.execute(command, id=cohort_id)


@routes.post("/cohorts/{cohort_id}/correction", may=KEEPERS)
async def correct_training(cohort_id: UUID, body: TrainingCorrection, context: Context) -> WriteResult:
    """Correct what was recorded about a training."""
    command = CorrectTraining(cohort_id, training(body), body.reason, context.occurred_on)
    return await context.execute(command, id=cohort_id)


@routes.post("/cohorts/{cohort_id}/departure", may=KEEPERS)
async def count_supporters_gave_up(cohort_id: UUID, body: Departure, context: Context) -> WriteResult:
    """Record how many people of a cohort in all have given up; it also corrects that number."""
    command = CountGaveUp(cohort_id, body.gave_up, body.counted_on, body.reason, context.occurred_on)
    return await context.execute(command, id=cohort_id)


@routes.get("/cohorts", may=READERS)
async def list_cohorts(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    support_kind: Annotated[SupportKind | None, Query()] = None,
    unplaced: Annotated[bool, Query(description="Only those with people who can be asked")] = False,
) -> Page[CohortOut]:
    """List cohorts of supporters, those trained last first."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            cohorts,
            {"area": areas, "support_kinds": contains(support_kind)},
            paging,
            order=("held_on", "cohort_id"),
            newest_first=True,
            where=[Condition("unplaced > 0") if unplaced else None],
            as_=CohortOut.of,
        )


@routes.get("/cohorts/{cohort_id}", may=READERS)
async def show_cohort(cohort_id: UUID, context: Context) -> CohortOut:
    """Show a cohort of supporters."""
    async with context.snapshot() as snapshot:
        cohort = await snapshot.get(cohorts, cohort_id)
    if cohort is None or not context.territory.covers(cohort.area):
        raise NotFound("cohort.unknown")
    context.etag(cohort.version)
    return CohortOut.of(cohort)


def training(body: NewCohort | TrainingCorrection) -> TrainingDetails:
    """The details of the command: kinds in their order, each once."""
    kinds = tuple(kind for kind in SupportKind if kind in body.support_kinds)
    return details_of(TrainingDetails, body, support_kinds=kinds)

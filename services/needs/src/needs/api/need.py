"""Routes of needs (支援ニーズ)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.rules import need_state
from shiendomain.states import NeedState
from shiendomain.surveys_view import check_cited
from shiendomain.vocabulary import (
    AgeBand,
    AreaCode,
    Frequency,
    GivenNeedSource,
    Line,
    LineOfReason,
    NeedSource,
    People,
    SupportKind,
    TimeOfDay,
    Urgency,
    Weekday,
    Yen,
)
from shienevents import NotFound, Rejected, Snapshot, Unavailable
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
    PeopleCount,
    RequestContext,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..decider.need_commands import NeedFacts, RecordNeed, ReviseNeed, WithdrawNeed
from ..identical import Said, said_of
from ..projections import NeedRow, needs, surveys

routes = Routes(tags=["needs"])


class NeedBody(Body):
    """The facts of a need that may be revised: `people` people, so often, on these days and at these hours (none: any).

    No names.
    """

    model_config = example(
        people=4, frequency="weekly", weekdays=["tue", "fri"], hours_from="09:30", hours_until="12:00",
        note="買い物の付き添い",
    )  # fmt: skip

    people: People
    age_band: AgeBand = AgeBand.ANY
    frequency: Frequency
    weekdays: Annotated[tuple[Weekday, ...], Field(max_length=7)] = ()
    fee_ceiling_yen: Yen | None = None
    note: Line = ""
    hours_from: TimeOfDay | None = None
    hours_until: TimeOfDay | None = None
    urgency: Urgency = Urgency.NORMAL

    def facts(self) -> NeedFacts:
        """The facts of the command: each weekday once, in the order of the week."""
        return NeedFacts(
            people=self.people,
            age_band=self.age_band,
            frequency=self.frequency,
            weekdays=tuple(day for day in Weekday if day in self.weekdays),
            fee_ceiling_yen=self.fee_ceiling_yen,
            note=self.note,
            hours_from=self.hours_from,
            hours_until=self.hours_until,
            urgency=self.urgency,
        )


class NewNeed(NeedBody):
    """A need of an area."""

    model_config = example(
        area="272108-03",
        support_kind="outing",
        people=3,
        frequency="weekly",
        weekdays=["tue"],
        fee_ceiling_yen=300,
        source="coordinator",
        note="買い物に行けない",
    )

    area: AreaCode
    support_kind: SupportKind
    source: GivenNeedSource
    survey_id: UUID | None = None


class DistinctNeed(NewNeed):
    """A need of an area. `not_the_same_as` names identical ones that somebody looked at, and that are other needs."""

    not_the_same_as: Distinct = ()


class Withdrawal(Body):
    """Why the need no longer exists. `by_mistake`: it should not have been recorded, or was twice. No figure has it."""

    model_config = example(reason="転居のため")

    reason: LineOfReason
    by_mistake: bool = False


class NeedOut(Answer):
    """A need and its state. `match_id` is the match that holds or met it; `recorded_on`: the day it became known."""

    need_id: UUID
    area: str
    state: NeedState
    support_kind: SupportKind
    people: PeopleCount
    age_band: AgeBand
    frequency: Frequency
    weekdays: tuple[Weekday, ...]
    fee_ceiling_yen: int | None
    source: NeedSource
    survey_id: UUID | None
    note: str
    hours_from: str | None
    hours_until: str | None
    urgency: Urgency
    issue_id: UUID | None
    match_id: UUID | None
    resource_id: UUID | None
    service_id: UUID | None
    people_helped: PeopleCount
    people_waiting: PeopleCount
    undone_for: str
    partly_for: str
    withdrawn_for: str
    by_mistake: bool
    corrected_for: str
    not_the_same_as: tuple[UUID, ...]
    recorded_on: date
    met_on: date | None
    recorded_at: datetime
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: NeedRow, in_gap: Collection[UUID]) -> Self:
        """The answer of a row. `in_gap`: the issues that have a declared gap."""
        return cls(**vars(row) | {"state": need_state(row.state, row.issue_id in in_gap)})


async def needs_out(snapshot: Snapshot, rows: Sequence[NeedRow]) -> tuple[NeedOut, ...]:
    """The answers of these rows."""
    in_gap = await views.issues_in_gap(snapshot, rows)
    return tuple(NeedOut.of(row, in_gap) for row in rows)


@routes.post("/needs", may=COORDINATORS, status_code=201)
async def record_need(body: DistinctNeed, context: Context) -> WriteResult:
    """Record a need of an area. It begins a thread of its own, to which everything that follows from it belongs.

    One of which everything was recorded for the same day already is refused, unless the other one is named in
    `not_the_same_as`.
    """
    home = await context.home(body.area)
    need_id, facts = context.new_id(), body.facts()
    command = RecordNeed(need_id, home, body.support_kind, facts, body.source, body.survey_id, body.not_the_same_as)
    await check_new(context, command)
    return await context.execute(command, id=need_id)


async def check_new(context: RequestContext, command: RecordNeed) -> None:
    """Raise `Rejected` where an identical need wants support that is none of the others named, or for its survey.

    Raises `NotFound` for one of those that is not of the territory. The rule is over several streams (decision 24).
    """
    others = set(command.not_the_same_as)
    if command.survey_id or others:
        async with context.snapshot() as snapshot:
            if command.survey_id:
                check_cited(await snapshot.get(surveys, command.survey_id), context.territory)
            known = await views.needs_of(snapshot, sorted(others))
        if {row.need_id for row in known if context.territory.covers(row.area)} != others:
            raise NotFound("need.unknown")
    said = said_of(command.home.area, command.support_kind, command.facts, command.source, command.survey_id)
    found = await recorded_already(context, [said])
    if left := [str(one) for one in found.get(said, ()) if one not in others]:
        raise Rejected("need.identical", ids=left)


async def recorded_already(context: RequestContext, said: Collection[Said]) -> Mapping[Said, Sequence[UUID]]:
    """The needs identical to each of these, as far as the views have come. Nothing waits for them or fails."""
    try:
        async with context.service.snapshot() as snapshot:
            return await views.needs_saying(snapshot, said, context.occurred_on)
    except Unavailable:  # the view is made anew; without the database the command is refused anyway
        return {}


@routes.put("/needs/{need_id}", may=COORDINATORS)
async def revise_need(need_id: UUID, body: NeedBody, context: Context) -> WriteResult:
    """Replace the facts of a need as a whole; its area and kind stay."""
    return await context.execute(ReviseNeed(need_id, body.facts()), id=need_id)


@routes.post("/needs/{need_id}/withdrawal", may=COORDINATORS)
async def withdraw_need(need_id: UUID, body: Withdrawal, context: Context) -> WriteResult:
    """Withdraw a need, with the reason."""
    return await context.execute(WithdrawNeed(need_id, body.reason, body.by_mistake), id=need_id)


@routes.get("/needs", may=READERS)
async def list_needs(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    state: Annotated[NeedState | None, Query()] = None,
    support_kind: Annotated[SupportKind | None, Query()] = None,
    survey_id: Annotated[UUID | None, Query()] = None,
    issue_id: Annotated[UUID | None, Query()] = None,
    urgency: Annotated[Urgency | None, Query()] = None,
    source: Annotated[NeedSource | None, Query()] = None,
) -> Page[NeedOut]:
    """List needs, the newest first."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        page = await context.list_rows(
            snapshot,
            needs,
            {
                "area": areas,
                "support_kind": support_kind,
                "survey_id": survey_id,
                "issue_id": issue_id,
                "urgency": urgency,
                "source": source,
            },
            paging,
            order=("recorded_at", "need_id"),
            newest_first=True,
            where=[Condition(f"{views.NEED_STATE} = {{}}", state) if state else None],
            as_=lambda row: row,
        )
        shown = await needs_out(snapshot, page.items)
    return Page(items=shown, next_cursor=page.next_cursor, position=page.position, stale=page.stale)


@routes.get("/needs/{need_id}", may=READERS)
async def show_need(need_id: UUID, context: Context) -> NeedOut:
    """Show a need."""
    async with context.snapshot() as snapshot:
        need = await snapshot.get(needs, need_id)
        if need is None or not context.territory.covers(need.area):
            raise NotFound("need.unknown")
        (shown,) = await needs_out(snapshot, [need])
    context.etag(need.version)
    return shown

"""Routes of councils (協議体)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.follow_up import QUIET_DAYS, due_for_review, due_for_review_sql, quiet_sql
from shiendomain.registry import CouncilPurpose, CouncilSitting
from shiendomain.states import CouncilState
from shiendomain.vocabulary import AreaCode, CouncilMember, LineOfReason, Name, Text, Tier
from shienevents import NotFound, Snapshot
from shienweb import (
    CONVENERS,
    COUNCIL_KEEPERS,
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

from ..decider.council_commands import (
    AgreeCouncilPurpose,
    ChangeCouncilMembers,
    CorrectCouncil,
    EstablishCouncil,
)
from ..decider.tier import tiers_in
from ..identical import said_of_council
from ..projections import CouncilRow, councils
from ..tier_views import LAST_MET, last_met
from .members import check_meeting, check_members, facts_of, named, names_of

routes = Routes(tags=["councils"])
WHOLE_CITY = "Those of the whole municipality, where no area is named: councils that information can be sent to"
QUIET = "Only active ones that have held no meeting for more than so many days"
Members = Annotated[tuple[CouncilMember, ...], Field(max_length=200)]


class NewCouncil(Body):
    """A council of one tier of an area, and the bodies that sit on it.

    `not_the_same_as` names identical councils that somebody looked at, and that are other ones.
    """

    model_config = example(
        area="272108-03",
        tier="tier2",
        name="第3圏域協議体",
        members=[{"kind": "neighbourhood", "name": "東自治会連合会"}],
    )

    area: AreaCode
    tier: Tier
    name: Name
    members: Members = ()
    not_the_same_as: Distinct = ()


class NewMembers(Body):
    """The bodies that sit on a council from the day `on`, all of them, and why that changes."""

    model_config = example(
        on="2026-04-01",
        members=[{"kind": "neighbourhood", "name": "東自治会連合会"}, {"kind": "npo", "name": "NPOみどり"}],
        reason="年度替わりによる委員団体の交代",
    )

    on: date
    members: Members
    reason: LineOfReason


class AgreedPurpose(Body):
    """The purpose that a council shares (意識の統一), the day it was agreed, and the day it is to be reviewed.

    `meeting_id`: the meeting of the council that agreed on it, on that day.
    """

    model_config = example(
        text="歩いて行ける場所に、だれもが立ち寄れる居場所をつくる", agreed_on="2026-04-20", review_on="2027-04-01"
    )

    text: Annotated[Text, Field(min_length=1)]
    agreed_on: date
    review_on: date
    meeting_id: UUID | None = None

    def purpose(self) -> CouncilPurpose:
        """The purpose of the command."""
        return CouncilPurpose(**dict(self))


class CorrectedCouncil(Body):
    """What is right about a council, as a whole, and what was wrong.

    `history` says who sat on it: from its establishment (`on`: null), and from each later day on. `tier` and
    `established_on`: null leaves them as they are.
    """

    model_config = example(
        name="第3圏域協議体",
        history=[{"on": None, "members": [{"kind": "neighbourhood", "name": "東自治会連合会"}]}],
        purpose=None,
        reason="団体名の誤り",
    )

    name: Name
    history: Annotated[tuple[CouncilSitting, ...], Field(min_length=1, max_length=100)]
    purpose: AgreedPurpose | None
    reason: LineOfReason
    tier: Tier | None = None
    established_on: date | None = None


class CouncilOut(Answer):
    """A council. `members` are those of now, or of the day that was asked for; `history` has all of them.

    `state_on` and `state_for`: since when and why it is dormant, or was resumed. `corrected_for`: what was wrong.
    `moved_for`: why it is in another area than before. `last_met_on`: the day of its last meeting. A member and its
    parent that are registered have the names of the register.
    """

    council_id: UUID
    area: str
    tier: Tier
    established_on: date
    name: str
    members: tuple[CouncilMember, ...]
    history: tuple[CouncilSitting, ...]
    purpose: CouncilPurpose | None
    due_for_review: bool
    last_met_on: date | None
    state: CouncilState
    state_on: date | None
    state_for: str
    corrected_for: str
    moved_for: str
    not_the_same_as: tuple[UUID, ...]
    version: int

    @classmethod
    def of(cls, row: CouncilRow, day: date, last_met_on: date | None, names: Mapping[str, str]) -> Self:
        """The answer of a row."""
        purpose = None
        if row.agreed_on and row.review_on:
            days = {"agreed_on": row.agreed_on, "review_on": row.review_on}
            purpose = CouncilPurpose(text=row.purpose, **days, meeting_id=row.agreed_at)
        return cls(
            **{
                **vars(row),
                "members": tuple(named(member, names) for member in row.members_on(day)),
                "history": tuple(
                    {**sitting, "members": [named(member, names) for member in sitting["members"]]}
                    for sitting in row.history
                ),
                "purpose": purpose,
                "due_for_review": due_for_review(row.state, row.review_on, day),
                "last_met_on": last_met_on,
            }
        )


async def council_answers(snapshot: Snapshot, rows: Sequence[CouncilRow], day: date) -> tuple[CouncilOut, ...]:
    """The answers of councils on a day, with their last meetings and the names of bodies as they are registered."""
    met = await last_met(snapshot, [row.council_id for row in rows])
    names = await names_of(snapshot, rows)
    return tuple(CouncilOut.of(row, day, met.get(row.council_id), names) for row in rows)


@routes.post("/councils", may=COUNCIL_KEEPERS, status_code=201)
async def establish_council(body: NewCouncil, context: Context) -> WriteResult:
    """Establish a council. Its area must have its tier. What is recorded already is refused (`not_the_same_as`)."""
    home = await context.home(body.area)
    await check_members(context, body.members)
    council_id = context.new_id()
    command = EstablishCouncil(
        council_id=council_id,
        home=home,
        area_tiers=tiers_in(await context.area(body.area)),
        tier=body.tier,
        name=body.name,
        members=body.members,
        not_the_same_as=body.not_the_same_as,
    )
    new, others = said_of_council(command), command.not_the_same_as
    await check_said(context, councils, "council", home.area, said_of_council, new, others, stands="true")
    return await context.execute(command, id=council_id)


@routes.put("/councils/{council_id}", may=COUNCIL_KEEPERS)
async def correct_council(council_id: UUID, body: CorrectedCouncil, context: Context) -> WriteResult:
    """Correct what was recorded wrongly of a council, with the reason. What has changed since is no correction."""
    purpose = body.purpose.purpose() if body.purpose else None
    await check_meeting(context, council_id, purpose)
    await check_members(context, [member for sitting in body.history for member in sitting.members])
    facts = await facts_of(context, council_id, body.established_on)
    right = {**dict(body), "purpose": purpose, "today": context.occurred_on, "facts": facts}
    return await context.execute(CorrectCouncil(council_id=council_id, **right), id=council_id)


@routes.post("/councils/{council_id}/members", may=COUNCIL_KEEPERS)
async def change_council_members(council_id: UUID, body: NewMembers, context: Context) -> WriteResult:
    """Record the bodies that sit on a council from a day on, all of them."""
    await check_members(context, body.members)
    command = ChangeCouncilMembers(council_id, body.on, body.members, body.reason, context.occurred_on)
    return await context.execute(command, id=council_id)


@routes.post("/councils/{council_id}/purpose", may=CONVENERS)
async def agree_council_purpose(council_id: UUID, body: AgreedPurpose, context: Context) -> WriteResult:
    """Record the purpose that a council agreed on (意識の統一); it replaces the one before."""
    purpose = body.purpose()
    await check_meeting(context, council_id, purpose)
    return await context.execute(AgreeCouncilPurpose(council_id, purpose, context.occurred_on), id=council_id)


@routes.get("/councils", may=READERS)
async def list_councils(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    tier: Annotated[Tier | None, Query()] = None,
    state: Annotated[CouncilState | None, Query()] = None,
    due: Annotated[bool | None, Query(description="Only those whose purpose is due for review, or the others")] = None,
    quiet_for: Annotated[int | None, Query(ge=0, le=3650, examples=[QUIET_DAYS], description=QUIET)] = None,
    whole_city: Annotated[bool, Query(description=WHOLE_CITY)] = False,
) -> Page[CouncilOut]:
    """List councils of the territory, or of `area` and below; with `whole_city` those of the whole municipality."""
    areas = sorted(context.sight.city) if whole_city and area is None else context.areas_within(area)
    reviewed = Condition(f"{due_for_review_sql('{0}::date')} = {{1}}", context.day, due)
    quiet = Condition(quiet_sql("{}::date", "{}::int", LAST_MET), context.day, quiet_for)
    async with context.snapshot() as snapshot:
        page = await context.list_rows(
            snapshot,
            councils,
            {"area": areas, "tier": tier, "state": state},
            paging,
            order=("council_id",),
            where=[None if due is None else reviewed, None if quiet_for is None else quiet],
            as_=lambda row: row,
        )
        items = await council_answers(snapshot, page.items, context.day)
    return Page(items=items, next_cursor=page.next_cursor, position=page.position, stale=page.stale)


@routes.get("/councils/{council_id}", may=READERS)
async def show_council(council_id: UUID, context: Context) -> CouncilOut:
    """Show a council of the municipality, with its members of today, or of the day `valid_at`."""
    async with context.snapshot() as snapshot:
        council = await snapshot.get(councils, council_id)
        if council is None or council.area not in context.sight.city:
            raise NotFound("council.unknown")
        (answer,) = await council_answers(snapshot, [council], context.day)
    context.etag(council.version)
    return answer

"""What a council refers to: bodies of the register that sit on it, and the meeting that agreed on its purpose.

And what refers to it, when it is corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from shiendomain.registry import CouncilPurpose
from shiendomain.vocabulary import CouncilMember
from shienevents import NotFound, Rejected, Snapshot
from shienweb import RequestContext

from .. import mistake_views, tier_views, views
from ..decider.council_commands import CouncilFacts
from ..decider.tier import tiers_in
from ..projections import CouncilRow, council_meetings, councils
from .seen import providers_seen

Written = Mapping[str, str | None]
"""A member as a row of councils has it."""

_NAMED = (("body_id", "name"), ("parent_id", "parent"))
"""The fields of a member that refer to the register, each with the field whose text is that of the register."""


def named(member: Written, names: Mapping[str, str]) -> Written:
    """The member with the names that it and its parent have in the register."""
    name, parent = (names.get(member.get(field) or "", member[of]) for field, of in _NAMED)
    return {**member, "name": name, "parent": parent}


async def names_of(snapshot: Snapshot, rows: Iterable[CouncilRow]) -> Mapping[str, str]:
    """The names of the bodies that the members of these councils refer to, by their id."""
    members = [member for row in rows for sitting in row.history for member in sitting["members"]]
    ids = {UUID(id_) for member in members for field, _ in _NAMED if (id_ := member.get(field))}
    return await views.names_of_providers(snapshot, ids)


async def check_members(context: RequestContext, members: Sequence[CouncilMember]) -> None:
    """Raise `NotFound` for a member or a parent of the register that is not seen in the territory."""
    wanted = {id_ for member in members for id_ in (member.body_id, member.parent_id) if id_}
    if not wanted:
        return
    async with context.snapshot() as snapshot:
        known = await providers_seen(context, snapshot, wanted)
    if wanted - known.keys():
        raise NotFound("provider.unknown")


async def check_meeting(context: RequestContext, council_id: UUID, purpose: CouncilPurpose | None) -> None:
    """Raise `NotFound` for a meeting that is none of the council's, `Rejected` for one of another day."""
    if purpose is None or purpose.meeting_id is None:
        return
    async with context.snapshot() as snapshot:
        meeting = await snapshot.get(council_meetings, purpose.meeting_id)
    if meeting is None or meeting.withdrawn or meeting.council_id != council_id:
        raise NotFound("meeting.unknown")
    if meeting.held_on != purpose.agreed_on:
        raise Rejected("council.agreed_another_day", held_on=meeting.held_on)


async def facts_of(context: RequestContext, council_id: UUID, established_on: date | None) -> CouncilFacts:
    """What is known of a council of the territory. Raises `Rejected` for a day on which its area had not begun."""
    async with context.snapshot() as snapshot:
        row = await snapshot.get(councils, council_id)
        if row is None or not context.territory.covers(row.area):
            return CouncilFacts()
        raised = await mistake_views.standing(snapshot, mistake_views.RAISED, council_id)
        worked = await tier_views.at_work_on(snapshot, council_id)
    if established_on:
        await context.home(row.area, even_closed=True, day=established_on)
    rested = [date.fromisoformat(str(rest["since"])) for rest in row.rests]
    return CouncilFacts(
        area_tiers=tiers_in(await context.area(row.area)),
        established_on=row.established_on,
        at_work_on=min([*rested, *([worked] if worked else [])], default=None),
        raised=raised,
    )

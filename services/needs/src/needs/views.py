"""Reading of the views of needs: rows, and the counts of boards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from shiendomain.amounts import people_in_state_sql
from shiendomain.rules import need_state_sql
from shiendomain.states import IssueState
from shienevents import Snapshot

from .projections import NeedRow, SearchRow, needs, searches


class NeedCount(NamedTuple):
    """Needs of an area in one state and of one kind, and their people (`people_in_state_sql`)."""

    area: str
    state: str
    support_kind: str
    needs: int
    people: int


class IssueCount(NamedTuple):
    """Issues of an area, and how many of them have a declared gap."""

    area: str
    issues: int
    gaps: int


async def needs_of(snapshot: Snapshot, ids: Sequence[UUID]) -> Sequence[NeedRow]:
    """The recorded needs among these, in the order of `ids`."""
    return await snapshot.select(
        needs,
        "where need_id = any($1::uuid[]) and version > 0 order by array_position($1::uuid[], need_id)",
        list(ids),
    )


async def searches_for(snapshot: Snapshot, ids: Sequence[UUID]) -> Sequence[SearchRow]:
    """The searches without a match for these needs, the oldest first."""
    return await snapshot.select(searches, "where need_id = any($1::uuid[]) order by searched_at, search_id", list(ids))


async def count_needs(snapshot: Snapshot, areas: Sequence[str]) -> Sequence[NeedCount]:
    """Needs and their people by area, state and kind."""
    found = await snapshot.fetch(
        f"""select area, {need_state_sql()} as need_state, support_kind, count(*), sum({people_in_state_sql()})::bigint
              from needs where area = any($1::text[]) group by 1, 2, 3""",
        list(areas),
    )
    return [NeedCount(*record) for record in found]


async def count_issues(snapshot: Snapshot, areas: Sequence[str]) -> Sequence[IssueCount]:
    """Issues and declared gaps by area."""
    found = await snapshot.fetch(
        """select area, count(*), count(*) filter (where state = $2)
             from issues where area = any($1::text[]) group by 1""",
        list(areas),
        IssueState.GAP,
    )
    return [IssueCount(*record) for record in found]

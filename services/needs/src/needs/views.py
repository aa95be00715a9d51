"""Reading of the views of needs: rows, and the counts of boards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from shiendomain.amounts import people_in_state_sql
from shiendomain.days import JAPAN
from shiendomain.demand import people_by_weekday_sql, unanswered_sql
from shiendomain.gaps import answered_gaps_sql
from shiendomain.rules import issue_gap_sql, need_state_sql
from shiendomain.states import IssueState, NeedState, ProposalState
from shiendomain.vocabulary import SupportKind
from shienevents import Snapshot

from .decider.issue_commands import NeedSearched
from .decider.need_commands import NeedFacts
from .identical import Said, said_of
from .projections import IssueRow, NeedRow, SearchRow, issues, needs, proposals, proposed, searches

_ANSWERED = answered_gaps_sql("issues.area = any($1::text[]) and issues.state = $2")
ANSWERED_IN = answered_gaps_sql(
    f"issues.state = '{IssueState.GAP}' and (issues.area = any({{}}) or need_areas && {{}})"
)
"""The issues of some areas whose declared gap running services answer. The areas are given twice."""
NEED_STATE = need_state_sql(gap=issue_gap_sql())
"""The state of a need as it is shown, in a SELECT over the view `needs`."""


_WAITS = unanswered_sql()


class NeedCount(NamedTuple):
    """Needs of an area in one state and of one kind, and their people (`people_in_state_sql`)."""

    area: str
    state: str
    support_kind: str
    needs: int
    people: int


class KindDemand(NamedTuple):
    """Needs of an area (`None`: of all areas together) and of one kind that wait, and those met since a day.

    `people_by_day` are the people that ask for each day of the week, and then those that ask for any day.
    """

    area: str | None
    support_kind: str
    waiting: int
    people_waiting: int
    days_median: int | None
    days_oldest: int | None
    met: int
    people_met: int
    people_by_day: Sequence[int]


class IssueCount(NamedTuple):
    """Issues of an area that are not closed; how many of them have a gap that is open, or that services answer now."""

    area: str
    issues: int
    gaps: int
    gaps_answered: int


async def needs_of(snapshot: Snapshot, ids: Sequence[UUID]) -> Sequence[NeedRow]:
    """The recorded needs among these, in the order of `ids`."""
    return await snapshot.select(
        needs,
        "where need_id = any($1::uuid[]) order by array_position($1::uuid[], need_id)",
        list(ids),
    )


async def issues_in_gap(snapshot: Snapshot, rows: Iterable[NeedRow]) -> frozenset[UUID]:
    """Those issues of these needs that have a declared gap."""
    ids = list({row.issue_id for row in rows if row.issue_id})
    found = await snapshot.select(issues, "where issue_id = any($1::uuid[])", ids) if ids else []
    return frozenset(issue.issue_id for issue in found if issue.state is IssueState.GAP)


async def answered_of(snapshot: Snapshot, rows: Iterable[IssueRow]) -> frozenset[UUID]:
    """Those of these issues whose declared gap running services answer."""
    ids = [row.issue_id for row in rows if row.state is IssueState.GAP]
    sql = f"select issue_id from {answered_gaps_sql('issues.issue_id = any($1::uuid[])')} found"
    return frozenset(row["issue_id"] for row in await snapshot.fetch(sql, ids)) if ids else frozenset()


async def proposal_for(snapshot: Snapshot, issue: IssueRow) -> ProposalState | None:
    """The state of the issue's proposal; of the parts of one that was split, that of the one that binds most.

    One that waits for its answer binds before one that was returned, then one whose service runs. `None`: it has none.
    """
    found = await snapshot.select(proposals, "where issue_id = $1", issue.issue_id)
    return min((proposal.state for proposal in found), key=binding, default=None)


def binding(state: ProposalState) -> tuple[bool, bool, bool]:
    """The order in which states of the proposals for an issue bind it: the least one first."""
    return state.closed, state is ProposalState.RETURNED, state is not ProposalState.LAUNCHED


async def searches_for(snapshot: Snapshot, ids: Sequence[UUID]) -> Sequence[SearchRow]:
    """The searches without a match for these needs where they are now, the oldest first."""
    here = "need_area = (select area from needs where needs.need_id = searches.need_id)"
    condition = f"where need_id = any($1::uuid[]) and {here} order by searched_at, search_id"
    return await snapshot.select(searches, condition, list(ids))


async def searched_for(
    snapshot: Snapshot, rows: Sequence[NeedRow], found: Sequence[SearchRow]
) -> tuple[NeedSearched, ...]:
    """What matching said of those of these needs that wait; `found`: their searches without a match, oldest first."""
    ids = [row.need_id for row in rows if row.people_waiting]
    in_vain = {search.need_id: search.searched_at for search in found}
    offered = await snapshot.select(proposed, "where need_id = any($1::uuid[]) order by proposed_at", ids)
    pending = {row.need_id for row in offered if row.pending}
    last = {row.need_id: row.proposed_at for row in offered}
    return tuple(NeedSearched(one, in_vain.get(one), last.get(one), one in pending) for one in ids)


async def count_needs(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[NeedCount]:
    """Needs known by this day, and their people, by area, state and kind. The states are those that they have now."""
    found = await snapshot.fetch(
        f"""select area, {NEED_STATE} as need_state, support_kind, count(*), sum({people_in_state_sql()})::bigint
              from needs where area = any($1::text[]) and not by_mistake and recorded_on <= $2 group by 1, 2, 3""",
        list(areas),
        day,
    )
    return [NeedCount(*record) for record in found]


async def needs_that_wait(snapshot: Snapshot, areas: Sequence[str], kind: SupportKind) -> Sequence[NeedRow]:
    """Needs of these areas that wait for this kind of support: the newest thousand."""
    return await snapshot.select(
        needs,
        f"where area = any($1::text[]) and support_kind = $2 and {_WAITS}"
        " order by recorded_at desc, need_id limit 1000",
        list(areas),
        kind,
    )


async def demand(
    snapshot: Snapshot, areas: Sequence[str], kind: SupportKind | None, day: date, since: date
) -> Sequence[KindDemand]:
    """What is asked for on a day, by area and kind and by kind, in the order of areas, and what was met since a day.

    Only needs known by `day`, and met by then, count. Whether they wait is what is so now.
    """
    met = f"state = '{NeedState.MET}' and met_on between $4 and $3::date"
    found = await snapshot.fetch(
        f"""select area, support_kind, count(*) filter (where {_WAITS}) as waiting,
                   coalesce(sum(people_waiting) filter (where {_WAITS}), 0)::bigint as people_waiting,
                   percentile_disc(0.5) within group (order by $3::date - recorded_on)
                       filter (where {_WAITS}) as median,
                   max($3::date - recorded_on) filter (where {_WAITS}) as oldest,
                   count(*) filter (where {met}) as met,
                   coalesce(sum(people_helped) filter (where {met}), 0)::bigint as people_met,
                   {people_by_weekday_sql()} as by_day
              from needs where area = any($1::text[]) and ($2::text is null or support_kind = $2)
               and recorded_on <= $3::date
             group by grouping sets ((area, support_kind), (support_kind))
            having bool_or({_WAITS}) or bool_or({met})
             order by area, support_kind""",
        list(areas),
        kind,
        day,
        since,
    )
    return [KindDemand(*record) for record in found]


async def needs_saying(snapshot: Snapshot, said: Collection[Said], day: date) -> Mapping[Said, Sequence[UUID]]:
    """The needs that say the same as each of these, became known on this day and want support, the oldest first."""
    areas, people = {area for area, *_ in said}, {facts.people for _, _, facts, *_ in said}
    rows = await snapshot.select(
        needs,
        "where area = any($1::text[]) and recorded_at >= $2 and recorded_on = $3 and people = any($4::int[])"
        " order by recorded_at, need_id",
        sorted(areas),
        datetime.combine(day, time(), JAPAN),  # nothing is recorded before it happens; by this the index finds the rows
        day,
        sorted(people),
    )
    found: dict[Said, list[UUID]] = {}
    for row in rows:
        facts = NeedFacts(**{field.name: getattr(row, field.name) for field in fields(NeedFacts)})
        same = said_of(row.area, row.support_kind, facts, row.source, row.survey_id)
        if same in said and row.state.wants_support:
            found.setdefault(same, []).append(row.need_id)
    return found


async def count_issues(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[IssueCount]:
    """Issues raised by `day` and declared gaps by area. The states are those that they have now."""
    found = await snapshot.fetch(
        f"""select area, count(*), count(*) filter (where state = $2 and found.issue_id is null), count(found.issue_id)
              from issues left join {_ANSWERED} found using (issue_id)
             where area = any($1::text[]) and state <> $3 and raised_on <= $4 group by 1""",
        list(areas),
        IssueState.GAP,
        IssueState.CLOSED,
        day,
    )
    return [IssueCount(*record) for record in found]

"""The trace of a thing through the four services: links between things are followed both ways, then their events read.

    need → its matches and searches
    need → issue → gap → proposal (→ the merged one) → service → resource → its matches for that need

Who may see the thing sees the whole trace; of needs, and of matches and searches for them, only those in the territory.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from shiendomain.areas import AreaTree, Territory
from shienevents import NotFound, Snapshot
from shienweb import Answer, SentenceOfPeople

from .drawing import Drawn, draw_trace
from .projections import trail
from .projections.trail import TrailRow

MOST_EVENTS = 500

# A city-wide issue, and its proposal, are also of the districts whose needs are in it.
_NEEDS_AREAS = "(select array_agg(distinct needs.area) from needs where need_id = any({view}.needs))"
_KIND = f"""
select 'need' as kind, area, null::text[] as reached from needs where need_id = $1
union all select 'issue', area, {_NEEDS_AREAS.format(view="issues")} from issues where issue_id = $1
union all select 'proposal', area, {_NEEDS_AREAS.format(view="proposals")} from proposals where proposal_id = $1
union all select 'service', area, {_NEEDS_AREAS.format(view="proposals")} from proposals where $1 = any(services)
union all select 'match', need_area, null from matches where match_id = $1
union all select 'resource', area, service_areas from resources where resource_id = $1
union all select 'cohort', area, null from cohorts where cohort_id = $1
union all select 'venue', area, null from venues where venue_id = $1
union all select 'place', area, null from places where place_id = $1
"""

_EVENTS = """
where id in (
    select id from trail where subject = any($1)
    union
    select event from mentions where mentioned = any($2) and type like 'matching.no_match_found.%'
    union
    select event from mentions
        where mentioned = any($3)
        and (
            type like 'escalation.council_meeting_held.%' or type like 'escalation.meeting_%'
            or type like 'escalation.self_help_%'
        )
)
order by occurred_at, recorded_at, stream, version limit $4
"""

# A thing without a row of its own here (a provider, a survey, a contact) belongs where it was moved last.
_MENTIONING = """
where id in (select event from mentions where mentioned = $1)
and coalesce(
    (select moved.area from trail moved
      where moved.subject = $1 and trail.subject = $1 and moved.type like '%\\_moved.%'
      order by moved.version desc limit 1),
    area) = any($2)
order by occurred_at, recorded_at, stream, version limit $3
"""

# A closed issue still names the needs that it had.
_ISSUES = """
select issue_id from needs where need_id = any($1)
union select issue_id from issues where needs && $1
"""
_ALONE = "where subject = $1 order by occurred_at, recorded_at, stream, version limit $2"

# What happened to a need before its area was corrected happened elsewhere, and is still its own.
_CORRELATED = """
where correlation = $1
and (area = any($2) or subject in (select need_id from needs where correlation = $1 and area = any($2)))
order by occurred_at, recorded_at, stream, version limit $3
"""


class TraceEvent(Answer):
    """One event of a trace. `mentions` are the ids it names that are part of the trace; `role`, `body`: who acted."""

    id: UUID
    recorded_at: datetime
    occurred_at: datetime
    source: str
    type: str
    stream: str
    version: int
    area: str
    correlation: UUID | None
    causation: UUID | None
    role: str
    body: str
    subject: UUID | None
    mentions: tuple[UUID, ...]
    ja: SentenceOfPeople
    en: SentenceOfPeople


class Trace(Answer):
    """The events in the order they happened; of one moment, as they were recorded. `truncated`: there are more."""

    id: UUID
    kind: str
    events: tuple[TraceEvent, ...]
    truncated: bool
    position: str
    stale: bool
    parked: Mapping[str, int]

    def drawing(self) -> str:
        """The trace as SVG."""
        title = f"経過図（{len(self.events)} 件{'、一部のみ' if self.truncated else ''}）"
        drawn = [Drawn(one.id, one.occurred_at, one.source, one.causation, one.ja) for one in self.events]
        return draw_trace(drawn, title)


@dataclass(frozen=True, slots=True)
class Things:
    """The ids of the things in a trace."""

    needs: frozenset[UUID] = frozenset()
    issues: frozenset[UUID] = frozenset()
    proposals: frozenset[UUID] = frozenset()
    services: frozenset[UUID] = frozenset()
    resources: frozenset[UUID] = frozenset()
    matches: frozenset[UUID] = frozenset()
    known: frozenset[UUID] = field(init=False)

    def __post_init__(self) -> None:
        every = (self.needs, self.issues, self.proposals, self.services, self.resources, self.matches)
        object.__setattr__(self, "known", frozenset[UUID]().union(*every))


async def trace(seen: Snapshot, thing: UUID, territory: Territory, tree: AreaTree) -> Trace:
    """The trace of a need, issue, proposal, service, resource or match, of a correlation id, or of anything else.

    Of anything else (a council, a post, a provider, an outreach) it is the events of the territory that name it.

    Raises `NotFound` for what is unknown or outside the territory.
    """
    kind, found, known = await _found(seen, thing, territory, tree)
    events = tuple(_event(row, known) for row in found[:MOST_EVENTS])
    truncated = len(found) > MOST_EVENTS
    return Trace(
        id=thing, kind=kind, events=events, truncated=truncated, position=seen.token, stale=seen.stale,
        parked=seen.parked,
    )  # fmt: skip


async def _found(
    seen: Snapshot, thing: UUID, territory: Territory, tree: AreaTree
) -> tuple[str, Sequence[TrailRow], Collection[UUID] | None]:
    codes = list(territory.codes)
    start = await seen.fetch(_KIND, thing)
    if not start:
        correlated = await seen.select(trail, _CORRELATED, thing, codes, MOST_EVENTS + 1)
        if correlated:
            return "correlation", correlated, None
        mentioning = await seen.select(trail, _MENTIONING, thing, codes, MOST_EVENTS + 1)
        if not mentioning:
            raise NotFound("trace.unknown")
        return "thing", mentioning, None
    kind, area, reached = start[0]
    within = any(map(territory.covers, (area, *(reached or ()))))
    if not within and not (kind in _FROM_ABOVE and _above(reached or (area,), territory, tree)):
        raise NotFound("trace.unknown")
    if kind not in _FIELDS:  # what is developed leads to no need
        return kind, await seen.select(trail, _ALONE, thing, MOST_EVENTS + 1), {thing}
    things = await _walk(seen, kind, thing, codes)
    subjects = list(things.known - things.services)
    dealt_with = list(things.issues | things.proposals)
    found = await seen.select(trail, _EVENTS, subjects, list(things.needs), dealt_with, MOST_EVENTS + 1)
    return kind, found, things.known


_FROM_ABOVE = ("resource", "proposal", "service")
"""A resource may serve an area above. What the council of an area above proposes for all of it names no needs."""


def _above(areas: Collection[str], territory: Territory, tree: AreaTree) -> bool:
    """Whether the whole territory lies in one of these areas."""
    above = {code for given in territory.given for code in tree.ancestors(given)}
    return not above.isdisjoint(areas)


async def _walk(seen: Snapshot, kind: str, thing: UUID, codes: Sequence[str]) -> Things:
    """Follow the links back to where the thing comes from, and from there forward to all that came of it."""
    things = Things(**{_FIELDS[kind]: frozenset({thing})})
    things = await _back(seen, kind, things, codes)
    issues = await _ids(seen, _ISSUES, things.needs)
    if things.issues or kind != "resource":  # a resource of no service serves many needs, each with its own trace
        things = replace(things, issues=things.issues | issues)
    proposals = await _ids(seen, "select proposal_id from proposals where issue_id = any($1)", things.issues)
    things = replace(things, proposals=things.proposals | proposals)
    merged = await _ids(seen, "select proposal_id from proposals where origins && $1", things.proposals)
    things = replace(things, proposals=things.proposals | merged)
    services = await _ids(seen, "select unnest(services) from proposals where proposal_id = any($1)", things.proposals)
    resources = await _ids(seen, "select resource_id from resources where service_id = any($1)", services)
    things = replace(things, services=things.services | services, resources=things.resources | resources)
    if kind == "resource" and not things.services:
        return things
    sql = "select match_id from matches where need_id = any($1) and need_area = any($2)"
    return replace(things, matches=things.matches | await _ids(seen, sql, things.needs, codes))


_FIELDS = {
    "need": "needs", "issue": "issues", "proposal": "proposals", "service": "services", "match": "matches",
    "resource": "resources",
}  # fmt: skip


async def _back(seen: Snapshot, kind: str, things: Things, codes: Sequence[str]) -> Things:
    if kind == "resource":
        services = await _ids(seen, "select service_id from resources where resource_id = any($1)", things.resources)
        things = replace(things, services=services)
        if not services:
            sql = "select match_id from matches where resource_id = any($1) and need_area = any($2)"
            things = replace(things, matches=await _ids(seen, sql, things.resources, codes))
    if things.services:
        sql = "select proposal_id from proposals where services && $1"
        things = replace(things, proposals=await _ids(seen, sql, things.services))
    if things.proposals:
        sql = "select unnest(origins) from proposals where proposal_id = any($1)"
        things = replace(things, proposals=things.proposals | await _ids(seen, sql, things.proposals))
        sql = "select issue_id from proposals where proposal_id = any($1)"
        things = replace(things, issues=await _ids(seen, sql, things.proposals))
    needs = things.needs | await _ids(seen, "select need_id from matches where match_id = any($1)", things.matches)
    needs |= await _ids(seen, "select unnest(needs) from issues where issue_id = any($1)", things.issues)
    needs |= await _ids(seen, "select unnest(needs) from proposals where proposal_id = any($1)", things.proposals)
    ours = "select need_id from needs where need_id = any($1) and area = any($2)"
    return replace(things, needs=await _ids(seen, ours, needs, codes))


async def _ids(seen: Snapshot, sql: str, within: Collection[UUID], *more: object) -> frozenset[UUID]:
    if not within:
        return frozenset()
    return frozenset(row[0] for row in await seen.fetch(sql, list(within), *more) if row[0] is not None)


def _event(row: TrailRow, known: Collection[UUID] | None) -> TraceEvent:
    mentions = tuple(one for one in row.mentions if known is None or one in known)
    return TraceEvent.model_validate(replace(row, mentions=mentions), from_attributes=True)

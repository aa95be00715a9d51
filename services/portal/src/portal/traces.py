"""The way of a thing through the four services: its links are walked both ways, and the events on it are read.

    need → its matches and searches
    need → issue → gap → proposal → service → resource → its matches for that need

Who may see where it begins sees the whole way to its answer; of needs, and of matches and searches for them, only those
of the asker's own areas.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import asyncpg

from shiendomain.areas import AreaTree, Territory
from shienevents import NotFound, Snapshot
from shienweb import Answer

from .drawing import Drawn, draw_trace

MOST_EVENTS = 500

_KIND = """
select 'need' as kind, area, null::text[] as service_areas from needs where need_id = $1
union all select 'issue', area, null from issues where issue_id = $1
union all select 'proposal', area, null from proposals where proposal_id = $1
union all select 'service', area, null from proposals where service_id = $1
union all select 'match', need_area, null from matches where match_id = $1
union all select 'resource', area, service_areas from resources where resource_id = $1
"""

_EVENTS = """
with on_the_way as (
    select id from trail where subject = any($1)
    union
    select event from mentions where mentioned = any($2) and type like 'matching.no_match_found.%'
    union
    select event from mentions where mentioned = any($3) and type like 'escalation.council_meeting_held.%'
)
select t.* from trail t join on_the_way using (id) order by recorded_at, stream, version limit $4
"""

_CORRELATED = (
    "select * from trail where correlation = $1 and area = any($2) order by recorded_at, stream, version limit $3"
)


class TraceEvent(Answer):
    """One event on the way. `mentions` are the ids it names that are on the way too; `role` is who acted."""

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
    subject: UUID | None
    mentions: tuple[UUID, ...]
    ja: str
    en: str


class Trace(Answer):
    """The events on the way, as they were recorded. `truncated`: there are more than are shown."""

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
        drawn = [Drawn(one.id, one.recorded_at, one.source, one.causation, one.ja) for one in self.events]
        return draw_trace(drawn, title)


@dataclass(frozen=True, slots=True)
class Way:
    """The ids of the things on the way."""

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
    """The trace of a need, issue, proposal, service, resource or match, or of a correlation id.

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
) -> tuple[str, Sequence[asyncpg.Record], Collection[UUID] | None]:
    codes = list(territory.codes)
    start = await seen.fetch(_KIND, thing)
    if not start:
        correlated = await seen.fetch(_CORRELATED, thing, codes, MOST_EVENTS + 1)
        if not correlated:
            raise NotFound("trace.unknown")
        return "correlation", correlated, None
    kind, area, service_areas = start[0]
    if not (territory.covers(area) or _serves(service_areas or (), territory, tree)):
        raise NotFound("trace.unknown")
    way = await _walk(seen, kind, thing, codes)
    subjects = list(way.known - way.services)
    dealt_with = list(way.issues | way.proposals)
    found = await seen.fetch(_EVENTS, subjects, list(way.needs), dealt_with, MOST_EVENTS + 1)
    return kind, found, way.known


def _serves(service_areas: Collection[str], territory: Territory, tree: AreaTree) -> bool:
    """Whether a resource serves a part of the territory, or all of it and more."""
    reached = set(service_areas)
    above = {code for given in territory.given for code in tree.ancestors(given)}
    return any(map(territory.covers, reached)) or bool(reached & above)


async def _walk(seen: Snapshot, kind: str, thing: UUID, codes: Sequence[str]) -> Way:
    """Back to where the thing comes from, and from there forward to all that came of it."""
    way = Way(**{_PLACES[kind]: frozenset({thing})})
    way = await _back(seen, kind, way, codes)
    issues = await _ids(seen, "select issue_id from needs where need_id = any($1)", way.needs)
    if way.issues or kind != "resource":  # a resource of no service answers many needs, each with a way of its own
        way = replace(way, issues=way.issues | issues)
    proposals = await _ids(seen, "select proposal_id from proposals where issue_id = any($1)", way.issues)
    way = replace(way, proposals=way.proposals | proposals)
    services = await _ids(seen, "select service_id from proposals where proposal_id = any($1)", way.proposals)
    resources = await _ids(seen, "select resource_id from resources where service_id = any($1)", services)
    way = replace(way, services=way.services | services, resources=way.resources | resources)
    if kind == "resource" and not way.services:
        return way
    sql = "select match_id from matches where need_id = any($1) and need_area = any($2)"
    return replace(way, matches=way.matches | await _ids(seen, sql, way.needs, codes))


_PLACES = {
    "need": "needs", "issue": "issues", "proposal": "proposals", "service": "services", "match": "matches",
    "resource": "resources",
}  # fmt: skip


async def _back(seen: Snapshot, kind: str, way: Way, codes: Sequence[str]) -> Way:
    if kind == "resource":
        services = await _ids(seen, "select service_id from resources where resource_id = any($1)", way.resources)
        way = replace(way, services=services)
        if not services:
            sql = "select match_id from matches where resource_id = any($1) and need_area = any($2)"
            way = replace(way, matches=await _ids(seen, sql, way.resources, codes))
    if way.services:
        sql = "select proposal_id from proposals where service_id = any($1)"
        way = replace(way, proposals=await _ids(seen, sql, way.services))
    if way.proposals:
        sql = "select issue_id from proposals where proposal_id = any($1)"
        way = replace(way, issues=await _ids(seen, sql, way.proposals))
    needs = way.needs | await _ids(seen, "select need_id from matches where match_id = any($1)", way.matches)
    needs |= await _ids(seen, "select unnest(needs) from issues where issue_id = any($1)", way.issues)
    needs |= await _ids(seen, "select unnest(needs) from proposals where proposal_id = any($1)", way.proposals)
    ours = "select need_id from needs where need_id = any($1) and area = any($2)"
    return replace(way, needs=await _ids(seen, ours, needs, codes))


async def _ids(seen: Snapshot, sql: str, within: Collection[UUID], *more: object) -> frozenset[UUID]:
    if not within:
        return frozenset()
    return frozenset(row[0] for row in await seen.fetch(sql, list(within), *more) if row[0] is not None)


def _event(row: asyncpg.Record, known: Collection[UUID] | None) -> TraceEvent:
    mentions = row["mentions"] if known is None else [one for one in row["mentions"] if one in known]
    return TraceEvent.model_validate({**row, "mentions": tuple(mentions)})

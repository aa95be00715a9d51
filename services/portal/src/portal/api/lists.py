"""Lists of areas, resources, needs, matches and proposals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Self, TypeVar
from uuid import UUID

from shiendomain.areas import AreaNode
from shiendomain.rules import need_state
from shiendomain.states import IssueState, MatchState, NeedState, ProposalState, ResourceState
from shiendomain.vocabulary import NeedSource, Outcome, SupportKind, VerificationMethod
from shienweb import (
    READERS,
    Answer,
    AreaQuery,
    Condition,
    Context,
    FreshPage,
    Page,
    Pages,
    PeopleCount,
    Routes,
    freshness_of_list,
    serving,
)

from .. import views
from ..projections import matches, needs, proposals, resources
from ..projections.matches import MatchRow
from ..projections.needs import IssueRow, NeedRow
from ..projections.proposals import ProposalRow
from ..projections.resources import ResourceRow

routes = Routes()
R = TypeVar("R")
T = TypeVar("T")


class AreaOut(Answer):
    """One area of the territory."""

    area: str
    parent: str | None
    name: str
    kind: str
    tiers: tuple[str, ...]
    closed_on: date | None

    @classmethod
    def of(cls, node: AreaNode) -> Self:
        """The answer for an area of the tree."""
        return cls(
            area=node.code, parent=node.parent, name=node.name, kind=node.kind, tiers=node.tiers,
            closed_on=node.closed_on,
        )  # fmt: skip


class ResourceOut(Answer):
    """One resource. A provider that is registered has the registered name."""

    resource_id: UUID
    area: str
    state: ResourceState
    name: str
    kana: str
    support_kinds: tuple[SupportKind, ...]
    service_class: str | None
    service_areas: tuple[str, ...]
    provider_name: str
    schedule: str
    fee: str
    capacity: int | None
    service_id: UUID | None
    registered_on: date | None
    verified_on: date | None
    verified_by: VerificationMethod | None
    version: int

    @classmethod
    def of(cls, row: ResourceRow) -> Self:
        """The answer for a row."""
        return cls.model_validate(row, from_attributes=True)


class NeedOut(Answer):
    """One need. `issue` is the title of the issue that it is grouped into."""

    need_id: UUID
    area: str
    support_kind: SupportKind | None
    people: PeopleCount
    people_helped: PeopleCount
    people_waiting: PeopleCount
    state: NeedState
    source: NeedSource | None
    issue_id: UUID | None
    issue: str | None
    match_id: UUID | None
    service_id: UUID | None
    recorded_on: date | None
    version: int

    @classmethod
    def of(cls, row: NeedRow, issue: IssueRow | None) -> Self:
        """The answer for a row and its issue."""
        gap = issue is not None and issue.state is IssueState.GAP
        return cls(
            need_id=row.need_id, area=row.area, support_kind=row.support_kind, people=row.people,
            people_helped=row.people_helped, people_waiting=row.people_waiting,
            state=need_state(row.state, gap), source=row.source,
            issue_id=row.issue_id, issue=issue.title if issue else None, match_id=row.match_id,
            service_id=row.service_id, recorded_on=row.recorded_on, version=row.version,
        )  # fmt: skip


class MatchOut(Answer):
    """One match, in the area of its need. `outcome` is that of a concluded one; `resource` is its resource's name."""

    match_id: UUID
    need_id: UUID | None
    need_area: str
    resource_id: UUID | None
    resource: str | None
    state: MatchState
    outcome: Outcome | None
    people: PeopleCount
    people_helped: PeopleCount
    proposed_on: date | None
    version: int

    @classmethod
    def of(cls, row: MatchRow, resource: str | None) -> Self:
        """The answer for a row and the name of its resource."""
        return cls(
            match_id=row.match_id, need_id=row.need_id, need_area=row.need_area, resource_id=row.resource_id,
            resource=resource, state=row.state, outcome=row.outcome, people=row.people,
            people_helped=row.people_helped, proposed_on=row.proposed_on, version=row.version,
        )  # fmt: skip


class ProposalOut(Answer):
    """One proposal, and the service that came of it. `escalated_on` is the day from which it waits.

    One that is part of a merged one has the `answer` of that one; a merged one has its `origins`. One that was split
    has its `parts`; a part names the one it was `split_from`.
    """

    proposal_id: UUID
    area: str
    target_area: str
    issue_id: UUID | None
    title: str
    support_kind: SupportKind | None
    state: ProposalState
    merged_into: UUID | None
    answer: ProposalState | None
    origins: tuple[UUID, ...]
    parts: tuple[UUID, ...]
    split_from: UUID | None
    needs: tuple[UUID, ...]
    escalated_on: date | None
    due_on: date | None
    deferred_until: date | None
    reminded_on: date | None
    service_id: UUID | None
    service_name: str
    round: int
    version: int

    @classmethod
    def of(cls, row: ProposalRow) -> Self:
        """The answer for a row."""
        return cls.model_validate(row, from_attributes=True)


@routes.get("/areas", may=READERS)
async def list_areas(context: Context) -> Sequence[AreaOut]:
    """The areas of the territory, in the order of their codes, without those recorded by mistake."""
    nodes = (context.tree.areas[code] for code in context.territory.codes if code in context.tree)
    return [AreaOut.of(node) for node in nodes if not node.mistake]


@routes.get("/resources", may=READERS)
async def show_resources(
    context: Context, pages: Pages, area: AreaQuery = None, state: ResourceState | None = None
) -> FreshPage[ResourceOut]:
    """Resources at home in the territory, and those that serve it from elsewhere."""
    where = [serving(context.tree, context.areas_within(area))]
    async with context.snapshot() as seen:
        page = await context.list_rows(
            seen, resources, {"state": state}, pages, order=("resource_id",), where=where, as_=_unchanged
        )
        named = {row.resource_id: row for row in await views.with_provider_names(seen, page.items)}
        fresh = await freshness_of_list(context, seen, area)
    shown = _each(page, lambda row: ResourceOut.of(named[row.resource_id]))
    return FreshPage(**vars(shown), freshness=fresh)


@routes.get("/needs", may=READERS)
async def show_needs(
    context: Context, pages: Pages, area: AreaQuery = None, state: NeedState | None = None
) -> Page[NeedOut]:
    """Needs of the territory."""
    where = [Condition(f"{views.NEED_STATE} = {{}}", state) if state else None]
    filters = {"area": context.areas_within(area)}
    async with context.snapshot() as seen:
        page = await context.list_rows(seen, needs, filters, pages, order=("need_id",), where=where, as_=_unchanged)
        grouped = await views.issues_of(seen, page.items)
    return _each(page, lambda row: NeedOut.of(row, grouped.get(row.issue_id)))


@routes.get("/matches", may=READERS)
async def show_matches(
    context: Context, pages: Pages, area: AreaQuery = None, state: MatchState | None = None
) -> Page[MatchOut]:
    """Matches of the territory's needs."""
    filters = {"need_area": context.areas_within(area), "state": state}
    async with context.snapshot() as seen:
        page = await context.list_rows(seen, matches, filters, pages, order=("match_id",), as_=_unchanged)
        names = await views.resource_names(seen, page.items)
    return _each(page, lambda row: MatchOut.of(row, names.get(row.resource_id)))


@routes.get("/proposals", may=READERS)
async def show_proposals(
    context: Context, pages: Pages, area: AreaQuery = None, state: ProposalState | None = None
) -> Page[ProposalOut]:
    """Proposals of the territory."""
    filters = {"area": context.areas_within(area), "state": state}
    async with context.snapshot() as seen:
        return await context.list_rows(seen, proposals, filters, pages, order=("proposal_id",), as_=ProposalOut.of)


def _unchanged(row: R) -> R:
    """The row itself: its answer also needs rows of another view."""
    return row


def _each(page: Page[R], answer: Callable[[R], T]) -> Page[T]:
    """The page with an answer made of each row."""
    items = tuple(map(answer, page.items))
    return Page(items=items, next_cursor=page.next_cursor, position=page.position, stale=page.stale)

"""Routes of issues (地域課題) and their gaps."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.vocabulary import AreaCode, Missing, Name, Text
from shienevents import NotFound, Snapshot
from shienweb import Answer, AreaQuery, Ask, Asking, Body, Done, Page, Pages, Routes, example

from .. import views
from ..decider.issue import DeclareGap, NeedSeen, RaiseIssue, SearchSeen
from .need import NeedOut

routes = Routes("needs", tags=["issues"])


class NewIssue(Body):
    """Open needs of one kind within the area, put together, and the council they are raised with."""

    model_config = example(
        area="272108-03",
        council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        title="買い物への移動手段がない",
        summary="坂が多くバスが減った",
        needs=["0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a"],
    )

    area: AreaCode
    council_id: UUID
    title: Name
    summary: Text = ""
    needs: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]


class NewGap(Body):
    """What is missing, where no search was made; searches in vain for the issue's needs are added to it."""

    model_config = example(missing=["kind"])

    missing: Annotated[tuple[Missing, ...], Field(max_length=len(Missing))] = ()


class IssueOut(Answer):
    """An issue, the ids of its needs, and its gap once that is declared."""

    issue_id: UUID
    area: str
    council_id: UUID
    title: str
    summary: str
    needs: tuple[UUID, ...]
    gap: bool
    missing: tuple[Missing, ...]
    searches: tuple[UUID, ...]
    recorded_at: datetime
    correlation: UUID
    version: int


class SearchInVain(Answer):
    """A search that found nothing for one of an issue's needs."""

    search_id: UUID
    missing: tuple[Missing, ...]


class IssueWithNeeds(IssueOut):
    """An issue with its needs as they stand now."""

    needs_now: tuple[NeedOut, ...]


async def issue_of(seen: Snapshot, ask: Asking, issue_id: UUID) -> views.Record:
    """An issue of the territory. Raises `NotFound`."""
    issue = await views.issue(seen, issue_id)
    if issue is None or not ask.territory.covers(issue["area"]):
        raise NotFound("issue.unknown")
    return issue


@routes.post("/issues", status_code=201)
async def raise_issue(body: NewIssue, ask: Ask) -> Done:
    """Put needs together as an issue and raise it with a council. It belongs to the thread of its oldest need."""
    home = await ask.home(body.area)
    async with ask.snapshot() as seen:
        council = await views.council(seen, body.council_id)
        needs = [NeedOut(**row) for row in await views.needs_of(seen, body.needs)]
    if council is None or not ask.territory.covers(council["area"]):
        raise NotFound("council.unknown")
    if len(needs) < len(set(body.needs)) or not all(ask.territory.covers(need.area) for need in needs):
        raise NotFound("need.unknown")
    by_id = {need.need_id: need for need in needs}
    issue_id = ask.new_id()
    command = RaiseIssue(
        issue_id=issue_id,
        home=home,
        council_id=body.council_id,
        title=body.title,
        summary=body.summary,
        needs=tuple(need_seen(by_id[need_id]) for need_id in body.needs),
        areas=ask.tree.subtree(body.area),
        area_path=(body.area, *ask.tree.ancestors(body.area)),
        council_area=council["area"],
    )
    thread = min(needs, key=lambda need: need.recorded_at).correlation
    return await ask.do(command, id=issue_id, correlation=thread)


def need_seen(need: NeedOut) -> NeedSeen:
    """The facts of a need that an issue is judged by."""
    return NeedSeen(need.need_id, need.area, need.people, need.support_kind, need.state)


@routes.post("/issues/{issue_id}/gap", status_code=201)
async def declare_gap(issue_id: UUID, body: NewGap, ask: Ask) -> Done:
    """Declare that nothing there is answers the issue: by searches in vain, by what you say is missing, or both."""
    async with ask.snapshot() as seen:
        issue = await issue_of(seen, ask, issue_id)
        needs = [NeedOut(**row) for row in await views.needs_of(seen, issue["needs"])]
        searches = [SearchInVain(**row) for row in await views.searches_for(seen, issue["needs"])]
    if not needs:
        raise NotFound("need.unknown")
    command = DeclareGap(
        issue_id=issue_id,
        support_kind=needs[0].support_kind,
        missing=body.missing,
        searches=tuple(SearchSeen(search.search_id, search.missing) for search in searches),
    )
    return await ask.do(command, id=issue_id, correlation=issue["correlation"])


@routes.get("/issues")
async def list_issues(
    ask: Ask,
    paging: Pages,
    area: AreaQuery = None,
    gap: Annotated[bool | None, Query(description="Only those with a declared gap, or only those without")] = None,
) -> Page[IssueOut]:
    """List issues, the newest first."""
    areas = ask.areas_within(area)
    async with ask.snapshot() as seen:
        found = await views.list_issues(
            seen, areas, gap=gap, after=paging.after(datetime, UUID), limit=paging.limit + 1
        )
        items = [IssueOut(**row) for row in found]
        return ask.page(seen, items, paging, key=lambda item: (item.recorded_at, item.issue_id))


@routes.get("/issues/{issue_id}")
async def show_issue(issue_id: UUID, ask: Ask) -> IssueWithNeeds:
    """Show an issue with its needs as they stand now."""
    async with ask.snapshot() as seen:
        issue = await issue_of(seen, ask, issue_id)
        needs = await views.needs_of(seen, issue["needs"])
    ask.etag(issue["version"])
    return IssueWithNeeds(**issue, needs_now=tuple(NeedOut(**need) for need in needs))

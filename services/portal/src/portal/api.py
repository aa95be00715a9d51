"""The portal's JSON: boards of both tiers, traces, and lists. No rule lives here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Query, Request, Response

from shiendomain.states import MatchState, NeedState, ProposalState, ResourceState
from shiendomain.vocabulary import AreaCode, SupportKind
from shienweb import Answer, Ask, Asking, Page, Pages, Paging, Routes

from . import views
from .board_answers import BoardAnswer, BoardAnswers
from .traces import Trace, trace

T = TypeVar("T", bound=Answer)
InArea = Annotated[AreaCode | None, Query(description="Only this area and those below it")]


class AreaOut(Answer):
    """One area of the asker's territory."""

    area: str
    parent: str | None
    name: str
    kind: str
    tiers: tuple[str, ...]
    closed_on: date | None


class ResourceOut(Answer):
    """One resource."""

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
    version: int


class NeedOut(Answer):
    """One need. `issue` is the title of the issue it became part of."""

    need_id: UUID
    area: str
    support_kind: SupportKind | None
    people: int
    state: NeedState
    gap: bool
    issue_id: UUID | None
    issue: str | None
    match_id: UUID | None
    service_id: UUID | None
    helped: int
    recorded_on: date | None
    version: int


class MatchOut(Answer):
    """One match, in the area of its need."""

    match_id: UUID
    need_id: UUID | None
    need_area: str
    resource_id: UUID | None
    resource: str | None
    state: MatchState
    people: int
    helped: int
    proposed_on: date | None
    version: int


class ProposalOut(Answer):
    """One proposal, and the service that came of it."""

    proposal_id: UUID
    area: str
    target_area: str
    issue_id: UUID | None
    title: str
    support_kind: SupportKind | None
    state: ProposalState
    needs: tuple[UUID, ...]
    escalated_on: date | None
    due_on: date | None
    service_id: UUID | None
    service_name: str
    round: int
    version: int


def api_routes(answers: BoardAnswers) -> Routes:
    """The routes of the portal's JSON."""
    routes = Routes("portal")

    @routes.get("/boards/{area}")
    async def show_board(area: AreaCode, ask: Ask, request: Request, subtree: bool = False) -> BoardAnswer:
        """The board of an area; with `subtree=true` the sum over all areas below it, and each of their boards."""
        found = await answers.find(ask, area, subtree=subtree, after=request.query_params.get("after", ""))
        headers = {"Shien-Position": found.answer.position}
        return Response(found.json, media_type="application/json", headers=headers)  # type: ignore[return-value]

    @routes.get("/trace/{thing}.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
    async def draw_trace(thing: UUID, ask: Ask) -> Response:
        """The trace as a drawing: a lane for each service, time downwards."""
        async with ask.snapshot() as seen:
            found = await trace(seen, thing, ask.territory, ask.tree)
        return Response(found.drawing(), media_type="image/svg+xml", headers={"Shien-Position": found.position})

    @routes.get("/trace/{thing}")
    async def show_trace(thing: UUID, ask: Ask) -> Trace:
        """The way of a need, issue, proposal, service, resource, match or correlation id through all services."""
        async with ask.snapshot() as seen:
            return await trace(seen, thing, ask.territory, ask.tree)

    _lists(routes)
    return routes


def _lists(routes: Routes) -> None:
    @routes.get("/areas")
    async def list_areas(ask: Ask) -> Sequence[AreaOut]:
        """The areas of the territory, in the order of their codes."""
        nodes = [ask.tree.areas[code] for code in ask.territory.codes if code in ask.tree]
        return [
            AreaOut(
                area=node.code, parent=node.parent, name=node.name, kind=node.kind, tiers=node.tiers,
                closed_on=node.closed_on,
            )
            for node in nodes
        ]  # fmt: skip

    @routes.get("/resources")
    async def show_resources(
        ask: Ask, pages: Pages, area: InArea = None, state: ResourceState | None = None
    ) -> Page[ResourceOut]:
        """Resources of the territory."""
        return await _page(ask, pages, "resources", area, state, ResourceOut)

    @routes.get("/needs")
    async def show_needs(ask: Ask, pages: Pages, area: InArea = None, state: NeedState | None = None) -> Page[NeedOut]:
        """Needs of the territory."""
        return await _page(ask, pages, "needs", area, state, NeedOut)

    @routes.get("/matches")
    async def show_matches(
        ask: Ask, pages: Pages, area: InArea = None, state: MatchState | None = None
    ) -> Page[MatchOut]:
        """Matches of the territory's needs."""
        return await _page(ask, pages, "matches", area, state, MatchOut)

    @routes.get("/proposals")
    async def show_proposals(
        ask: Ask, pages: Pages, area: InArea = None, state: ProposalState | None = None
    ) -> Page[ProposalOut]:
        """Proposals of the territory."""
        return await _page(ask, pages, "proposals", area, state, ProposalOut)


async def _page(ask: Asking, pages: Paging, what: str, area: str | None, state: str | None, answer: type[T]) -> Page[T]:
    codes = ask.territory.codes
    if area is not None:
        ask.must_cover(area, "area.unknown")
        codes = ask.tree.subtree(area)
    after = pages.after(UUID)
    key = f"{what.removesuffix('s') if what != 'matches' else 'match'}_id"
    async with ask.snapshot() as seen:
        rows = await views.listed(
            seen, what, codes, state=state, after=after[0] if after else None, limit=pages.limit + 1
        )
        items = [answer.model_validate(shown(row)) for row in rows]
        return ask.page(seen, items, pages, key=lambda item: (getattr(item, key),))


def shown(row: Any) -> dict[str, Any]:
    """A row as it is answered: a need says the state that its issue gives it."""
    values = dict(row)
    return {**values, "state": values.get("told_state", values["state"])}

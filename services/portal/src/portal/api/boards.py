"""Boards, and traces of a thing through all services."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from shiendomain.vocabulary import AreaCode
from shienweb import READERS, STAFF, Context, Routes

from ..board_answers import BoardAnswer, BoardAnswers
from ..demand import DemandAndSupply, demand_and_supply
from ..traces import Trace, trace

routes = Routes()


async def _boards(request: Request) -> BoardAnswers:
    found: BoardAnswers = request.app.state.boards
    return found


Boards = Annotated[BoardAnswers, Depends(_boards)]
"""The boards of this process, as `main.py` made them."""


@routes.get("/boards/{area}", may=READERS)
async def show_board(
    area: AreaCode, context: Context, boards: Boards, request: Request, subtree: bool = False
) -> BoardAnswer:
    """The board of an area; with `subtree=true` the sum over all areas below it, and each of their boards."""
    found = await boards.find(context, area, subtree=subtree, after=request.query_params.get("after", ""))
    headers = {"Shien-Position": found.answer.position}
    return Response(found.json, media_type="application/json", headers=headers)  # type: ignore[return-value]


@routes.get("/demand/{area}", may=STAFF)
async def show_demand(area: AreaCode, context: Context) -> DemandAndSupply:
    """Who waits for which support on which weekday, beside the resources that give it, and how it changed in a year."""
    return await demand_and_supply(context, area)


@routes.get(
    "/trace/{thing}.svg", may=STAFF, response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}}
)
async def draw_trace(thing: UUID, context: Context) -> Response:
    """The trace as a drawing: a lane for each service, time downwards."""
    async with context.snapshot() as seen:
        found = await trace(seen, thing, context.territory, context.tree)
    return Response(found.drawing(), media_type="image/svg+xml", headers={"Shien-Position": found.position})


@routes.get("/trace/{thing}", may=READERS)
async def show_trace(thing: UUID, context: Context) -> Trace:
    """The events about a need, issue, proposal, service, resource or match, about anything else, or of one thread."""
    async with context.snapshot() as seen:
        return await trace(seen, thing, context.territory, context.tree)

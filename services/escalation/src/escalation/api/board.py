"""The board of an area: its figures are the sums of its areas' figures, in one look."""

from __future__ import annotations

from shiendomain.days import today
from shiendomain.vocabulary import AreaCode
from shienweb import Ask, Routes, board_seen

from .. import views
from ..answers import AreaLine, Board

routes = Routes("escalation", tags=["boards"])


@routes.get("/boards/{area}")
async def show_board(area: AreaCode, ask: Ask) -> Board:
    """Proposals by state and by age: of the area with all below it, and of each of those, in one look."""
    codes, day = ask.areas_within(area), today()
    async with ask.snapshot() as seen:
        lines = tuple(AreaLine(name=ask.tree.name(row["area"]), **row) for row in await views.board(seen, codes, day))
        return Board(day=day, **board_seen(ask, seen, area, lines))

"""The board of an area: its figures are the sums of its areas' figures, in one look."""

from __future__ import annotations

from hashlib import sha256

from shienevents import canonical
from shienweb import Ask, Routes

from .. import views
from ..answers import AreaLine, Board, BoardLine
from .within import areas_within, today

routes = Routes("escalation", tags=["boards"])


@routes.get("/boards/{area}")
async def show_board(area: str, ask: Ask) -> Board:
    """Proposals by state and by age: of the area with all below it, and of each of those, in one look."""
    codes, day = areas_within(ask, area), today()
    async with ask.snapshot() as seen:
        lines = tuple(AreaLine(name=ask.tree.name(row["area"]), **row) for row in await views.board(seen, codes, day))
        total = {name: sum(getattr(line, name) for line in lines) for name in BoardLine.model_fields}
        return Board(
            area=area,
            day=day,
            total=BoardLine(**total),
            areas=lines,
            position=seen.token,
            digest=sha256(canonical([line.model_dump(mode="json") for line in lines])).hexdigest(),
            stale=seen.stale,
            parked=seen.parked,
        )

"""The board of an area: its figures are the sums of its areas' figures, from one snapshot."""

from __future__ import annotations

from datetime import date

from shiendomain.vocabulary import AreaCode
from shienweb import READERS, Answer, BoardAnswer, Context, Routes, board_fields

from .. import views

routes = Routes(tags=["boards"])


class BoardLine(Answer):
    """Proposals by state; those that wait, by the days since their waiting began; and how many are overdue."""

    escalated: int
    received: int
    returned: int
    deliberated: int
    adopted: int
    rejected: int
    deferred: int
    withdrawn: int
    designed: int
    launched: int
    ended: int
    waiting_to_30: int
    waiting_to_90: int
    waiting_longer: int
    overdue: int


class AreaLine(BoardLine):
    """The figures of one area."""

    area: str
    name: str


class Board(BoardAnswer):
    """The board of an area on a day: `total` is the sum of `areas`."""

    day: date
    total: BoardLine
    areas: tuple[AreaLine, ...]


@routes.get("/boards/{area}", may=READERS)
async def show_board(area: AreaCode, context: Context) -> Board:
    """Proposals by state and by age: of the area with all below it, and of each of those areas."""
    codes, day = context.areas_within(area), context.day
    async with context.snapshot() as snapshot:
        found = await views.board(snapshot, codes, day)
        lines = [AreaLine(name=context.tree.name(line["area"]), **line) for line in found]
        return Board(day=day, **board_fields(context, snapshot, area, lines))

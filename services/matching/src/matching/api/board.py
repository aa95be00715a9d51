"""The board of an area: its figures are the sums of its areas' figures, from one snapshot."""

from __future__ import annotations

from shiendomain.vocabulary import AreaCode
from shienweb import READERS, Answer, BoardAnswer, Context, PeopleCount, Routes, board_fields

from .. import views

routes = Routes(tags=["boards"])


class BoardLine(Answer):
    """Matches of an area's needs by state, people helped, and searches without a match."""

    proposed: int
    accepted: int
    concluded: int
    ended: int
    declined: int
    lapsed: int
    people_helped: PeopleCount
    searches_unmatched: int


class AreaLine(BoardLine):
    """The figures of one area."""

    area: str
    name: str


class Board(BoardAnswer):
    """The board of an area: `total` is the sum of `areas`."""

    total: BoardLine
    areas: tuple[AreaLine, ...]


@routes.get("/boards/{area}", may=READERS)
async def show_board(area: AreaCode, context: Context) -> Board:
    """Matches by state and searches without a match: of the area with all below it, and of each of those areas."""
    codes = context.areas_within(area)
    async with context.snapshot() as snapshot:
        found = await views.board(snapshot, codes, context.day)
        lines = [AreaLine(name=context.tree.name(line["area"]), **line) for line in found]
        return Board(**board_fields(context, snapshot, area, lines))

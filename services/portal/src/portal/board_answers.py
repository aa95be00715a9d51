"""Answers with boards: counted in one snapshot, and kept in this process until the views advance.

A board depends on three things: the rows that it counts, the day, and the area. The process whose consumer is active
knows the position of the views without a query, by the number of the last batch; the number also changes when parked
events are replayed or a view is switched. An answer is kept under that number, so a board that is asked for again costs
no query. When it has moved, and in a process whose consumer waits, the database is asked what changed: a board is
counted again only where a row of its own cities did, and not for the events of all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shiendomain.areas import AreaTree, municipality_of
from shiendomain.areas_view import tree_of
from shienevents import Kept, NotFound, Service, Snapshot, parse_token
from shienweb import Answer, OfPeople, RequestContext

from . import views
from .boards import BoardFigures, boards_of, digest_of_boards, total
from .cells import Cells


class AreaBoard(Answer):
    """The board of one area alone.

    `parent` is the area above it on the board: that which it became part of, when it has ended. The topmost has none.
    """

    area: str
    name: str
    parent: str | None
    board: BoardFigures


class BoardAnswer(Answer):
    """A board, and all that is needed to check it.

    `board` is the sum of the boards in `areas`, all counted in one snapshot, at `position`. `digest` is SHA-256 over
    the canonical JSON of those rows. `stale_after_days`: for so many days a verification counts. `stale`: the views
    were behind what the request waited for, or nothing comes of the cell that the area is of. `parked`: how many events
    each view could not take so far.
    """

    area: str
    name: str
    subtree: bool
    day: date
    stale_after_days: int
    board: BoardFigures
    areas: tuple[AreaBoard, ...]
    position: str
    digest: OfPeople
    stale: bool
    parked: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Counted:
    """An answer, and its JSON."""

    answer: BoardAnswer
    json: bytes


class BoardAnswers:
    """Answers with boards, kept until the views advance (`shienevents.Kept`)."""

    def __init__(self, service: Service, stale_after_days: int, cells: Cells) -> None:
        self._cells = cells
        self._consumer = service.consumer
        self._stale_after_days = stale_after_days
        self._kept: Kept[Counted] = Kept()

    async def find(self, context: RequestContext, area: str, *, subtree: bool, after: str = "") -> Counted:
        """The board of the area, alone or with all below it. Raises `NotFound`, `BadToken`, `Unavailable`."""
        context.must_cover(area, "area.unknown")
        day = context.day
        cell = (await self._cells.current()).of(area)
        away = cell is not None and cell.away_since is not None
        number = None if context.asked.as_of or away else self._number(after)
        key = (day, area, subtree)
        if number is not None and (kept := self._kept.get(number, key)):
            return kept
        async with context.snapshot() as seen:

            async def counted() -> Counted:
                answer = await count(seen, area, day, self._stale_after_days, subtree=subtree)
                answer = answer.model_copy(update={"stale": answer.stale or away})
                return Counted(answer, answer.model_dump_json().encode())

            found = await counted()
        if number is not None and not found.answer.stale:
            self._kept.keep(number, key, found)
        return found

    def _number(self, after: str) -> int | None:
        """The number of the views' last batch, read before the snapshot: an answer kept is never older."""
        consumer = self._consumer
        if not consumer.active or consumer.behind:
            return None
        state = consumer.state
        if after and not state.positions.covers(parse_token(after)):
            return None
        return state.number


async def count(seen: Snapshot, area: str, day: date, stale_after_days: int, *, subtree: bool) -> BoardAnswer:
    """Count the board in this snapshot. Raises `NotFound` for an area the views do not know."""
    tree = await tree_of(seen, day)
    below = tree.subtree(area)
    if area not in below:
        raise NotFound("area.unknown")

    async def counted() -> BoardAnswer:
        return await _count(seen, tree, area, day, stale_after_days, subtree=subtree)

    cities = {municipality_of(code) for code in below}
    key = ("board", day, area, subtree, stale_after_days)
    found = await seen.unless_changed(views.COUNTED, cities, key, counted)
    return found.model_copy(update={"position": seen.token, "stale": seen.stale, "parked": seen.parked})


async def _count(
    seen: Snapshot, tree: AreaTree, area: str, day: date, stale_after_days: int, *, subtree: bool
) -> BoardAnswer:
    codes = tree.subtree(area) if subtree else (area,)
    boards = boards_of(codes, await views.figures(seen, codes, day, stale_after_days))
    above = {child: code for code in codes for child in tree.children(code)}
    return BoardAnswer(
        area=area,
        name=tree.name(area),
        subtree=subtree,
        day=day,
        stale_after_days=stale_after_days,
        board=total(boards.values()),
        areas=tuple(
            AreaBoard(area=code, name=tree.name(code), parent=above.get(code), board=boards[code]) for code in codes
        ),
        position=seen.token,
        digest=digest_of_boards(boards),
        stale=seen.stale,
        parked=seen.parked,
    )

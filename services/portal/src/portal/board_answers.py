"""Answers with boards: counted in one snapshot, and kept in this process for as long as nothing has moved.

A board depends on three things: where the views stand, the day, and the area. While this process is the one that
folds, it knows without asking where they stand: by the number of the last batch, which also moves when parked events
are taken or a view is switched. So an answer is kept under that number, and an area that nothing happened to since the
last look costs no query. A process that stands by asks the database each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shiendomain.days import today
from shienevents import NotFound, Service, Snapshot, parse_token
from shienweb import Answer, Asking

from . import views
from .boards import Board, boards_of, digest_of_boards, total

_KEPT = 512  # answers


class AreaBoard(Answer):
    """The board of one area alone."""

    area: str
    name: str
    board: Board


class BoardAnswer(Answer):
    """A board, and all that is needed to check it.

    `board` is the sum of the boards in `areas`, all counted in one snapshot that stood at `position`. `digest` is
    SHA-256 over the canonical JSON of those rows. `stale`: the views were behind what the request waited for.
    `parked`: how many events each view could not take so far.
    """

    area: str
    name: str
    subtree: bool
    day: date
    stale_after_days: int
    board: Board
    areas: tuple[AreaBoard, ...]
    position: str
    digest: str
    stale: bool
    parked: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, and its JSON."""

    answer: BoardAnswer
    json: bytes


Key = tuple[int, date, str, bool]


class BoardAnswers:
    """Answers with boards. Bounded: those asked for longest ago are forgotten first."""

    def __init__(self, service: Service, stale_after_days: int) -> None:
        self._consumer = service.consumer
        self._stale_after_days = stale_after_days
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    async def find(self, ask: Asking, area: str, *, subtree: bool, after: str = "") -> Kept:
        """The board of the area, alone or with all below it. Raises `NotFound`, `BadToken`, `Unavailable`."""
        ask.must_cover(area, "area.unknown")
        day = today()
        number = self._number(after)
        key = (number or 0, day, area, subtree)
        if number is not None and (kept := self._kept.get(key)):
            self._kept.move_to_end(key)
            return kept
        async with ask.snapshot() as seen:
            answer = await count(seen, area, day, self._stale_after_days, subtree=subtree)
        found = Kept(answer, answer.model_dump_json().encode())
        if number is not None and not answer.stale:
            self._keep(key, found)
        return found

    def _number(self, after: str) -> int | None:
        """The batch the views stand at, read before any snapshot is: what is kept under it is never older."""
        consumer = self._consumer
        if not consumer.active or consumer.behind:
            return None
        state = consumer.state
        if after and not state.positions.covers(parse_token(after)):
            return None
        return state.number

    def _keep(self, key: Key, found: Kept) -> None:
        if self._kept and next(iter(self._kept))[0] != key[0]:
            self._kept.clear()  # the views have moved on: nobody will ask for these again
        self._kept[key] = found
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


async def count(seen: Snapshot, area: str, day: date, stale_after_days: int, *, subtree: bool) -> BoardAnswer:
    """Count the board in this snapshot. Raises `NotFound` for an area the views do not know."""
    names = await (views.subtree if subtree else views.name_of)(seen, area)
    if area not in names:
        raise NotFound("area.unknown")
    boards = boards_of(names, await views.figures(seen, list(names), day, stale_after_days))
    return BoardAnswer(
        area=area,
        name=names[area] or area,
        subtree=subtree,
        day=day,
        stale_after_days=stale_after_days,
        board=total(boards.values()),
        areas=tuple(AreaBoard(area=code, name=names[code] or code, board=boards[code]) for code in sorted(names)),
        position=seen.token,
        digest=digest_of_boards(boards),
        stale=seen.stale,
        parked=seen.parked,
    )

"""The board of an area: its figures are the sums of its areas' figures, in one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shiendomain.vocabulary import AreaCode, SupportKind
from shienweb import Answer, Ask, BoardAnswer, Routes, board_seen

from .. import views
from ..decider.need import NeedState

routes = Routes("needs", tags=["boards"])
_WAITING = (NeedState.OPEN, NeedState.GROUPED, NeedState.GAP)


class KindFigures(Answer):
    """Needs of one support kind that nothing answers yet, and their people."""

    waiting: int = 0
    people_waiting: int = 0


class Figures(Answer):
    """Needs and their people by state, issues, gaps, and by support kind what waits."""

    needs: dict[NeedState, int]
    people: dict[NeedState, int]
    issues: int
    gaps: int
    kinds: dict[SupportKind, KindFigures]


class AreaFigures(Figures):
    """The figures of one area itself, without those below it."""

    area: str
    name: str


class Board(BoardAnswer):
    """An area's figures: `total` is the sum of `areas`."""

    total: Figures
    areas: tuple[AreaFigures, ...]


@routes.get("/boards/{area}")
async def show_board(area: AreaCode, ask: Ask) -> Board:
    """Show the board of an area and all below it: tier 1 is the sum of tier 2."""
    ask.must_cover(area if area in ask.tree else None, "area.unknown")
    codes = ask.tree.subtree(area)
    async with ask.snapshot() as seen:
        needs = await views.count_needs(seen, codes)
        issues = await views.count_issues(seen, codes)
    rows = [
        AreaFigures(
            **figures([row for row in needs if row["area"] == code], [row for row in issues if row["area"] == code]),
            area=code,
            name=ask.tree.name(code),
        )
        for code in codes
    ]
    return Board(**board_seen(ask, seen, area, rows))


def figures(needs: Sequence[Mapping[str, object]], issues: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The figures of these counts."""

    def count(column: str, **only: object) -> int:
        return sum(int(str(row[column])) for row in needs if all(row[name] == want for name, want in only.items()))

    return {
        "needs": {state: count("needs", state=state) for state in NeedState},
        "people": {state: count("people", state=state) for state in NeedState},
        "issues": sum(int(str(row["issues"])) for row in issues),
        "gaps": sum(int(str(row["gaps"])) for row in issues),
        "kinds": {
            kind: KindFigures(
                waiting=sum(count("needs", state=state, support_kind=kind) for state in _WAITING),
                people_waiting=sum(count("people", state=state, support_kind=kind) for state in _WAITING),
            )
            for kind in SupportKind
        },
    }

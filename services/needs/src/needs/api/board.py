"""The board of an area: its figures are the sums of its areas' figures, in one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from shiendomain.states import NeedState
from shiendomain.vocabulary import AreaCode, SupportKind
from shienweb import OF_PEOPLE, READERS, Answer, BoardAnswer, Context, PeopleCount, Routes, board_fields

from .. import views
from ..views import IssueCount, NeedCount

routes = Routes(tags=["boards"])
_WAITING = [state for state in NeedState if state.unanswered]


class KindFigures(Answer):
    """Needs of one support kind that wait for support, and their people."""

    waiting: int
    people_waiting: PeopleCount


class Figures(Answer):
    """Needs and their people by state, issues, gaps, and by support kind what waits for support.

    `gaps` are open; `gaps_answered` are those of issues all of whose waiting needs running services reach.
    """

    needs: dict[NeedState, int]
    people: Annotated[dict[NeedState, int], OF_PEOPLE]
    issues: int
    gaps: int
    gaps_answered: int
    kinds: dict[SupportKind, KindFigures]


class AreaFigures(Figures):
    """The figures of one area itself, without those below it."""

    area: str
    name: str


class Board(BoardAnswer):
    """An area's figures: `total` is the sum of `areas`."""

    total: Figures
    areas: tuple[AreaFigures, ...]


@routes.get("/boards/{area}", may=READERS)
async def show_board(area: AreaCode, context: Context) -> Board:
    """Show the board of an area and all below it: tier 1 is the sum of tier 2."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    codes = context.tree.subtree(area)
    async with context.snapshot() as snapshot:
        needs = await views.count_needs(snapshot, codes, context.day)
        issues = await views.count_issues(snapshot, codes, context.day)
    areas = [
        figures(
            code,
            context.tree.name(code),
            [count for count in needs if count.area == code],
            next((count for count in issues if count.area == code), IssueCount(code, 0, 0, 0)),
        )
        for code in codes
    ]
    return Board(**board_fields(context, snapshot, area, areas))


def figures(area: str, name: str, needs: Sequence[NeedCount], issues: IssueCount) -> AreaFigures:
    """The figures of one area, from its counts."""
    waiting = [count for count in needs if count.state in _WAITING]
    return AreaFigures(
        area=area,
        name=name,
        needs={state: sum(count.needs for count in needs if count.state == state) for state in NeedState},
        people={state: sum(count.people for count in needs if count.state == state) for state in NeedState},
        issues=issues.issues,
        gaps=issues.gaps,
        gaps_answered=issues.gaps_answered,
        kinds={
            kind: waiting_figures([count for count in waiting if count.support_kind == kind]) for kind in SupportKind
        },
    )


def waiting_figures(waiting: Sequence[NeedCount]) -> KindFigures:
    """The figures of needs that wait for support."""
    return KindFigures(
        waiting=sum(count.needs for count in waiting), people_waiting=sum(count.people for count in waiting)
    )

"""The board of an area: its figures are the sums of its areas' figures, in one look."""

from __future__ import annotations

from collections.abc import Sequence

from shiendomain.vocabulary import AreaCode, SupportKind
from shienweb import Answer, Ask, BoardAnswer, Routes, board_seen

from .. import views
from ..decider.resource import ResourceState
from .resource import StaleBefore

routes = Routes("registry", tags=["boards"])


class Figures(Answer):
    """Resources by state, how many want verifying, and those that give by support kind (one of several in each)."""

    resources: dict[ResourceState, int]
    stale: int
    kinds: dict[SupportKind, int]


class AreaFigures(Figures):
    """The figures of one area itself, without those below it."""

    area: str
    name: str


class Board(BoardAnswer):
    """An area's figures: `total` is the sum of `areas`."""

    total: Figures
    areas: tuple[AreaFigures, ...]


@routes.get("/boards/{area}")
async def show_board(area: AreaCode, ask: Ask, before: StaleBefore) -> Board:
    """Show the board of an area and all below it: tier 1 is the sum of tier 2."""
    ask.must_cover(area if area in ask.tree else None, "area.unknown")
    codes = ask.tree.subtree(area)
    async with ask.snapshot() as seen:
        states = await views.count_states(seen, codes, before)
        kinds = await views.count_kinds(seen, codes)
    rows = [figures(code, ask.tree.name(code), states, kinds) for code in codes]
    return Board(**board_seen(ask, seen, area, rows))


def figures(area: str, name: str, states: Sequence[views.Record], kinds: Sequence[views.Record]) -> AreaFigures:
    """The figures of one area."""
    by_state = {row["state"]: row for row in states if row["area"] == area}
    by_kind = {row["kind"]: row["resources"] for row in kinds if row["area"] == area}
    return AreaFigures(
        area=area,
        name=name,
        resources={state: by_state[state]["resources"] if state in by_state else 0 for state in ResourceState},
        stale=sum(row["stale"] for row in by_state.values()),
        kinds={kind: by_kind.get(kind, 0) for kind in SupportKind},
    )

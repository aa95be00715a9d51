"""The board of an area: its figures are the sums of its areas' figures, in one snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from shiendomain.states import CouncilState, OutreachState, ResourceState
from shiendomain.vocabulary import AreaCode, SupportKind
from shienweb import READERS, Answer, BoardAnswer, Context, FreshnessOut, Routes, board_fields, freshness_shown

from .. import views
from ..views import KindCount, NetworkCount, StateCount
from .development import DevelopmentCounts, DevelopmentFigures

routes = Routes(tags=["boards"])
STANDING = tuple(state for state in OutreachState if state is not OutreachState.WITHDRAWN)
"""The states of outreach that is counted. What was recorded by mistake is not."""


class NetworkFigures(Answer):
    """Councils and outreach by state, what is due of them, partnerships that are active, and acknowledgements awaited.

    `reviews_due` are councils whose purpose is to be reviewed, `answers_overdue` outreach that waits too long, and
    `information_awaited` counts information once for each council and body of the area that has not acknowledged it.
    """

    councils: dict[CouncilState, int]
    reviews_due: int
    outreach: dict[OutreachState, int]
    answers_overdue: int
    partnerships: int
    information_awaited: int


class Figures(Answer):
    """Resources by state, how many are to be verified again, and those in use by support kind (several: in each)."""

    resources: dict[ResourceState, int]
    stale: int
    kinds: dict[SupportKind, int]
    network: NetworkFigures
    development: DevelopmentFigures


class AreaFigures(Figures):
    """The figures of one area itself, without those below it."""

    area: str
    name: str


class Board(BoardAnswer):
    """An area's figures: `total` is the sum of `areas`. `freshness` says how fresh the list of the area is."""

    total: Figures
    areas: tuple[AreaFigures, ...]
    freshness: FreshnessOut


@routes.get("/boards/{area}", may=READERS)
async def show_board(area: AreaCode, context: Context) -> Board:
    """Show the board of an area and all below it: tier 1 is the sum of tier 2."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    codes = context.tree.subtree(area)
    async with context.snapshot() as snapshot:
        states = await views.count_states(snapshot, codes, context.day, context.settings.stale_after_days)
        kinds = await views.count_kinds(snapshot, codes, context.day)
        network = await views.count_network(snapshot, codes, context.day)
        developed = await DevelopmentCounts.of(snapshot, codes, context.day)
        (fresh,) = await freshness_shown(context, snapshot, (area,))
    areas = [
        figures(
            code,
            context.tree.name(code),
            [count for count in states if count.area == code],
            [count for count in kinds if count.area == code],
            [count for count in network if count.area == code],
            developed.figures(code),
        )
        for code in codes
    ]
    return Board(**board_fields(context, snapshot, area, areas), freshness=fresh)


def figures(
    area: str,
    name: str,
    states: Sequence[StateCount],
    kinds: Sequence[KindCount],
    network: Sequence[NetworkCount],
    development: DevelopmentFigures,
) -> AreaFigures:
    """The figures of one area, from its counts."""
    return AreaFigures(
        area=area,
        name=name,
        resources={state: sum(one.resources for one in states if one.state == state) for state in ResourceState},
        stale=sum(one.stale for one in states),
        kinds={kind: sum(one.resources for one in kinds if one.support_kind == kind) for kind in SupportKind},
        network=network_figures(network),
        development=development,
    )


def network_figures(counts: Sequence[NetworkCount]) -> NetworkFigures:
    """The figures of the network of one area, from its counts."""
    found = {(one.figure, one.state): one.things for one in counts}
    return NetworkFigures(
        councils={state: found.get(("councils", state.value), 0) for state in CouncilState},
        reviews_due=found.get(("reviews_due", ""), 0),
        outreach={state: found.get(("outreach", state.value), 0) for state in STANDING},
        answers_overdue=found.get(("answers_overdue", ""), 0),
        partnerships=found.get(("partnerships", ""), 0),
        information_awaited=found.get(("information_awaited", ""), 0),
    )

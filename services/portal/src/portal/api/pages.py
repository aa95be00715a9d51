"""The pages: HTML made on the server, that works without scripts and prints well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from markupsafe import Markup

from shiendomain.areas import AreaTree
from shiendomain.days import today
from shiendomain.states import NeedState
from shiendomain.vocabulary import AreaCode, Weekday
from shienevents import Snapshot
from shienweb import STAFF, Context, RequestContext, Routes, freshness_shown

from .. import views
from ..area_map import draw_map, numbers_drawn
from ..bars import draw_bars
from ..board_answers import AreaBoard, BoardAnswer, BoardAnswers
from ..boards import BoardFigures, total
from ..demand import demand_and_supply
from ..development import Growth, development_of
from ..hand_over import hand_over
from ..network import Relation
from ..network_drawing import MOST_BODIES, draw_network
from ..page_words import Language
from ..practices import practices_of
from ..projections import needs
from ..rendering import SECTIONS, Render, Renderer, carried
from ..rounds import rounds_of, unserved_of
from ..traces import trace
from .boards import Boards
from .hand_overs import Documents, document, newest
from .lists import NeedOut
from .network import network_within

_STATIC = Path(__file__).parent.parent / "static"
_NEWEST = 20
_WAITING = [state for state in NeedState if state.unanswered]

routes = Routes(include_in_schema=False, default_response_class=HTMLResponse)
"""The pages for who is signed in."""

open_routes = APIRouter(include_in_schema=False)
"""What everybody may load: the files that pages need."""

open_routes.mount("/static", StaticFiles(directory=_STATIC), name="static")


@routes.get("/", may=STAFF)
async def front_page(context: Context, boards: Boards, renderer: Render) -> Response:
    """The board of the first area of the token."""
    known = [code for code in context.territory.given if code in context.tree]
    if not known:
        return page_of(renderer, "nothing.html", context, None, areas=context.territory.given)
    return await _board(renderer, context, boards, known[0], others=known[1:])


@routes.get("/areas/{area}", may=STAFF)
async def area_page(area: AreaCode, context: Context, boards: Boards, renderer: Render) -> Response:
    """The board of one area and of those below it, with the map and the newest needs."""
    return await _board(renderer, context, boards, area)


@routes.get("/areas/{area}/hand-over", may=STAFF)
async def hand_over_page(area: AreaCode, context: Context, renderer: Render) -> Response:
    """The hand-over document (引継書) of one area and of those below it as they are now, to be printed."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    async with context.snapshot() as seen:
        found = await hand_over(seen, area, context.day, context.settings.stale_after_days)
        handed_over = await newest(seen, context.tree.subtree(area))
    return page_of(
        renderer, "hand_over.html", context, area, document=found, digest=found.digest, fixed=None, undone=False,
        stale=seen.stale, parked=sum(seen.parked.values()), handed_over=handed_over, fresh=found.freshness,
    )  # fmt: skip


@routes.get("/hand-overs/{hand_over_id}/document", may=STAFF)
async def hand_over_document_page(
    hand_over_id: UUID, context: Context, renderer: Render, documents: Documents
) -> Response:
    """The document of a past hand-over as it was then."""
    found, undone = await document(context, documents, hand_over_id)
    return page_of(
        renderer, "hand_over.html", context, found.document.area, document=found.document,
        digest=found.digest, fixed=found, undone=undone,
        stale=False, parked=found.parked, handed_over=[], fresh=found.document.freshness,
    )  # fmt: skip


@routes.get("/areas/{area}/development", may=STAFF)
async def development_page(area: AreaCode, context: Context, renderer: Render) -> Response:
    """The supporters, venues, places to take part and activities of one area and of those below it."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    codes, day = context.tree.subtree(area), context.day
    async with context.snapshot() as seen:
        found = await development_of(seen, codes, day)
        position = seen.token
    drawn = {one.resource_id: _attendances(one) for one in found.growths}
    return page_of(
        renderer, "development.html", context, area, area=area, day=day, found=found, drawn=drawn, position=position
    )


@routes.get("/areas/{area}/demand", may=STAFF)
async def demand_page(area: AreaCode, context: Context, renderer: Render) -> Response:
    """Who waits for which support on which weekday, beside the resources that give it, and how it changed."""
    found = await demand_and_supply(context, area)
    days = [f"{day.month}/{day.day}" for day in found.days]
    drawn = {
        one.support_kind: Markup(draw_bars(list(zip(days, one.people_waited, strict=True)), "待つ人の推移（人）"))
        for one in found.kinds
    }
    return page_of(renderer, "demand.html", context, area, area=area, found=found, drawn=drawn, weekdays=tuple(Weekday))


@routes.get("/areas/{area}/rounds", may=STAFF)
async def rounds_page(area: AreaCode, context: Context, renderer: Render) -> Response:
    """The matching rounds of an area: what was proposed, where one more place helps most, why needs found nothing."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    async with context.snapshot() as seen:
        found = await rounds_of(seen, context.tree, area)
    return page_of(
        renderer, "rounds.html", context, area, area=area, name=context.tree.name(area), found=found,
        position=seen.token, stale=seen.stale, parked=seen.parked,
    )  # fmt: skip


@routes.get("/areas/{area}/network", may=STAFF)
async def network_page(area: AreaCode, context: Context, renderer: Render) -> Response:
    """Which bodies of one area and of those below it work together: the drawing, and the same as a table."""
    found, position, stale = await network_within(context, area)
    drawing = Markup(draw_network(found, f"{context.tree.name(area)}のネットワーク"))  # escapes every text
    return page_of(
        renderer, "network.html", context, area, area=area, found=found, drawing=drawing, relations=tuple(Relation),
        most=MOST_BODIES, position=position, stale=stale,
    )  # fmt: skip


@routes.get("/areas/{area}/practices", may=STAFF)
async def practices_page(area: AreaCode, context: Context, renderer: Render) -> Response:
    """The good practices (実践事例) of the municipality that an area lies in, by support kind."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    async with context.snapshot() as seen:
        found = await practices_of(seen, context.tree, area)
    return page_of(
        renderer, "practices.html", context, area, area=area, found=found, position=seen.token, stale=seen.stale
    )


@routes.get("/needs/{need_id}", may=STAFF)
async def need_page(need_id: UUID, context: Context, renderer: Render) -> Response:
    """One need and its trace through all services: the drawing, and the same as a table."""
    async with context.snapshot() as seen:
        row = await seen.get(needs, need_id)
        context.must_cover(row.area if row else None, "need.unknown")
        assert row is not None
        grouped = await views.issues_of(seen, [row])
        found = await trace(seen, need_id, context.territory, context.tree)
        left = await unserved_of(seen, need_id)
    need = NeedOut.of(row, grouped.get(row.issue_id))
    drawing = Markup(found.drawing())  # drawing.py escapes every text
    return page_of(renderer, "need.html", context, row.area, need=need, trace=found, drawing=drawing, left=left)


def page_of(renderer: Renderer, template: str, context: RequestContext, of: str | None, **values: Any) -> Response:
    """A page of this template about an area, for who is signed in. Of another cell it says where that is edited."""
    who, tree, territory = context.principal, context.tree, context.territory
    cell = renderer.cells.of(of)
    html = renderer.render(template, who=who, tree=tree, territory=territory, asked=context.asked, cell=cell, **values)
    return HTMLResponse(carried(html, context.asked))


async def _board(
    renderer: Renderer, context: RequestContext, boards: BoardAnswers, area: str, others: Sequence[str] = ()
) -> Response:
    found = (await boards.find(context, area, subtree=True)).answer
    codes = [row.area for row in found.areas]
    async with context.snapshot() as seen:
        newest = await views.newest_needs(seen, codes, _NEWEST)
        grouped = await views.issues_of(seen, newest)
        drawn = await map_of(seen, context.tree, found)
        (fresh,) = await freshness_shown(context, seen, (area,))
    return page_of(
        renderer, "board.html", context, area, answer=found, rows=_rows(found), below=len(found.areas) - 1,
        newest=[NeedOut.of(row, grouped.get(row.issue_id)) for row in newest], map=drawn, others=others,
        yesterday=today() - timedelta(days=1), waiting=waiting, waiting_states=_WAITING, labels=labels_of,
        mixed=_own(found), fresh=fresh,
    )  # fmt: skip


def _attendances(growth: Growth) -> Markup:
    """The attendances of the newest reports as bars; two years of monthly ones."""
    shown = [(f"{row.period_from}〜{row.period_until}", row.attendances) for row in growth.reports[-24:]]
    return Markup(draw_bars(shown, "延べ人数の推移（人）"))  # bars.py escapes every text


def _rows(found: BoardAnswer) -> list[AreaBoard]:
    """A row for each area directly below, with the sum that its own page shows."""
    above = {row.area: row.parent for row in found.areas}

    def below(code: str) -> str:
        """The area directly below the board's in which this one lies."""
        while (parent := above[code]) != found.area and parent is not None:
            code = parent
        return code

    within: dict[str, list[BoardFigures]] = {}
    for row in found.areas:
        within.setdefault(below(row.area), []).append(row.board)
    children = [row for row in found.areas if row.parent == found.area]
    return [row.model_copy(update={"board": total(within[row.area])}) for row in children]


def _own(found: BoardAnswer) -> AreaBoard | None:
    """The area's own row, when it has figures that are of none of the areas below it."""
    own = next(row for row in found.areas if row.area == found.area)
    return own if own.board != BoardFigures() and len(found.areas) > 1 else None


def waiting(board: BoardFigures) -> int:
    """How many people wait for support: their need is open, grouped into an issue, or a gap."""
    people: dict[str, int] = board.people.model_dump()
    return sum(people[state] for state in _WAITING)


def labels_of(section: str) -> dict[str, str]:
    """The Japanese names of a section's figures."""
    shape = type(getattr(BoardFigures(), section))
    return {name: field.title or name for name, field in shape.model_fields.items()}


def labels_in(lang: Language) -> Mapping[str, Mapping[str, str]]:
    """The names of each section's figures, in a language."""
    japanese = {section: labels_of(section) for section in SECTIONS}
    if lang == "ja":
        return japanese
    return {section: {name: name.replace("_", " ") for name in names} for section, names in japanese.items()}


async def map_of(seen: Snapshot, tree: AreaTree, found: BoardAnswer) -> Markup:
    """The map of the areas below, as on the day asked for, with the figures of their rows; else of the area itself."""
    boards = {row.area: row for row in found.areas}
    shapes = {row.area: row.boundary for row in await views.shapes(seen, list(boards))}
    names = {code: row.name for code, row in boards.items()}
    numbers = numbers_drawn(tree, found.area, shapes, {code: waiting(row.board) for code, row in boards.items()})
    drawn = {code: shapes[code] for code in numbers}
    return Markup(draw_map(drawn, names, numbers, "支援を待つ人の数"))  # area_map.py escapes every text

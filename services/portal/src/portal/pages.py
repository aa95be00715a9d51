"""The portal's pages: plain HTML made by the server, that works without a script and prints well."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from shiendomain.days import JAPAN
from shiendomain.states import NeedState
from shiendomain.vocabulary import AreaCode, SupportKind
from shienevents import Snapshot
from shienweb import Ask, Asking, Role, Routes

from . import views
from .api import shown
from .area_map import draw_map
from .board_answers import AreaBoard, BoardAnswer, BoardAnswers
from .boards import Board
from .traces import trace

_STATIC = Path(__file__).parent / "static"
_SECTIONS = {
    "resources": "社会資源", "needs": "支援ニーズ（件）", "people": "支援ニーズ（人）", "matches": "マッチング",
    "issues": "地域課題", "councils": "協議体", "proposals": "提案", "proposal_ages": "未決の提案の経過日数",
}  # fmt: skip
_ROLES = {**{role.value: role.ja for role in Role}, "reaction": "自動処理"}
_NEWEST = 20


@lru_cache(1)
def _environment() -> Environment:
    found = Environment(loader=PackageLoader("portal"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found.globals["sections"] = _SECTIONS
    found.filters["roles"] = _role
    found.filters["japan"] = lambda moment: moment.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
    return found


def render(template: str, *, synthetic: bool, **values: Any) -> str:
    """A page as HTML."""
    return _environment().get_template(template).render(synthetic=synthetic, **values)


def _role(role: str) -> str:
    return _ROLES.get(role, role)


def page_routes(answers: BoardAnswers, synthetic: bool) -> Routes:
    """The pages for who is signed in."""
    routes = Routes("portal", include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/")
    async def front_page(ask: Ask) -> Response:
        """The board of the first area the asker was given."""
        known = [code for code in ask.territory.given if code in ask.tree]
        if not known:
            return _page("nothing.html", ask, synthetic, areas=ask.territory.given)
        return await _board(ask, answers, known[0], synthetic, others=known[1:])

    @routes.get("/areas/{area}")
    async def area_page(area: AreaCode, ask: Ask) -> Response:
        """The board of one area and of those below it, with the map and the needs recorded last."""
        return await _board(ask, answers, area, synthetic)

    @routes.get("/needs/{need_id}")
    async def need_page(need_id: UUID, ask: Ask) -> Response:
        """One need and its way through all services: the drawing, and the same as a table."""
        async with ask.snapshot() as seen:
            row = await views.need(seen, need_id)
            ask.must_cover(row["area"] if row else None, "need.unknown")
            found = await trace(seen, need_id, ask.territory, ask.tree)
        assert row is not None
        drawing = Markup(found.drawing())  # drawing.py escapes every text
        return _page("need.html", ask, synthetic, need=_need(row), trace=found, drawing=drawing)

    return routes


def open_pages(synthetic: bool) -> APIRouter:
    """What everybody may load: the page to sign in, and the files that pages need."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sign-in")
    async def sign_in(next: str = "/") -> Response:  # noqa: A002 - the word of the address
        """Where a token is pasted. It comes as a cookie then (see `sign_in.py`, which also looks at `next`)."""
        return HTMLResponse(render("sign_in.html", synthetic=synthetic, refused=False, next=next[:2000]))

    router.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return router


def _page(template: str, ask: Asking, synthetic: bool, **values: Any) -> Response:
    html = render(template, synthetic=synthetic, who=ask.principal, tree=ask.tree, territory=ask.territory, **values)
    return HTMLResponse(html)


async def _board(
    ask: Asking, answers: BoardAnswers, area: str, synthetic: bool, others: Sequence[str] = ()
) -> Response:
    found = (await answers.find(ask, area, subtree=True)).answer
    codes = [row.area for row in found.areas]
    async with ask.snapshot() as seen:
        newest = [_need(dict(row)) for row in await views.newest_needs(seen, codes, _NEWEST)]
        drawn = await _map(seen, found)
    tier2 = [row for row in found.areas if row.area != area]
    return _page(
        "board.html", ask, synthetic, answer=found, rows=tier2, newest=newest, map=drawn, others=others,
        waiting=waiting, labels=labels_of, mixed=_own(found),
    )  # fmt: skip


def _own(found: BoardAnswer) -> AreaBoard | None:
    """The area's own row, when it has figures that are of none of the areas below it."""
    own = next(row for row in found.areas if row.area == found.area)
    return own if own.board != Board() and len(found.areas) > 1 else None


def waiting(board: Board) -> int:
    """How many people wait: their need is open, part of an issue, or a gap."""
    return board.people.open + board.people.grouped + board.people.gap


def labels_of(section: str) -> dict[str, str]:
    """The Japanese names of a section's figures."""
    shape = type(getattr(Board(), section))
    return {name: field.title or name for name, field in shape.model_fields.items()}


async def _map(seen: Snapshot, found: BoardAnswer) -> Markup:
    """The map of the areas below; of the area itself when nothing below it has a shape."""
    boards = {row.area: row for row in found.areas}
    shapes = {row["area"]: json.loads(row["boundary"]) for row in await views.shapes(seen, list(boards))}
    if len(shapes) > 1:
        shapes.pop(found.area, None)
    names = {code: row.name for code, row in boards.items()}
    numbers = {code: waiting(boards[code].board) for code in shapes}
    return Markup(draw_map(shapes, names, numbers, "支援を待つ人の数"))  # area_map.py escapes every text


def _need(row: dict[str, Any]) -> dict[str, Any]:
    values = shown(row)
    kind = values["support_kind"]
    return {
        **values,
        "state_ja": NeedState(values["state"]).ja,  # type: ignore[call-arg]
        "kind_ja": SupportKind(kind).ja if kind else "",  # type: ignore[call-arg]
    }

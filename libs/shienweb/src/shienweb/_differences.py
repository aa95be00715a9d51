"""What changed in a view between two times, over HTTP: what `shien diff` shows, for auditors of the area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query, Request

from shiendomain.accesses import AccessKind
from shienevents import Row, Rows, Snapshot, View, differences

from ._access import note_access
from ._answers import Answer, AreaQuery
from ._asked import Asked, time_asked
from ._context import FOLD_SECONDS, Context
from ._pages import Page, Pages
from ._problems import FieldError, Refusal
from ._rights import AUDITORS
from ._routes import Routes

_AREAS = ("area", "need_area")
"""the fields of a row that say where it belongs"""


class DifferenceOut(Answer):
    """One row that differs, by the key of its view. `fields`: before and after, of each field that differs."""

    key: str
    what: Literal["added", "changed", "removed"]
    fields: dict[str, tuple[Any, Any]]


def add_differences(routes: Routes) -> None:
    """Add `/diff` to these routes."""

    @routes.get("/diff", may=AUDITORS)
    async def list_differences(
        context: Context,
        request: Request,
        paging: Pages,
        view: Annotated[str, Query(max_length=100, description="Name of a view, as `/standing` lists them")],
        earlier: Annotated[str, Query(max_length=41, description="Known by this time with its zone, or day's end")],
        area: AreaQuery = None,
    ) -> Page[DifferenceOut]:
        """List the rows of a view that were added, changed and removed from `earlier` to `as_of`, or to now.

        Rows of the territory are shown, where they belonged before or after. Each reading is logged.
        """
        chosen = _chosen(context.service.consumer.views, view)
        areas = frozenset(context.areas_within(area))
        begin = _begin(earlier, context.asked)
        async with context.service.pasts.snapshot(begin, seconds=FOLD_SECONDS) as then:
            before = await _rows(then, chosen, areas)
        async with context.snapshot() as snapshot:
            after = await _rows(snapshot, chosen, areas)
        found = [one for one in differences(before, after) if one.key > (paging.after((str,)) or ("",))[0]]
        note_access(request.scope, AccessKind.PAST_READ, area)
        shown = found[: paging.limit]
        return Page(
            items=tuple(DifferenceOut(**one._asdict()) for one in shown),
            next_cursor=paging.cursor([shown[-1].key]) if len(found) > len(shown) else None,
            position=snapshot.token,
            stale=snapshot.stale,
        )


def _begin(earlier: str, asked: Asked) -> datetime:
    """The first of the two times. Raises `Refusal` (422) for one after `as_of`: the answer would tell it backwards."""
    begin = time_asked(earlier, "earlier")
    if asked.as_of is not None and begin > asked.as_of:
        en, ja = "a time that is not after as_of is expected", "as_of より後でない日時を指定してください"
        raise Refusal(422, "fields.malformed", errors=[FieldError(field="earlier", en=en, ja=ja)])
    return begin


async def _rows(snapshot: Snapshot, view: View[Any], areas: frozenset[str]) -> Rows:
    return {key: row for key, row in (await snapshot.rows(view)).items() if _area_of(row) in areas}


def _area_of(row: Row) -> str | None:
    return next((getattr(row, name) for name in _AREAS if hasattr(row, name)), None)


def _chosen(views: Sequence[View[Any]], name: str) -> View[Any]:
    """The view of this name. Raises `Refusal` (422) for another one, and for one whose rows belong to no area."""
    known = {view.name: view for view in views if {one.name for one in fields(view.row)} & {*_AREAS}}
    if name not in known:
        names = ", ".join(sorted(known))
        en, ja = f"one of these views is expected: {names}", f"次のいずれかのビューを指定してください: {names}"
        raise Refusal(422, "fields.malformed", errors=[FieldError(field="view", en=en, ja=ja)])
    return known[name]

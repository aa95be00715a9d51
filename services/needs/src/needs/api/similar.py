"""The route of needs that are like one about to be recorded, so that it is not recorded twice."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from shiendomain.vocabulary import AreaCode, Likeness, Line, SupportKind, Weekday
from shienweb import COORDINATORS, Context, Page, RequestContext, Routes

from .. import views
from ..similar import Wanted, likeness
from .need import NeedOut, needs_out

routes = Routes(tags=["needs"])
_SHOWN = 10


class SimilarNeed(NeedOut):
    """A need, with how like it is (0 to 100 points), and in what."""

    score: int
    reasons: tuple[Likeness, ...]


@routes.get("/needs/similar", may=COORDINATORS)
async def show_similar_needs(
    context: Context,
    area: AreaCode,
    support_kind: SupportKind,
    weekdays: Annotated[list[Weekday] | None, Query()] = None,
    note: Line = "",
) -> Page[SimilarNeed]:
    """Needs of the area, of those below it and beside it that wait for the same kind of support, the most alike first.

    A need found to be the same is revised instead of being recorded a second time.
    """
    context.must_cover(area, "area.unknown")
    wanted = Wanted(area, tuple(weekdays or ()), note)
    async with context.snapshot() as snapshot:
        rows = await views.needs_that_wait(snapshot, nearby(context, area), support_kind)
        found = sorted(((*likeness(wanted, row), row) for row in rows), key=lambda one: (-one[0], one[2].need_id))
        found = found[:_SHOWN]
        shown = await needs_out(snapshot, [row for _, _, row in found])
    items = tuple(
        SimilarNeed(**vars(need), score=score, reasons=reasons)
        for need, (score, reasons, _) in zip(shown, found, strict=True)
    )
    return Page(items=items, position=snapshot.token, stale=snapshot.stale)


def nearby(context: RequestContext, area: str) -> list[str]:
    """The area, those below it, and those beside it, as far as they lie in the territory."""
    beside = context.tree.children(context.tree.parent(area) or "")
    return sorted({code for code in (area, *context.tree.subtree(area), *beside) if context.territory.covers(code)})

"""The worklist of listings that are to be looked at, by risk."""

from __future__ import annotations

from datetime import date
from typing import Self

from shiendomain.freshness import Risk, RiskPart, asked_from, ended_unseen_sql, points_of, risk_of, risk_sql, words_of
from shiendomain.rules import Verification, verification_sql
from shienweb import (
    READERS,
    Answer,
    AreaQuery,
    Condition,
    Context,
    FreshPage,
    Pages,
    Routes,
    freshness_of_list,
    ranked_page_of,
)

from .. import views
from ..projections import ResourceRow, resources
from .listing import ResourceOut, answers

routes = Routes(tags=["resources"])


class RiskReason(Answer):
    """Why a listing is to be looked at: `number` days or proposals, the points for it, and both in words."""

    reason: Risk
    number: int
    points: int
    ja: str
    en: str

    @classmethod
    def of(cls, part: RiskPart) -> Self:
        """The answer of a reason."""
        ja, en = words_of(part)
        return cls(reason=part.risk, number=part.number, points=part.points, ja=ja, en=en)


class StaleResource(ResourceOut):
    """A resource that is to be verified again, and why it stands where it does: `risk` is the sum of its reasons.

    `since` is the day since when nobody verified it, and `ends_on` the last day that its own texts name.
    """

    since: date
    ends_on: date | None
    risk: int
    reasons: tuple[RiskReason, ...]

    @classmethod
    def on(cls, row: ResourceRow, asked: int, day: date, period: int) -> Self:
        """The answer of a row that was proposed so often."""
        parts = risk_of(row.since, row.ends_on, asked, day, period)
        shown = vars(ResourceOut.of(row)) | {"since": row.since, "ends_on": row.ends_on}
        return cls(**shown, risk=points_of(parts), reasons=tuple(map(RiskReason.of, parts)))


_ASKED = """(select coalesce(sum(times), 0)::bigint from asked
              where asked.resource_id = resources.resource_id and month >= {2})"""


@routes.get("/stale-resources", may=READERS)
async def stale_resources(context: Context, paging: Pages, area: AreaQuery = None) -> FreshPage[StaleResource]:
    """List the resources that are to be verified again, those at the highest risk first, with the reasons.

    They are those whose verification is too old, and those that have ended by their own listing since. The risk grows
    with the age, with how often a resource was proposed for a need, and where its listing names an end.
    """
    day, period = context.day, context.settings.stale_after_days
    stale = f"({verification_sql('{0}::date', '{1}::int')} = {{2}} or {ended_unseen_sql('{0}::date')})"
    rank = f"-{risk_sql('{0}::date', '{1}::int', _ASKED)}"
    async with context.snapshot() as snapshot:
        page = await ranked_page_of(
            snapshot,
            resources,
            {"area": context.areas_within(area)},
            paging,
            rank=Condition(rank, day, period, asked_from(day)),
            where=[Condition(stale, day, period, Verification.STALE)],
            as_=lambda row, _: row,
        )
        asked = await views.times_asked(snapshot, [row.resource_id for row in page.items], asked_from(day))
        freshness = await freshness_of_list(context, snapshot, area)
        return await answers(
            snapshot,
            page,
            lambda row: StaleResource.on(row, asked.get(row.resource_id, 0), day, period),
            freshness,
        )

"""Routes of the promise how fresh lists are (確認の約束), and what is kept of it."""

from __future__ import annotations

from datetime import date
from typing import Self

from shiendomain.freshness_view import PromiseRow, freshness_view
from shiendomain.registry import Percent, WithinDays
from shiendomain.vocabulary import AreaCode, LineOfReason
from shienevents import NotFound
from shienweb import (
    PROMISERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Context,
    FreshnessOut,
    Page,
    Routes,
    WriteResult,
    example,
    freshness_shown,
)

from ..decider.freshness import CorrectFreshnessPromise, PromiseFreshness, WithdrawFreshnessPromise

routes = Routes(tags=["freshness"])


class NewPromise(Body):
    """From the day `since` on, `percent` of the area's resources are verified within `within_days` days."""

    model_config = example(area="272108", percent=80, within_days=180, since="2026-10-01")

    area: AreaCode
    percent: Percent
    within_days: WithinDays
    since: date


class PromiseCorrection(Body):
    """The promise made last as it is right, as a whole, and what was wrong."""

    model_config = example(percent=80, within_days=365, since="2026-10-01", reason="日数の誤り")

    percent: Percent
    within_days: WithinDays
    since: date
    reason: LineOfReason


class PromiseWithdrawal(Body):
    """From which day on the area has no promise of its own, and why."""

    model_config = example(since="2027-04-01", reason="市全体の約束に合わせる")

    since: date
    reason: LineOfReason


class PromiseOnRecord(Answer):
    """A promise as it was made or corrected (`reason`), or from which day on there was none (`percent` is null)."""

    since: date
    percent: int | None
    within_days: int | None
    reason: str


class AreaPromises(Answer):
    """The promises of one area itself, in the order in which they were made."""

    area: str
    promises: tuple[PromiseOnRecord, ...]
    version: int

    @classmethod
    def of(cls, row: PromiseRow) -> Self:
        """The answer of a row."""
        return cls(**vars(row))


@routes.post("/freshness-promises", may=PROMISERS, status_code=201)
async def promise_freshness(body: NewPromise, context: Context) -> WriteResult:
    """Promise how fresh the list of an area is, in place of what was promised before. It counts for areas below too."""
    home = await context.home(body.area)
    command = PromiseFreshness(body.area, home, body.percent, body.within_days, body.since)
    return await context.execute(command, id=body.area)


@routes.post("/freshness-promises/{area}/correction", may=PROMISERS)
async def correct_freshness_promise(area: AreaCode, body: PromiseCorrection, context: Context) -> WriteResult:
    """Correct the promise that was made last."""
    context.must_cover(area, "freshness.unknown")
    return await context.execute(CorrectFreshnessPromise(area, **vars(body)), id=area)


@routes.post("/freshness-promises/{area}/withdrawal", may=PROMISERS)
async def withdraw_freshness_promise(area: AreaCode, body: PromiseWithdrawal, context: Context) -> WriteResult:
    """Withdraw the promise of an area: from a day on that of the area above counts. Promise again to undo this."""
    context.must_cover(area, "freshness.unknown")
    return await context.execute(WithdrawFreshnessPromise(area, **vars(body)), id=area)


@routes.get("/freshness-promises/{area}", may=READERS)
async def show_freshness_promises(area: AreaCode, context: Context) -> AreaPromises:
    """Show what an area itself promised, with each correction and withdrawal."""
    context.must_cover(area, "freshness.unknown")
    async with context.snapshot() as snapshot:
        row = await snapshot.get(freshness_view, area)
    if row is None:
        raise NotFound("freshness.unknown")
    context.etag(row.version)
    return AreaPromises.of(row)


@routes.get("/freshness", may=READERS)
async def show_freshness(context: Context, area: AreaQuery = None) -> Page[FreshnessOut]:
    """Show, area by area, what is promised and kept. An area without a promise has that of the nearest area above."""
    areas = tuple(code for code in context.areas_within(area) if code in context.tree)
    async with context.snapshot() as snapshot:
        items = await freshness_shown(context, snapshot, areas)
    return Page(items=items, position=snapshot.token, stale=snapshot.stale)

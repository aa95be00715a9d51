"""How fresh a list of resources is: shown on every list that leaves a service which folds resources and promises."""

from __future__ import annotations

from datetime import date
from typing import Generic, Self, TypeVar

from shiendomain.freshness import PromiseState
from shiendomain.freshness_view import Freshness, freshness_of
from shienevents import Snapshot

from ._answers import Answer
from ._context import RequestContext
from ._pages import Page

T = TypeVar("T")


class PromiseOut(Answer):
    """A promise: `percent` of the resources are verified within `within_days`, from `since` on. `area` promised it."""

    area: str
    percent: int
    within_days: int
    since: date


class FreshnessOut(Answer):
    """How fresh the list of an area is: of `resources` in use, at home there and below, `verified` are verified.

    They are verified as they are listed, within the days of the promise; without a promise within the days of the city
    (`within_days`). `percent` is rounded down and null without resources, `missing` is how many more have to be
    verified, and `state` is null without a promise.
    """

    area: str
    name: str
    promise: PromiseOut | None
    within_days: int
    resources: int
    verified: int
    percent: int | None
    missing: int
    state: PromiseState | None

    @classmethod
    def of(cls, found: Freshness, name: str, stale_after_days: int) -> Self:
        """The answer for the freshness of an area."""
        promise = found.promise
        return cls(
            area=found.area,
            name=name,
            promise=PromiseOut(**promise._asdict()) if promise else None,
            within_days=promise.within_days if promise else stale_after_days,
            resources=found.kept.resources,
            verified=found.kept.verified,
            percent=found.kept.percent,
            missing=found.missing,
            state=found.state,
        )


class FreshPage(Page[T], Generic[T]):
    """One page of a list of resources, and how fresh the list is: of the area it is of, or of each area of the token.

    `freshness` says what is promised and kept of resources at home in the area and below, wherever the list goes.
    """

    freshness: tuple[FreshnessOut, ...]


async def freshness_shown(
    context: RequestContext, snapshot: Snapshot, areas: tuple[str, ...]
) -> tuple[FreshnessOut, ...]:
    """How fresh the lists of these areas are today, in this order."""
    period = context.settings.stale_after_days
    found = await freshness_of(snapshot, context.tree, areas, context.day, period)
    return tuple(FreshnessOut.of(found[area], context.tree.name(area), period) for area in areas)


async def freshness_of_list(context: RequestContext, snapshot: Snapshot, area: str | None) -> tuple[FreshnessOut, ...]:
    """How fresh a list is: that of the area it is of, or of each area of the principal's."""
    return await freshness_shown(context, snapshot, (area,) if area else context.territory.given)

"""Events of the promise of an area how fresh its lists of resources are."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from shienevents import Event

from ..vocabulary import AreaCode, LineOfReason

Percent = Annotated[int, Field(ge=1, le=100)]
WithinDays = Annotated[int, Field(ge=1, le=3650)]


class FreshnessPromised(Event, wire="registry.freshness_promised.v1"):
    """The area promised: from the day `since` on, so many per cent of its resources are verified within so many days.

    The promise counts for the areas below that have none of their own. It replaces the one before.
    """

    area: AreaCode
    percent: Percent
    within_days: WithinDays
    since: date


class FreshnessPromiseCorrected(Event, wire="registry.freshness_promise_corrected.v1"):
    """The promise that was made last was recorded wrongly: this is how it is right."""

    area: AreaCode
    percent: Percent
    within_days: WithinDays
    since: date
    reason: LineOfReason


class FreshnessPromiseWithdrawn(Event, wire="registry.freshness_promise_withdrawn.v1"):
    """From the day `since` on the area has no promise of its own: that of the area above counts, if it has one."""

    area: AreaCode
    since: date
    reason: LineOfReason


FreshnessEvent = FreshnessPromised | FreshnessPromiseCorrected | FreshnessPromiseWithdrawn

"""What all routes share: the day, and the areas a list is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Query

from shienweb import Asking

from ..projections import day_of

AreaQuery = Annotated[str | None, Query(max_length=64, description="Only of this area and all below it")]


def today() -> date:
    """The day it is in Japan."""
    return day_of(datetime.now(UTC))


def areas_within(ask: Asking, area: str | None) -> tuple[str, ...]:
    """The areas a list is about: one and all below it, or the whole territory."""
    if area is None:
        return ask.territory.codes
    ask.must_cover(area, "area.unknown")
    return ask.tree.subtree(area) or (area,)

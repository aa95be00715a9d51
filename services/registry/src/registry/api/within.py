"""Which areas a list is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from shienevents.contracts.vocabulary import AreaCode
from shienweb import Asking

Area = Annotated[AreaCode | None, Query(description="This area and all below it; else all of your territory")]


def areas_within(ask: Asking, area: str | None) -> Sequence[str]:
    """The area and all below it, or the whole territory. Raises `NotFound` for an area outside."""
    if area is None:
        return ask.territory.codes
    ask.must_cover(area, "area.unknown")
    return ask.tree.subtree(area) or (area,)

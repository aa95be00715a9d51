"""Which bodies work together in a partnership (連携体制) on which day. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from .registry import PartnershipBodiesChanged, PartnershipChangeWithdrawn, PartnershipFormed

History = tuple[dict[str, Any], ...]
"""Each list of bodies (`bodies`, as JSON) with the day `on` from which it is so, and why; the first one first."""

Listing = PartnershipFormed | PartnershipBodiesChanged | PartnershipChangeWithdrawn
"""The events that say which bodies work together."""


def history_after(history: History, event: Listing) -> History:
    """The lists of bodies after an event. A change takes the place of one of the same day; the first list stays."""
    if isinstance(event, PartnershipFormed):
        return (_listed(event.since, event, ""),)
    others = (*history[:1], *(one for one in history[1:] if one["on"] != str(event.on)))
    if isinstance(event, PartnershipChangeWithdrawn):
        return others
    return (*others, _listed(event.on, event, event.reason))


def bodies_on(history: History, day: date) -> tuple[dict[str, str | None], ...]:
    """The bodies of a day: those since the last change that was not later; none before the first day."""
    for one in reversed(history):
        if one["on"] <= str(day):
            return tuple(one["bodies"])
    return ()


def _listed(on: date, event: PartnershipFormed | PartnershipBodiesChanged, reason: str) -> dict[str, Any]:
    return {"on": str(on), "bodies": [body.model_dump(mode="json") for body in event.bodies], "reason": reason}

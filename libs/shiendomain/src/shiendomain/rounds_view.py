"""The view of matching rounds as they were solved, for matching and for the portal.

Both events of a round are one commit in its own stream.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Any, assert_never
from uuid import UUID

from shienevents import Envelope, Row, View, replace, types_of

from .rounds import RoundEvent, RoundOpened, RoundSolved


class RoundRow(Row, key=("round_id",)):
    """One round: over what it was opened, by which policy, and what came of it. Parts of its events are plain JSON."""

    round_id: UUID
    area: str = ""
    day: date | None = None
    opened_at: datetime | None = None
    positions: str = ""
    policy: dict[str, int] = field(default_factory=dict)
    need_count: int = 0
    people: int = 0
    resource_count: int = 0
    places: int = 0
    live: bool = False
    objective: int = 0
    certificate: str = ""
    pairs: int = 0
    people_proposed: int = 0
    people_unserved: int = 0
    place_prices: tuple[dict[str, Any], ...] = ()
    shortages: tuple[dict[str, Any], ...] = ()


def evolve_round(row: RoundRow, event: RoundEvent, envelope: Envelope) -> RoundRow:
    """The round after an event: the events hold all of it."""
    match event:
        case RoundOpened():
            return replace(
                row,
                area=event.area,
                day=event.day,
                opened_at=envelope.occurred_at,
                positions=event.positions,
                policy=event.policy.model_dump(),
                need_count=event.need_count,
                people=event.people,
                resource_count=event.resource_count,
                places=event.places,
                live=event.live,
            )
        case RoundSolved():
            return replace(
                row,
                objective=event.objective,
                certificate=event.certificate,
                pairs=event.pairs,
                people_proposed=event.people_proposed,
                people_unserved=event.people_unserved,
                place_prices=tuple(one.model_dump(mode="json") for one in event.place_prices),
                shortages=tuple(one.model_dump(mode="json") for one in event.shortages),
            )
        case _:
            assert_never(event)


rounds_view: View[RoundRow] = View(
    name="rounds",
    version=3,
    row=RoundRow,
    subscribes_to=types_of(RoundEvent),
    keys=lambda event, _: [event.round_id],
    evolve=evolve_round,
    indexes=(("area",),),
)

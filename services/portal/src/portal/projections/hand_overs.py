"""Hand-overs of posts, each with what names its document."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from shiendomain.registry import CoordinatorHandedOver
from shiendomain.rules import STALE_AFTER_DAYS
from shienevents import Envelope, Row, View, replace


class HandOverRow(Row, key=("hand_over_id",)):
    """One hand-over, by the id of its event, in the area of the post. It is written once, also when it was undone.

    `position` and `day` are those of the document, where it was given.
    """

    hand_over_id: UUID
    coordinator_id: UUID | None = None
    area: str = ""
    handed_over_on: date | None = None
    recorded_at: datetime = datetime.min.replace(year=2000, tzinfo=UTC)
    successor_id: UUID | None = None
    note: str = ""
    position: str = ""
    day: date | None = None
    stale_after_days: int = STALE_AFTER_DAYS


def evolve_hand_over(row: HandOverRow, event: CoordinatorHandedOver, envelope: Envelope) -> HandOverRow:
    """The hand-over of the event."""
    return replace(
        row,
        coordinator_id=event.coordinator_id,
        area=event.area or envelope.area,
        handed_over_on=event.on,
        recorded_at=envelope.recorded_at,
        successor_id=event.successor_id,
        note=event.note,
        position=event.document.position if event.document else "",
        day=event.document.day if event.document else None,
        stale_after_days=event.stale_after_days,
    )


hand_overs: View[HandOverRow] = View(
    name="hand_overs",
    version=2,
    row=HandOverRow,
    subscribes_to=(CoordinatorHandedOver,),
    keys=lambda _, envelope: [envelope.id],
    evolve=evolve_hand_over,
    indexes=(("area",),),
)

"""Information that was shared (情報共有), with the good practices (実践事例) among it. Each row is of one stream."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.areas import municipality_of
from shiendomain.registry import (
    AcknowledgementWithdrawn,
    BodyAcknowledged,
    BodyAcknowledgementWithdrawn,
    InformationAcknowledged,
    InformationEvent,
    InformationReinstated,
    InformationShared,
    InformationWithdrawn,
    PracticeTakenUp,
    PracticeTakingUpWithdrawn,
)
from shiendomain.vocabulary import SupportKind
from shienevents import Envelope, Row, View, replace, types_of


class InformationRow(Row, key=("information_id",)):
    """What was shared, to which councils and bodies, and which of them acknowledged it.

    `practice`: it is a good practice, for `support_kinds`; `taken_up` has the day for each council that took it up.
    """

    information_id: UUID
    area: str = ""
    subject: str = ""
    shared_on: date = date(1970, 1, 1)
    to_councils: tuple[UUID, ...] = ()
    to_bodies: tuple[UUID, ...] = ()
    acknowledged: tuple[UUID, ...] = ()
    withdrawn: bool = False
    practice: bool = False
    support_kinds: tuple[SupportKind, ...] = ()
    done: str = ""
    came_of_it: str = ""
    taken_up: dict[str, str] = field(default_factory=dict)

    @property
    def awaited(self) -> int:
        """How many councils and bodies have not acknowledged it yet."""
        return len(self.to_councils) + len(self.to_bodies) - len(self.acknowledged)


def evolve_information(row: InformationRow, event: InformationEvent, _: Envelope) -> InformationRow:
    """The row after an event."""
    match event:
        case InformationShared():
            said = {**dict(event.practice), "practice": True} if event.practice else {}
            councils = tuple(one.council_id for one in event.to_councils)
            row = replace(row, area=event.area, subject=event.subject, shared_on=event.shared_on)
            return replace(row, to_councils=councils, to_bodies=tuple(one.body_id for one in event.to_bodies), **said)
        case InformationAcknowledged():
            return replace(row, acknowledged=(*_without(row, event.council_id), event.council_id))
        case BodyAcknowledged():
            return replace(row, acknowledged=(*_without(row, event.body_id), event.body_id))
        case BodyAcknowledgementWithdrawn():
            return replace(row, acknowledged=_without(row, event.body_id))
        case AcknowledgementWithdrawn():
            return replace(row, acknowledged=_without(row, event.council_id))
        case PracticeTakenUp():
            return replace(row, taken_up={**row.taken_up, str(event.council_id): str(event.on)})
        case PracticeTakingUpWithdrawn():
            left = {council: on for council, on in row.taken_up.items() if council != str(event.council_id)}
            return replace(row, taken_up=left)
        case InformationWithdrawn():
            return replace(row, withdrawn=True)
        case InformationReinstated():
            return replace(row, withdrawn=False)
        case _:
            assert_never(event)


def _without(row: InformationRow, recipient: UUID) -> tuple[UUID, ...]:
    return tuple(one for one in row.acknowledged if one != recipient)


information: View[InformationRow] = View(
    name="information",
    version=3,
    row=InformationRow,
    subscribes_to=types_of(InformationEvent),
    keys=lambda event, _: [event.information_id],
    evolve=evolve_information,
    indexes=(("area",),),
    counted_in=lambda row: [municipality_of(row.area)],
)

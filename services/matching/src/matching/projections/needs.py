"""Needs as matching sees them; every column is from the need's own stream."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.needs import (
    NeedCorrected,
    NeedMatched,
    NeedMet,
    NeedMoved,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedWithdrawn,
)
from shiendomain.states import NeedState
from shiendomain.vocabulary import SupportKind, Urgency, Weekday
from shienevents import Envelope, Row, View, replace, types_of


class OpenNeed(Row, key=("need_id",)):
    """A need that may be matched. No weekdays: any day. `changed_at` is when what it asks for changed last."""

    need_id: UUID
    area: str = ""
    support_kind: SupportKind = SupportKind.OTHER
    people: int = 0
    state: NeedState = NeedState.OPEN
    weekdays: tuple[Weekday, ...] = ()
    hours_from: str | None = None
    hours_until: str | None = None
    fee_ceiling_yen: int | None = None
    urgency: Urgency = Urgency.NORMAL
    recorded_on: date | None = None
    changed_at: datetime | None = None
    correlation: UUID | None = None


NeedSource = (
    NeedRecorded
    | NeedRevised
    | NeedCorrected
    | NeedMoved
    | NeedMatched
    | NeedPartlyMet
    | NeedMet
    | NeedReopened
    | NeedWithdrawn
    | NeedReinstated
)


def evolve_need(row: OpenNeed, event: NeedSource, envelope: Envelope) -> OpenNeed:
    """The need after an event. Withdrawn it stays withdrawn, unless that was a mistake."""
    match event:
        case NeedRecorded():
            recorded = replace(row, area=event.area, support_kind=event.support_kind, correlation=envelope.correlation)
            return _asking(replace(recorded, recorded_on=day_of(envelope.occurred_at)), event, envelope)
        case NeedRevised():
            return _asking(row, event, envelope)
        case NeedMatched():
            return _moved(row, NeedState.MATCHED)
        case NeedMet():
            return _moved(row, NeedState.MET)
        case NeedPartlyMet() | NeedReopened():
            return _moved(row, NeedState.OPEN)
        case NeedWithdrawn():
            return _moved(row, NeedState.WITHDRAWN)
        case NeedReinstated():
            return replace(row, state=NeedState.OPEN)
        case NeedCorrected():
            return replace(row, support_kind=event.support_kind, changed_at=envelope.recorded_at)
        case NeedMoved():
            return replace(row, area=event.area, changed_at=envelope.recorded_at)
        case _:
            assert_never(event)


def _asking(row: OpenNeed, event: NeedRecorded | NeedRevised, envelope: Envelope) -> OpenNeed:
    return replace(
        row,
        people=event.people,
        weekdays=event.weekdays,
        hours_from=event.hours_from,
        hours_until=event.hours_until,
        fee_ceiling_yen=event.fee_ceiling_yen,
        urgency=event.urgency,
        changed_at=envelope.recorded_at,
    )


def _moved(row: OpenNeed, state: NeedState) -> OpenNeed:
    return row if row.state is NeedState.WITHDRAWN else replace(row, state=state)


open_needs: View[OpenNeed] = View(
    name="open_needs",
    version=5,
    row=OpenNeed,
    subscribes_to=types_of(NeedSource),
    keys=lambda event, _: [event.need_id],
    evolve=evolve_need,
    indexes=(("area", "support_kind", "state"),),
)

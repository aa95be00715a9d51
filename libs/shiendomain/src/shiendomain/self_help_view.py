"""The view of what residents agreed to do themselves, for the services that list it or make an agenda of it."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from shienevents import Envelope, Row, View, replace, types_of

from .self_help import SelfHelpAgreed, SelfHelpCorrected, SelfHelpEvent, SelfHelpReported
from .vocabulary import BodyKind, SelfHelpOutcome


class SelfHelpRow(Row, key=("self_help_id",)):
    """What one body agreed to do, and the last report. All from its own stream. `reason`: why it was changed last."""

    self_help_id: UUID
    version: int = 0
    area: str = ""
    issue_id: UUID | None = None
    council_id: UUID | None = None
    meeting_id: UUID | None = None
    agreed_on: date | None = None
    body_kind: BodyKind = BodyKind.NEIGHBOURHOOD
    body: str = ""
    what: str = ""
    until: date = date.min
    outcome: SelfHelpOutcome | None = None
    line: str = ""
    reported_on: date | None = None
    people_helped: int | None = None
    reason: str = ""
    correlation: UUID | None = None


def evolve_self_help(row: SelfHelpRow, event: SelfHelpEvent, envelope: Envelope) -> SelfHelpRow:
    """The row after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case SelfHelpAgreed():
            return replace(
                with_promise(row, event),
                area=event.area,
                issue_id=event.issue_id,
                council_id=event.council_id,
                meeting_id=event.meeting_id,
                agreed_on=event.agreed_on,
                correlation=envelope.correlation,
            )
        case SelfHelpCorrected():
            return replace(with_promise(row, event), reason=event.reason)
        case SelfHelpReported():
            return replace(
                row,
                outcome=event.outcome,
                line=event.line,
                reported_on=event.reported_on,
                people_helped=event.people_helped,
                reason=event.reason,
            )
        case _:
            assert_never(event)


def with_promise(row: SelfHelpRow, event: SelfHelpAgreed | SelfHelpCorrected) -> SelfHelpRow:
    """The row with who does what until when."""
    return replace(row, body_kind=event.body_kind, body=event.body, what=event.what, until=event.until)


self_help_view: View[SelfHelpRow] = View(
    name="self_help",
    version=1,
    row=SelfHelpRow,
    subscribes_to=types_of(SelfHelpEvent),
    keys=lambda event, _: [event.self_help_id],
    evolve=evolve_self_help,
    indexes=(("area", "until"), ("issue_id",)),
)

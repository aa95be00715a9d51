"""The view of the log of accesses, one in each service."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from shienevents import Envelope, Row, View, replace

from .accesses import ACCESSED, Accessed, AccessKind


class AccessRow(Row, key=("access_id",)):
    """One access. `at`: when it was recorded, by the clock of the database."""

    access_id: UUID
    at: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    kind: AccessKind = AccessKind.OPERATION
    area: str = ""
    principal: str = ""
    role: str = ""
    body: str = ""
    operation: str = ""
    about: str = ""
    purpose: str = ""
    as_of: datetime | None = None
    origin: str = ""


def _evolve(row: AccessRow, event: Accessed, envelope: Envelope) -> AccessRow:
    return replace(row, at=envelope.recorded_at, **event.model_dump(exclude={"access_id"}))


def accesses_view(service: str) -> View[AccessRow]:
    """The accesses of a service: found by account and time, and by area and time, in an index each."""
    return View(
        name="accesses",
        version=1,
        row=AccessRow,
        subscribes_to=(ACCESSED[service],),
        keys=lambda event, _: [event.access_id],
        evolve=_evolve,
        indexes=(("principal", "at"), ("area", "at")),
    )

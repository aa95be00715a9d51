"""How often a resource was proposed for a need, by month: what of its listing matters most."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.matching import MatchProposed
from shienevents import Envelope, Row, View, replace


class AskedRow(Row, key=("resource_id", "month")):
    """How often one resource was proposed in one month (its first day). A sum, so order does not matter."""

    resource_id: UUID
    month: date
    times: int = 0


def evolve_asked(row: AskedRow, _: MatchProposed, __: Envelope) -> AskedRow:
    """One proposal more."""
    return replace(row, times=row.times + 1)


asked = View[AskedRow](
    name="asked",
    version=1,
    row=AskedRow,
    subscribes_to=(MatchProposed,),
    keys=lambda event, envelope: [(event.resource_id, day_of(envelope.occurred_at).replace(day=1))],
    evolve=evolve_asked,
)

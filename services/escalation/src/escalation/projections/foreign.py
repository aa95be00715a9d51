"""What escalation reads of others beside areas, councils, providers and issues: how many people of a need wait."""

from __future__ import annotations

from dataclasses import field
from typing import assert_never
from uuid import UUID

from shiendomain.amounts import Amounts
from shiendomain.needs import (
    NeedMet,
    NeedPartlyMet,
    NeedRecorded,
    NeedReinstated,
    NeedReopened,
    NeedRevised,
    NeedWithdrawn,
)
from shienevents import Envelope, Row, View, replace, types_of


class NeedNow(Row, key=("need_id",)):
    """How many people of a need wait now: none where it is met or withdrawn. `helped`: see `shiendomain.amounts`."""

    need_id: UUID
    people: int = 0
    helped: dict[str, int] = field(default_factory=dict)
    met: bool = False
    withdrawn: bool = False
    waiting: int = 0


NeedStep = NeedRecorded | NeedRevised | NeedPartlyMet | NeedMet | NeedReopened | NeedWithdrawn | NeedReinstated


def evolve_need(row: NeedNow, event: NeedStep, _: Envelope) -> NeedNow:
    """The need after an event."""
    match event:
        case NeedRecorded() | NeedRevised():
            row = replace(row, people=event.people)
        case NeedPartlyMet() | NeedMet() | NeedReopened():
            amounts = Amounts(row.people, row.helped).after(event)
            row = replace(row, helped=dict(amounts.by_match), met=isinstance(event, NeedMet))
        case NeedWithdrawn() | NeedReinstated():
            row = replace(row, withdrawn=isinstance(event, NeedWithdrawn))
        case _:
            assert_never(event)
    return replace(row, waiting=0 if row.met or row.withdrawn else Amounts(row.people, row.helped).left)


needs: View[NeedNow] = View(
    name="needs",
    version=1,
    row=NeedNow,
    subscribes_to=types_of(NeedStep),
    keys=lambda event, _: [event.need_id],
    evolve=evolve_need,
)

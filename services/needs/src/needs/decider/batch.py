"""The rules of a batch: rows of a list that are recorded together are recorded with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.needs import NeedBatchRecorded
from shienevents import Decider, Home, types_of


@dataclass(frozen=True)
class NoteBatch:
    """Record how many rows of a batch were new, revised, or already as the list says."""

    batch_id: UUID
    home: Home
    new: int
    revised: int
    unchanged: int


def decide(command: NoteBatch, noted: NeedBatchRecorded | None) -> Sequence[NeedBatchRecorded]:
    """One event, unless no row changed anything."""
    if noted or not (command.new or command.revised):
        return []
    return [
        NeedBatchRecorded(
            batch_id=command.batch_id,
            area=command.home.area,
            new=command.new,
            revised=command.revised,
            unchanged=command.unchanged,
        )
    ]


decider = Decider[NoteBatch, NeedBatchRecorded | None, NeedBatchRecorded](
    name="batch",
    commands=types_of(NoteBatch),
    events=types_of(NeedBatchRecorded),
    stream=lambda command: command.batch_id,
    home=lambda command: command.home,
    initial=None,
    decide=decide,
    evolve=lambda _, event: event,
)

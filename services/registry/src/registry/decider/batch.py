"""What may happen to a batch: rows of a list that were registered together are told as one, with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.registry import BatchRegistered
from shienevents import Decider, Home


@dataclass(frozen=True)
class NoteBatch:
    """Note what a batch came to."""

    batch_id: UUID
    home: Home
    new: int
    revised: int
    unchanged: int


def decide(command: NoteBatch, noted: BatchRegistered | None) -> Sequence[BatchRegistered]:
    """One event, unless the list said nothing new."""
    if noted or not (command.new or command.revised):
        return []
    return [
        BatchRegistered(
            batch_id=command.batch_id,
            area=command.home.area,
            new=command.new,
            revised=command.revised,
            unchanged=command.unchanged,
        )
    ]


decider = Decider[NoteBatch, BatchRegistered | None, BatchRegistered](
    name="batch",
    commands=(NoteBatch,),
    events=(BatchRegistered,),
    stream=lambda command: command.batch_id,
    home=lambda command: command.home,
    initial=None,
    decide=decide,
    evolve=lambda _, event: event,
)

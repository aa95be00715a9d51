"""The rules of a batch: rows of a list that are recorded together are recorded with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from shienevents import Decider, Event, Home, types_of

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class NoteBatch:
    """Record how many rows of a batch were new, revised, or already as the list says."""

    batch_id: UUID
    home: Home
    new: int
    revised: int
    unchanged: int


def batch_decider(event: type[E]) -> Decider[NoteBatch, E | None, E]:
    """The decider of a service's batches. Its event has `batch_id`, `area` and the three counts."""

    def decide(command: NoteBatch, noted: E | None) -> Sequence[E]:
        """One event, unless no row changed anything."""
        if noted or not (command.new or command.revised):
            return []
        counts = {"new": command.new, "revised": command.revised, "unchanged": command.unchanged}
        return [event.model_validate({"batch_id": command.batch_id, "area": command.home.area, **counts})]

    return Decider[NoteBatch, E | None, E](
        name="batch",
        commands=types_of(NoteBatch),
        events=types_of(event),
        stream=lambda command: command.batch_id,
        home=lambda command: command.home,
        initial=None,
        decide=decide,
        evolve=lambda _, event: event,
    )

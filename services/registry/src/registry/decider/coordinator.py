"""The rules of a post of life support coordinator (生活支援コーディネーター)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.registry import CoordinatorAssigned
from shiendomain.vocabulary import BodyKind, Tier
from shienevents import Decider, Home, Rejected, types_of


@dataclass(frozen=True)
class AssignCoordinator:
    """Fill a post for a term; `term_until` is the first day after it. Who holds it is not recorded."""

    coordinator_id: UUID
    home: Home
    tier: Tier
    employer: str
    employer_kind: BodyKind
    posts: int
    term_from: date
    term_until: date


def decide(command: AssignCoordinator, assigned: CoordinatorAssigned | None) -> Sequence[CoordinatorAssigned]:
    """The events that follow from a command."""
    event = CoordinatorAssigned(
        coordinator_id=command.coordinator_id,
        area=command.home.area,
        tier=command.tier,
        employer=command.employer,
        employer_kind=command.employer_kind,
        posts=command.posts,
        term_from=command.term_from,
        term_until=command.term_until,
    )
    if event == assigned:
        return []
    if assigned:
        raise Rejected("coordinator.assigned")
    if command.term_from >= command.term_until:
        raise Rejected("coordinator.term_ends_first")
    return [event]


decider = Decider[AssignCoordinator, CoordinatorAssigned | None, CoordinatorAssigned](
    name="coordinator",
    commands=types_of(AssignCoordinator),
    events=types_of(CoordinatorAssigned),
    stream=lambda command: command.coordinator_id,
    home=lambda command: command.home,
    initial=None,
    decide=decide,
    evolve=lambda _, event: event,
)

"""The rules of a council (協議体)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.registry import CouncilEstablished
from shiendomain.vocabulary import Member, Tier
from shienevents import Decider, Home, Rejected, types_of


@dataclass(frozen=True)
class EstablishCouncil:
    """Establish a council of a tier. `area_tiers` are the tiers of its area (a fact)."""

    council_id: UUID
    home: Home
    area_tiers: tuple[Tier, ...]
    tier: Tier
    name: str
    members: tuple[Member, ...]


def decide(command: EstablishCouncil, established: CouncilEstablished | None) -> Sequence[CouncilEstablished]:
    """The events that follow from a command."""
    event = CouncilEstablished(
        council_id=command.council_id,
        area=command.home.area,
        tier=command.tier,
        name=command.name,
        members=command.members,
    )
    if event == established:
        return []
    if established:
        raise Rejected("council.established")
    if command.tier not in command.area_tiers:
        raise Rejected("council.area_of_other_tier", tier=command.tier)
    return [event]


decider = Decider[EstablishCouncil, CouncilEstablished | None, CouncilEstablished](
    name="council",
    commands=types_of(EstablishCouncil),
    events=types_of(CouncilEstablished),
    stream=lambda command: command.council_id,
    home=lambda command: command.home,
    initial=None,
    decide=decide,
    evolve=lambda _, event: event,
)

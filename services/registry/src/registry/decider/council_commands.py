"""What may be asked of a council: the commands of its stream."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.mistakes import Mistake
from shiendomain.moves import Move
from shiendomain.registry import CouncilPurpose, CouncilSitting
from shiendomain.vocabulary import CouncilMember, Tier
from shienevents import Home


@dataclass(frozen=True)
class EstablishCouncil:
    """Establish a council of a tier. `area_tiers` are the tiers of its area (a fact)."""

    council_id: UUID
    home: Home
    area_tiers: tuple[Tier, ...]
    tier: Tier
    name: str
    members: tuple[CouncilMember, ...]


@dataclass(frozen=True)
class ChangeCouncilMembers:
    """From the day `on` these bodies sit on the council, all of them."""

    council_id: UUID
    on: date
    members: tuple[CouncilMember, ...]
    reason: str
    today: date


@dataclass(frozen=True)
class AgreeCouncilPurpose:
    """The council agreed on the purpose that it shares."""

    council_id: UUID
    purpose: CouncilPurpose
    today: date


@dataclass(frozen=True)
class CorrectCouncil:
    """The council was recorded wrongly; this is the whole of what is right."""

    council_id: UUID
    name: str
    history: tuple[CouncilSitting, ...]
    purpose: CouncilPurpose | None
    reason: str
    today: date


@dataclass(frozen=True)
class DeclareCouncilDormant:
    """The council holds no meetings from the day `on`."""

    council_id: UUID
    on: date
    reason: str
    today: date


@dataclass(frozen=True)
class ResumeCouncil:
    """The council works again from the day `on`."""

    council_id: UUID
    on: date
    reason: str
    today: date


@dataclass(frozen=True)
class MoveCouncil:
    """The council is one of another area. `area_tiers` are the tiers of that area (a fact)."""

    council_id: UUID
    to: Move
    area_tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class WithdrawCouncil:
    """The council was recorded by mistake."""

    council_id: UUID
    mistake: Mistake


Change = (
    ChangeCouncilMembers
    | AgreeCouncilPurpose
    | CorrectCouncil
    | DeclareCouncilDormant
    | ResumeCouncil
    | MoveCouncil
    | WithdrawCouncil
)
Command = EstablishCouncil | Change

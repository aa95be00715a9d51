"""What may be asked of a council: the commands of its stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from shiendomain.mistakes import Ground, Mistake
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
    not_the_same_as: tuple[UUID, ...] = ()


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
class CouncilFacts:
    """What is known of a council when it is corrected.

    `area_tiers` are the tiers of its area, `established_on` the day as it is recorded, `at_work_on` the first day on
    which it met, was dormant, proposed, or an issue was raised with it. `raised`: how many proposals and issues name
    it.
    """

    area_tiers: tuple[Tier, ...] = ()
    established_on: date | None = None
    at_work_on: date | None = None
    raised: Mapping[Ground, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CorrectCouncil:
    """The council was recorded wrongly; this is the whole of what is right.

    `tier` and `established_on`: none leaves them as they are.
    """

    council_id: UUID
    name: str
    history: tuple[CouncilSitting, ...]
    purpose: CouncilPurpose | None
    reason: str
    today: date
    tier: Tier | None = None
    established_on: date | None = None
    facts: CouncilFacts = CouncilFacts()


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

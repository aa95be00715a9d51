"""The commands on a proposal. What other services know comes with them as facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from shiendomain.areas import Territory
from shiendomain.vocabulary import NeedBehind, ServiceClass, SupportKind, Tier
from shienevents import Home

_PROPOSALS = UUID("0b8f7f0e-9b0c-5a55-8d3c-0d7a5c5f4d11")  # a namespace of our own, for ever


def proposal_id_of(issue_id: UUID) -> UUID:
    """An issue has one proposal, so its id comes of the issue's: two cannot be open at once, however they race."""
    return uuid5(_PROPOSALS, str(issue_id))


@dataclass(frozen=True)
class CouncilFacts:
    """What is known of a council."""

    council_id: UUID
    area: str
    tier: Tier


@dataclass(frozen=True)
class GapFacts:
    """The gap that was declared for an issue: its kind of support, and the needs behind it."""

    support_kind: SupportKind
    needs: tuple[NeedBehind, ...]


@dataclass(frozen=True)
class MeetingFacts:
    """What is known of a meeting that was held."""

    meeting_id: UUID
    council_id: UUID
    issues: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class EscalateProposal:
    """Propose upward what cannot be created here. `path` is the council's area and those above it, nearest first,
    `tier1` the tier-1 councils of these areas.
    """

    proposal_id: UUID
    home: Home
    issue_id: UUID
    council: CouncilFacts
    gap: GapFacts | None
    meeting: MeetingFacts | None
    path: tuple[str, ...]
    tier1: tuple[CouncilFacts, ...]
    title: str
    ask: str


@dataclass(frozen=True)
class ReceiveProposal:
    """The upper tier has it and will answer by a day. `today` is the day on which it was received."""

    proposal_id: UUID
    due_on: date
    today: date


@dataclass(frozen=True)
class ReturnProposal:
    """Send it back with a question."""

    proposal_id: UUID
    asked: str


@dataclass(frozen=True)
class DeliberateProposal:
    """Note what the upper council thought of it, at a meeting that was held."""

    proposal_id: UUID
    meeting: MeetingFacts | None
    supply: str
    fee: str
    supporters: str
    salon_support: str


@dataclass(frozen=True)
class AdoptProposal:
    """Decide to make it a service."""

    proposal_id: UUID
    reason: str


@dataclass(frozen=True)
class RejectProposal:
    """Decide against it, with a reason."""

    proposal_id: UUID
    reason: str


@dataclass(frozen=True)
class DeferProposal:
    """Put it off until a day, with a reason."""

    proposal_id: UUID
    until: date
    today: date
    reason: str


@dataclass(frozen=True)
class WithdrawProposal:
    """Take it back, with a reason."""

    proposal_id: UUID
    reason: str


@dataclass(frozen=True)
class DesignService:
    """Design the service that answers an adopted proposal."""

    proposal_id: UUID
    service_id: UUID
    name: str
    service_class: ServiceClass
    support_kinds: tuple[SupportKind, ...]
    fee_yen: int | None
    criteria: str
    starts_on: date


@dataclass(frozen=True)
class LaunchService:
    """Begin the designed service. `service_areas` when not the needs' own; `paths` are the areas above each need's,
    itself first; `areas` is where the asker may act.
    """

    proposal_id: UUID
    provider_id: UUID | None
    provider_name: str
    service_areas: tuple[str, ...]
    capacity: int | None
    schedule: str
    launched_on: date
    today: date
    paths: Mapping[str, tuple[str, ...]]
    areas: Territory


AnswerCommand = (
    ReceiveProposal
    | ReturnProposal
    | DeliberateProposal
    | AdoptProposal
    | RejectProposal
    | DeferProposal
    | WithdrawProposal
)
ServiceCommand = DesignService | LaunchService
ProposalCommand = EscalateProposal | AnswerCommand | ServiceCommand

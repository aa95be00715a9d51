"""A proposal of an issue goes up to tier 1: for a declared gap, after a meeting, for the needs that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from shiendomain.escalation import ProposalAsked, ProposalEscalated, ProposalsMerged
from shiendomain.splits import ProposalPartMade
from shiendomain.states import ProposalState as State
from shiendomain.vocabulary import NeedBehind, SupportKind, Target, TargetKind, Tier
from shienevents import Home, Rejected

from .grown import ActivityFacts, check_activity
from .meeting import MeetingFacts
from .origin import check_renewal
from .own_proposal import RENEWABLE
from .proposal_state import Proposal

_PROPOSALS = UUID("0b8f7f0e-9b0c-5a55-8d3c-0d7a5c5f4d11")  # the namespace of proposal ids; it never changes


def proposal_id_of(issue_id: UUID) -> UUID:
    """An issue has one proposal, so its id follows from the issue's: two cannot be open at the same time."""
    return uuid5(_PROPOSALS, str(issue_id))


@dataclass(frozen=True)
class CouncilFacts:
    """What is known of a council."""

    council_id: UUID
    area: str
    tier: Tier


@dataclass(frozen=True)
class GapFacts:
    """The gap that was declared for an issue: its kind of support, and the needs behind it that wait now."""

    support_kind: SupportKind
    needs: tuple[NeedBehind, ...]


@dataclass(frozen=True)
class EscalateProposal:
    """Propose upward what cannot be created in the district, or in the area of a tier-1 council.

    Facts: `path` is the council's area and those above it, nearest first; `tier1` the tier-1 councils of these areas;
    `speaks`: the caller speaks for the council. `renews`: the merged proposal that is renewed in the same commit.
    `activity`: the one of residents from which it grew.
    """

    proposal_id: UUID
    home: Home
    issue_id: UUID
    council: CouncilFacts
    gap: GapFacts | None
    meeting: MeetingFacts
    path: tuple[str, ...]
    tier1: tuple[CouncilFacts, ...]
    title: str
    ask: str
    speaks: bool = True
    renews: UUID | None = None
    activity: ActivityFacts | None = None


def escalate(command: EscalateProposal, proposal: Proposal) -> Sequence[ProposalEscalated]:
    """Escalated again after a return or an end, a proposal keeps its stream, and a part its needs."""
    state, before = proposal.answer, proposal.escalated
    if proposal.parted:
        raise Rejected("proposal.split")
    if state is State.LAUNCHED:
        raise Rejected("proposal.launched")
    if state not in (None, *RENEWABLE):
        raise Rejected("proposal.already_open", proposal=command.proposal_id, state=state)
    check_renewal(command.renews, proposal)
    if not command.speaks:
        raise Rejected("proposal.not_your_council")
    if command.gap is None:
        raise Rejected("proposal.no_gap")
    if not command.gap.needs:
        raise Rejected("proposal.nobody_waits")
    meeting = command.meeting
    if meeting.council_id != command.council.council_id or command.issue_id not in meeting.issues:
        raise Rejected("proposal.no_meeting")
    needs, mine = command.gap.needs, proposal.part_needs
    if mine is not None:
        needs = tuple(need for need in needs if need.need_id in mine)
        if not needs:
            raise Rejected("proposal.part_without_needs")
    return [
        ProposalEscalated(
            proposal_id=command.proposal_id,
            area=command.home.area,
            issue_id=command.issue_id,
            council_id=command.council.council_id,
            meeting_id=meeting.meeting_id,
            target=target_of(command),
            title=command.title,
            ask=command.ask,
            support_kind=command.gap.support_kind,
            needs=needs,
            round=rounds_of(before) + 1,
            grown_from=check_activity(command.activity, command.gap.support_kind),
        )
    ]


def rounds_of(before: ProposalAsked | None) -> int:
    """How many times it went up until now. A part did so as its original."""
    if isinstance(before, ProposalPartMade):
        return 1
    return before.round if before and not isinstance(before, ProposalsMerged) else 0


def target_of(command: EscalateProposal) -> Target:
    """The nearest tier-1 council at or above; the municipality when the tiers share the area, or there is none.

    A tier-1 council proposes to the municipality (提案・要望): no council is above it.
    """
    if command.council.tier is Tier.TIER1:
        return Target(kind=TargetKind.MUNICIPALITY, area=command.home.municipality)
    by_area = {council.area: council for council in sorted(command.tier1, key=lambda one: str(one.council_id))[::-1]}
    nearest = next((by_area[area] for area in command.path if area in by_area), None)
    if nearest is None or nearest.area == command.council.area:
        return Target(kind=TargetKind.MUNICIPALITY, area=command.home.municipality)
    return Target(kind=TargetKind.COUNCIL, area=nearest.area, council_id=nearest.council_id)

"""A proposal that a tier-1 council makes of its own (提案・要望): no issue from below, and no needs behind it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shiendomain.escalation import OwnProposalMade, ProposalAsked, ProposalsMerged
from shiendomain.states import ProposalState as State
from shiendomain.vocabulary import SupportKind, Target, TargetKind, Tier
from shienevents import Home, Rejected

from .grown import ActivityFacts, check_activity
from .meeting import MeetingFacts


@dataclass(frozen=True)
class MakeOwnProposal:
    """Propose to the municipality what a tier-1 council decided. Facts: its `tier`; the `activity` it grew from."""

    proposal_id: UUID
    home: Home
    council_id: UUID
    tier: Tier
    meeting: MeetingFacts
    title: str
    ask: str
    support_kind: SupportKind
    activity: ActivityFacts | None = None


@dataclass(frozen=True)
class RenewOwnProposal:
    """Propose it again after it was returned, rejected or withdrawn.

    Facts: the meeting; `renews`, the merged proposal that is renewed in the same commit; `activity` as above.
    """

    proposal_id: UUID
    meeting: MeetingFacts
    title: str
    ask: str
    support_kind: SupportKind
    renews: UUID | None = None
    activity: ActivityFacts | None = None


OwnCommand = MakeOwnProposal | RenewOwnProposal
RENEWABLE = (State.RETURNED, State.WITHDRAWN, State.REJECTED, State.ENDED)
"""The states after which a council may propose again."""


def make(command: MakeOwnProposal, made: ProposalAsked | None) -> list[OwnProposalMade]:
    """A new proposal of a tier-1 council. The same one again changes nothing."""
    if command.tier is not Tier.TIER1:
        raise Rejected("proposal.own_not_tier1")
    if command.meeting.council_id != command.council_id:
        raise Rejected("proposal.no_own_meeting")
    if made:
        return []
    return [
        OwnProposalMade(
            proposal_id=command.proposal_id,
            area=command.home.area,
            council_id=command.council_id,
            meeting_id=command.meeting.meeting_id,
            target=Target(kind=TargetKind.MUNICIPALITY, area=command.home.municipality),
            title=command.title,
            ask=command.ask,
            support_kind=command.support_kind,
            round=1,
            grown_from=check_activity(command.activity, command.support_kind),
        )
    ]


def renew(command: RenewOwnProposal, made: ProposalAsked, state: State) -> OwnProposalMade:
    """The next round of it, as its council asks now."""
    if isinstance(made, ProposalsMerged):
        raise Rejected("proposal.of_origins")
    if not isinstance(made, OwnProposalMade):
        raise Rejected("proposal.of_an_issue", issue=made.issue_id)
    if state not in RENEWABLE:
        raise Rejected("proposal.wrong_state", state=state, needed=RENEWABLE)
    if command.meeting.council_id != made.council_id:
        raise Rejected("proposal.no_own_meeting")
    said: dict[str, object] = {"title": command.title, "ask": command.ask, "support_kind": command.support_kind}
    said["grown_from"] = check_activity(command.activity, command.support_kind)
    return made.model_copy(update={**said, "meeting_id": command.meeting.meeting_id, "round": made.round + 1})

"""A proposal that asks for several answers is split into parts, and is one again: by its council, or by tier 1.

While it is returned its council answers by splitting it; while tier 1 has it, tier 1 does. Each part has its own
stream, which begins in the same commit, and is a proposal as any other. Who could split it may undo that, until one of
the parts is decided or goes up again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from shiendomain.escalation import ProposalAsked, ProposalEvent, ProposalsMerged
from shiendomain.splits import PartAsked, ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone
from shiendomain.states import ProposalState as State
from shienevents import Home, Rejected

from .merger_commands import OriginFacts
from .origin import MERGEABLE, check_seen
from .proposal_state import Proposal, Splittable

SPLITTABLE = (State.RETURNED, *MERGEABLE)
"""The states in which a proposal may be split, and a part may be joined again: nothing is decided."""


@dataclass(frozen=True)
class MakePart:
    """Make a part of a proposal that is split in the same commit. Fact: what the view knows of the original."""

    proposal_id: UUID
    home: Home
    split_from: UUID
    asked: PartAsked
    seen: OriginFacts
    returned: bool
    reason: str


@dataclass(frozen=True)
class SplitProposal:
    """Answer these parts of a proposal one by one.

    Facts: what the view knows of it; whether the caller answers proposals (`answers`) or speaks for its council.
    """

    proposal_id: UUID
    parts: tuple[PartAsked, ...]
    seen: OriginFacts
    reason: str
    answers: bool
    speaks: bool


@dataclass(frozen=True)
class UndoSplit:
    """Answer the proposal as one again. Facts: the `parts` joined in the same commit, and who the caller is."""

    proposal_id: UUID
    parts: tuple[UUID, ...]
    reason: str
    answers: bool
    speaks: bool


@dataclass(frozen=True)
class JoinPart:
    """The split by which this part was made is undone."""

    proposal_id: UUID
    split_from: UUID
    reason: str


SplitCommand = SplitProposal | UndoSplit | JoinPart


def make_part(command: MakePart, made: ProposalAsked | None) -> Sequence[ProposalPartMade]:
    """The part as it begins: where its original was, for its own needs. The same one again changes nothing."""
    if made:
        return []
    original, asked = command.seen.origin, command.asked
    if original.issue_id is None:
        raise Rejected("proposal.parts_without_needs")
    return [
        ProposalPartMade(
            proposal_id=command.proposal_id,
            split_from=command.split_from,
            area=original.area,
            issue_id=original.issue_id,
            council_id=original.council_id,
            target=command.seen.target,
            title=asked.title,
            ask=asked.ask,
            support_kind=command.seen.support_kind,
            needs=tuple(need for need in original.needs if need.need_id in asked.needs),
            state=State.RETURNED if command.returned else State.RECEIVED,
            waiting_since=command.seen.waiting_since,
            due_on=command.seen.day,
            reason=command.reason,
            grown_from=original.grown_from,
        )
    ]


def change_split(command: SplitCommand, proposal: Proposal) -> Sequence[ProposalEvent]:
    """What follows for a proposal that is split, or for a part."""
    match command:
        case SplitProposal():
            return [split(command, proposal)]
        case UndoSplit():
            return [undo_split(command, proposal)]
        case JoinPart():
            return join_part(command, proposal)


def split(command: SplitProposal, proposal: Proposal) -> ProposalSplit:
    """Each need behind it is behind exactly one of the parts, and each part has one."""
    if proposal.member:
        raise Rejected("proposal.merged", merged=proposal.member.merged_id)
    if isinstance(proposal.escalated, ProposalsMerged):
        raise Rejected("proposal.merged_split")
    if proposal.state not in SPLITTABLE:
        raise Rejected("proposal.wrong_state", state=proposal.state, needed=SPLITTABLE)
    check_who(proposal.state, command)
    check_seen(command.seen, proposal)
    behind = Counter(need.need_id for need in command.seen.origin.needs)
    given = Counter(need for part in command.parts for need in part.needs)
    if given.keys() - behind.keys():
        raise Rejected("proposal.need_unknown")
    if wrong := sorted(str(need) for need in behind if behind[need] != given[need]):
        raise Rejected("proposal.needs_not_divided", needs=wrong)
    if len(command.parts) < 2 or not all(part.needs for part in command.parts):
        raise Rejected("proposal.parts_without_needs")
    return ProposalSplit(proposal_id=command.proposal_id, parts=command.parts, reason=command.reason)


def check_who(state: State, command: SplitProposal | UndoSplit) -> None:
    """What was asked back is the council's to answer, what tier 1 has is tier 1's. Raises `Rejected`."""
    if state is State.RETURNED and not command.speaks:
        raise Rejected("proposal.not_your_council")
    if state is not State.RETURNED and not command.answers:
        raise Rejected("proposal.split_by_tier1", state=state)


def undo_split(command: UndoSplit, proposal: Proposal) -> SplitUndone:
    """The proposal as it was before, with its days. Its parts are joined in the same commit, each or none."""
    parted = proposal.parted
    if parted is None:
        raise Rejected("proposal.not_split")
    check_who(parted.state, command)
    if sorted(command.parts) != sorted(parted.parts):
        raise Rejected("proposal.origins_changed")
    return SplitUndone(
        proposal_id=command.proposal_id,
        parts=command.parts,
        state=parted.state,
        due_on=parted.due_on,
        deferred_until=parted.deferred_until,
        reason=command.reason,
    )


def join_part(command: JoinPart, proposal: Proposal) -> Sequence[ProposalPartJoined]:
    """The end of a part of which nothing is decided, and which did not go up again."""
    if proposal.state is State.SPLIT_UNDONE:
        return []
    untouched = isinstance(proposal.escalated, ProposalPartMade)
    if not untouched or proposal.state not in SPLITTABLE:
        state = cast("State", proposal.answer)
        raise Rejected("proposal.part_went_on", proposal=command.proposal_id, state=state)
    return [ProposalPartJoined(proposal_id=command.proposal_id, split_from=command.split_from, reason=command.reason)]


__all__ = [
    "SPLITTABLE", "JoinPart", "MakePart", "SplitCommand", "SplitProposal", "Splittable", "UndoSplit", "change_split",
    "make_part",
]  # fmt: skip

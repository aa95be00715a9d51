"""A merged proposal: it begins, its origins are renewed, and it is undone.

It is answered as any other proposal is. The command is carried out in its stream (`AnswerTogether`), and in the same
commit in the stream of each of its origins (`origin.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from shiendomain.escalation import ProposalAsked, ProposalsMerged
from shiendomain.mergers import MergeUndone, Origin, OriginRenewed
from shiendomain.states import ProposalState as State
from shiendomain.vocabulary import SupportKind, Target, TargetKind
from shienevents import Rejected

from .merger_commands import MergeProposals, OriginFacts, RenewOrigin, UndoMerger
from .origin import MERGEABLE
from .proposal_state import Proposal

UNDOABLE = (State.ESCALATED, State.RETURNED, *MERGEABLE)
"""The states of a merged proposal in which the merger may be undone: nothing is decided."""


def common_area(paths: Sequence[Sequence[str]]) -> str:
    """The nearest area that lies on all of these paths. Raises `Rejected`: the areas are of several municipalities."""
    shared = [area for area in paths[0] if all(area in path for path in paths)]
    if not shared:
        raise Rejected("proposal.merged_across")
    return shared[0]


def due_day(origins: Sequence[OriginFacts]) -> date:
    """By when the merged proposal is answered: the earliest day of its origins."""
    return min((one.day for one in origins if one.day), default=date.max)


def begin(command: MergeProposals, made: ProposalAsked | None) -> Sequence[ProposalsMerged]:
    """Two or more proposals that ask for one kind of support, and have no need in common."""
    if made:
        return []
    ids = {one.origin.proposal_id for one in command.origins}
    if len(ids) < max(2, len(command.origins)):
        raise Rejected("proposal.merged_alone")
    origins = tuple(one.origin for one in command.origins)
    check_parts(origins, [one.support_kind for one in command.origins])
    targets = [one.target for one in command.origins]
    city = Target(kind=TargetKind.MUNICIPALITY, area=command.home.municipality)
    return [
        ProposalsMerged(
            proposal_id=command.proposal_id,
            area=command.home.area,
            target=targets[0] if all(one == targets[0] for one in targets) else city,
            title=command.title,
            ask=command.ask,
            support_kind=command.origins[0].support_kind,
            origins=origins,
            waiting_since=min(one.waiting_since for one in command.origins),
            due_on=due_day(command.origins),
            reason=command.reason,
        )
    ]


def check_parts(origins: Sequence[Origin], kinds: Sequence[SupportKind]) -> None:
    """They ask for one kind of support, and each need is behind one of them. Raises `Rejected`."""
    if len(set(kinds)) > 1:
        raise Rejected("proposal.kinds_differ", kinds=sorted(set(kinds)))
    needs = [need.need_id for origin in origins for need in origin.needs]
    if twice := sorted({str(one) for one in needs if needs.count(one) > 1}):
        raise Rejected("proposal.need_twice", needs=twice)


def renew_origin(command: RenewOrigin, proposal: Proposal) -> OriginRenewed:
    """What its council asks for now. When all have answered, the merged proposal goes up again."""
    merged, renewed = proposal.escalated, command.renewed
    if not isinstance(merged, ProposalsMerged) or renewed not in proposal.awaited:
        raise Rejected("proposal.origins_changed")
    said = {name: getattr(command, name) for name in ("title", "ask", "needs", "grown_from")}
    origins = tuple(one.model_copy(update=said) if one.proposal_id == renewed else one for one in merged.origins)
    check_parts(origins, [merged.support_kind, command.support_kind])
    return OriginRenewed(
        proposal_id=command.proposal_id,
        renewed=renewed,
        origins=origins,
        awaited=tuple(one for one in proposal.awaited if one != renewed),
        round=proposal.round + 1,
    )


def undo(command: UndoMerger, proposal: Proposal) -> Sequence[MergeUndone]:
    """The end of a merged proposal of which nothing is decided. Undone again, nothing changes."""
    if proposal.state is State.MERGE_UNDONE:
        return []
    if not isinstance(proposal.escalated, ProposalsMerged):
        raise Rejected("proposal.not_merged")
    if proposal.state not in UNDOABLE:
        raise Rejected("proposal.wrong_state", state=proposal.state, needed=UNDOABLE)
    check_told(command.told, proposal)
    return [MergeUndone(proposal_id=command.proposal_id, origins=command.told, reason=command.reason)]


def check_told(told: Sequence[UUID], proposal: Proposal) -> None:
    """Exactly the origins of the proposal are told, in the same commit. Raises `Rejected`."""
    if sorted(told) != sorted(proposal.origins):
        raise Rejected("proposal.origins_changed")

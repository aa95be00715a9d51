"""What an issue is, and what changes it while it is open: a correction, needs that come or go, a split, a merger."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from shiendomain.moves import moved
from shiendomain.needs import (
    GapDeclared,
    IssueClosed,
    IssueCorrected,
    IssueEvent,
    IssueMoved,
    IssueRaised,
    IssuesMerged,
    IssueSplit,
    NeedsAddedToIssue,
    NeedsRemovedFromIssue,
)
from shiendomain.states import ProposalState
from shiendomain.vocabulary import NeedBehind
from shienevents import Rejected

from .issue_commands import AddNeeds, Change, CorrectIssue, MergeIssues, MoveIssue, NeedSeen, RemoveNeeds, SplitIssue


@dataclass(frozen=True)
class Issue:
    """An issue: its needs, how it was raised and what it is called `now`, its gap, and its end.

    `left` are the needs that were taken out, `related` the issues it was split into or that were merged into it.
    """

    needs: tuple[NeedBehind, ...] = ()
    raised: IssueRaised | None = None
    now: IssueRaised | None = None
    gap: GapDeclared | None = None
    closed: IssueClosed | None = None
    left: frozenset[UUID] = frozenset()
    related: frozenset[UUID] = frozenset()

    @property
    def need_ids(self) -> frozenset[UUID]:
        """The ids of its needs."""
        return frozenset(need.need_id for need in self.needs)

    def without(self, needs: Collection[UUID]) -> Issue:
        """The issue without these needs."""
        return replace(self, needs=tuple(need for need in self.needs if need.need_id not in needs))


def change(command: Change, issue: Issue, now: IssueRaised) -> Sequence[IssueEvent]:
    """The event of a change of an open issue. The same change again changes nothing."""
    match command:
        case CorrectIssue():
            return correct(command, now)
        case AddNeeds():
            return add(command, issue)
        case RemoveNeeds():
            return remove(command, issue)
        case SplitIssue():
            return split(command, issue)
        case MergeIssues():
            return merge(command, issue)
        case MoveIssue():
            return move(command, issue, now)
        case _:
            assert_never(command)


def correct(command: CorrectIssue, now: IssueRaised) -> Sequence[IssueEvent]:
    """What it is called, and its council. While a proposal is under way, it is the proposal of that council."""
    if (command.council_id, command.title, command.summary) == (now.council_id, now.title, now.summary):
        return []
    if command.council_id != now.council_id:
        check_no_proposal(command.proposal)
    check_council(command.council_area, command.area_path)
    return [
        IssueCorrected(
            issue_id=command.issue_id,
            council_id=command.council_id,
            title=command.title,
            summary=command.summary,
            reason=command.reason,
        )
    ]


def add(command: AddNeeds, issue: Issue) -> Sequence[IssueEvent]:
    """Needs that the issue does not have yet, of its kind and within its area."""
    new = tuple(need for need in command.needs if need.need_id not in issue.need_ids)
    if not new:
        return []
    check_needs(new, command.held, command.areas)
    return [NeedsAddedToIssue(issue_id=command.issue_id, needs=needs_behind(new))]


def remove(command: RemoveNeeds, issue: Issue) -> Sequence[IssueEvent]:
    """Needs that the issue has, but not all of them: one without needs is closed."""
    going = tuple(need_id for need_id in dict.fromkeys(command.needs) if need_id not in issue.left)
    if not going:
        return []
    check_going(going, issue, command.proposal)
    return [NeedsRemovedFromIssue(issue_id=command.issue_id, needs=going, reason=command.reason)]


def split(command: SplitIssue, issue: Issue) -> Sequence[IssueEvent]:
    """Some of its needs go to a new issue. A declared gap stays here: that of the new one is declared by itself."""
    if command.into in issue.related:
        return []
    check_going(command.needs, issue, command.proposal)
    return [IssueSplit(issue_id=command.issue_id, into=command.into, needs=command.needs, reason=command.reason)]


def merge(command: MergeIssues, issue: Issue) -> Sequence[IssueEvent]:
    """All needs of another issue come here."""
    if command.merged in issue.related:
        return []
    if command.merged == command.issue_id:
        raise Rejected("issue.merged_with_itself")
    check_needs(command.needs, command.held, command.areas)
    return [
        IssuesMerged(
            issue_id=command.issue_id,
            merged=command.merged,
            needs=needs_behind(command.needs),
            reason=command.reason,
        )
    ]


def move(command: MoveIssue, issue: Issue, now: IssueRaised) -> Sequence[IssueEvent]:
    """The issue with its needs, if it has still those that were seen."""
    found = moved(command.to, now.area, IssueMoved, issue_id=command.issue_id, needs=command.going)
    if found and set(command.needs) != issue.need_ids:
        raise Rejected("issue.needs_changed")
    return found


def after_move(issue: Issue, event: IssueMoved) -> Issue:
    """The issue in its new area, with the needs that went there."""
    needs = tuple(need.moved(event.area) if need.need_id in event.needs else need for need in issue.needs)
    return replace(issue, now=issue.now and issue.now.model_copy(update={"area": event.area}), needs=needs)


def check_needs(needs: Sequence[NeedSeen], held: Sequence[NeedSeen], areas: Collection[str]) -> None:
    """Needs, each once, of one kind with those that the issue has already, within the issue's area."""
    if len({need.need_id for need in needs}) < len(needs):
        raise Rejected("issue.need_twice")
    kinds = {need.support_kind for need in (*needs, *held)}
    if len(kinds) > 1:
        raise Rejected("issue.mixed_kinds", kinds=sorted(kinds))
    if elsewhere := [str(need.need_id) for need in needs if need.area not in areas]:
        raise Rejected("issue.need_elsewhere", needs=elsewhere)


def check_council(council_area: str, area_path: Collection[str]) -> None:
    """The council works in the issue's area or above it."""
    if council_area not in area_path:
        raise Rejected("issue.council_elsewhere", area=council_area)


def check_going(going: Sequence[UUID], issue: Issue, proposal: ProposalState | None) -> None:
    """Needs that leave the issue are in it, others stay, and no proposal that names them is under way."""
    if strange := [str(need_id) for need_id in going if need_id not in issue.need_ids]:
        raise Rejected("issue.need_not_in", needs=strange)
    if issue.need_ids <= set(going):
        raise Rejected("issue.no_needs_left")
    if proposal is not ProposalState.RETURNED:
        check_no_proposal(proposal)


def check_no_proposal(proposal: ProposalState | None) -> None:
    """No proposal for the issue is under way."""
    if proposal is not None and not proposal.closed:
        raise Rejected("issue.proposal_under_way")


def needs_behind(needs: Sequence[NeedSeen]) -> tuple[NeedBehind, ...]:
    """The needs as events name them."""
    return tuple(NeedBehind(need_id=need.need_id, area=need.area, people=need.people) for need in needs)

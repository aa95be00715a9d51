"""The rules of an issue (地域課題): RAISED ⇄ GAP, then CLOSED, which can be undone.

The evidence of a gap is a search without a match for each need that waits: it shows that the registry holds nothing
that fits. Where something was found, or not all needs were searched for, a coordinator who knows the district says why
what there is does not do: no bus goes there. Without either there is no gap.

Which issue a need is in is a rule of the need's own stream (`need.group`), written in the same commit. So an open issue
and its needs agree: a command that was made from other needs than the issue has now is rejected. What changes the needs
of an issue is in `issue_changes.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from shiendomain.needs import (
    GapDeclared,
    GapWithdrawn,
    IssueClosed,
    IssueCorrected,
    IssueEvent,
    IssueMoved,
    IssueRaised,
    IssueReopened,
    IssuesMerged,
    IssueSplit,
    NeedsAddedToIssue,
    NeedsConsolidated,
    NeedsRemovedFromIssue,
)
from shiendomain.states import ProposalState
from shiendomain.vocabulary import IssueOutcome, Missing, NeedBehind
from shienevents import Decider, NotFound, Rejected, types_of

from .issue_changes import (
    Issue,
    after_move,
    change,
    check_council,
    check_needs,
    check_no_proposal,
    needs_behind,
)
from .issue_commands import (
    AddNeeds,
    CloseIssue,
    Command,
    CorrectIssue,
    DeclareGap,
    MergeIssues,
    MoveIssue,
    RaiseIssue,
    RemoveNeeds,
    ReopenIssue,
    SplitIssue,
    WithdrawGap,
)


def decide(command: Command, issue: Issue) -> Sequence[IssueEvent]:
    """The events that follow from a command."""
    if isinstance(command, RaiseIssue):
        return raise_(command, issue)
    if issue.raised is None or issue.now is None:
        raise NotFound("issue.unknown")
    if isinstance(command, ReopenIssue):
        return reopen(command, issue)
    if isinstance(command, CloseIssue):
        return close(command, issue)
    if issue.closed:
        raise Rejected("issue.closed", outcome=issue.closed.outcome)
    match command:
        case DeclareGap():
            return declare(command, issue, issue.now)
        case WithdrawGap():
            return withdraw_gap(command, issue)
        case CorrectIssue() | AddNeeds() | RemoveNeeds() | SplitIssue() | MergeIssues() | MoveIssue():
            return change(command, issue, issue.now)
        case _:
            assert_never(command)


def raise_(command: RaiseIssue, issue: Issue) -> Sequence[IssueEvent]:
    """The needs are grouped and the issue is raised."""
    needs = needs_behind(command.needs)
    raised = IssueRaised(
        issue_id=command.issue_id,
        area=command.home.area,
        council_id=command.council_id,
        title=command.title,
        summary=command.summary,
    )
    if raised == issue.raised and {need.need_id for need in needs} == {need.need_id for need in issue.needs}:
        return []
    if issue.raised:
        raise Rejected("issue.raised")
    if not command.needs:
        raise Rejected("issue.no_needs")
    check_needs(command.needs, (), command.areas)
    check_council(command.council_area, command.area_path)
    if command.council_dormant_since is not None:
        raise Rejected("council.dormant", since=command.council_dormant_since)
    consolidated = NeedsConsolidated(
        issue_id=command.issue_id, area=command.home.area, needs=needs, split_from=command.split_from
    )
    return [consolidated, raised]


def declare(command: DeclareGap, issue: Issue, now: IssueRaised) -> Sequence[IssueEvent]:
    """The gap, declared once, with its evidence."""
    if issue.gap:
        return []
    if not issue.needs:
        raise Rejected("issue.no_needs")
    check_evidence(command)
    lacked = {*command.missing, *(one for search in command.searches for one in search.missing)}
    return [
        GapDeclared(
            issue_id=command.issue_id,
            area=now.area,
            council_id=now.council_id,
            title=now.title,
            support_kind=command.support_kind,
            missing=tuple(missing for missing in Missing if missing in lacked),
            searches=tuple(search.search_id for search in command.searches),
            needs=issue.needs,
            reason=command.reason,
        )
    ]


def check_evidence(command: DeclareGap) -> None:
    """Nothing serves the needs that wait, as far as was searched, or it is said why that does not do."""
    if command.reason:
        return
    if at_hand := [str(need.need_id) for need in command.wait if need.at_hand]:
        raise Rejected("issue.candidates_at_hand", needs=at_hand)
    unknown = [str(need.need_id) for need in command.wait if need.in_vain_at is None]
    if unknown or not command.searches:  # a search in vain is evidence, also where only a day or a fee is unmet
        raise Rejected("issue.no_evidence", needs=unknown)


def withdraw_gap(command: WithdrawGap, issue: Issue) -> Sequence[IssueEvent]:
    """A gap that was a mistake. One that a proposal asks to fill, or that a service fills, was none."""
    if not issue.gap:
        raise Rejected("issue.no_gap")
    check_no_proposal(command.proposal)
    if command.proposal is ProposalState.LAUNCHED:
        raise Rejected("issue.service_launched")
    return [GapWithdrawn(issue_id=command.issue_id, reason=command.reason)]


def close(command: CloseIssue, issue: Issue) -> Sequence[IssueEvent]:
    """The end of an issue, with what came of it. What a council has proposed is answered or taken back first."""
    closed = IssueClosed(
        issue_id=command.issue_id, outcome=command.outcome, reason=command.reason, successor=command.successor
    )
    if issue.closed and (issue.closed.outcome, issue.closed.successor) == (closed.outcome, closed.successor):
        return []
    if issue.closed:
        raise Rejected("issue.closed", outcome=issue.closed.outcome)
    check_no_proposal(command.proposal)
    if set(command.needs) != issue.need_ids:
        raise Rejected("issue.needs_changed")
    return [closed]


def reopen(command: ReopenIssue, issue: Issue) -> Sequence[IssueEvent]:
    """A closure that was too early is undone. The needs of a merged issue are its successor's."""
    if issue.closed is None:
        raise Rejected("issue.not_closed")
    if issue.closed.outcome is IssueOutcome.MERGED:
        raise Rejected("issue.merged", successor=issue.closed.successor)
    if not {need.need_id for need in command.needs} <= issue.need_ids:
        raise Rejected("issue.needs_changed")
    return [IssueReopened(issue_id=command.issue_id, needs=needs_behind(command.needs), reason=command.reason)]


def evolve(issue: Issue, event: IssueEvent) -> Issue:
    """The issue after an event."""
    match event:
        case NeedsConsolidated():
            return replace(issue, needs=event.needs)
        case IssueRaised():
            return replace(issue, raised=event, now=event)
        case IssueCorrected():
            said = {"council_id": event.council_id, "title": event.title, "summary": event.summary}
            return replace(issue, now=issue.now and issue.now.model_copy(update=said))
        case NeedsAddedToIssue():
            return with_needs(issue, event.needs)
        case NeedsRemovedFromIssue():
            return replace(issue.without(event.needs), left=issue.left | set(event.needs))
        case IssueSplit():
            return replace(issue.without(event.needs), related=issue.related | {event.into})
        case IssuesMerged():
            return replace(with_needs(issue, event.needs), related=issue.related | {event.merged})
        case GapDeclared():
            return replace(issue, gap=event)
        case GapWithdrawn():
            return replace(issue, gap=None)
        case IssueClosed():
            return replace(issue, closed=event)
        case IssueReopened():
            return replace(issue, closed=None, needs=event.needs)
        case IssueMoved():
            return after_move(issue, event)
        case _:
            assert_never(event)


def with_needs(issue: Issue, needs: tuple[NeedBehind, ...]) -> Issue:
    """The issue with further needs."""
    return replace(issue, needs=(*issue.needs, *needs), left=issue.left - {need.need_id for need in needs})


decider = Decider[Command, Issue, IssueEvent](
    name="issue",
    commands=types_of(Command),
    events=types_of(IssueEvent),
    stream=lambda command: command.issue_id,
    home=lambda command: command.home if isinstance(command, RaiseIssue) else None,
    initial=Issue(),
    decide=decide,
    evolve=evolve,
    moves=(IssueMoved,),
)

"""The events of a local issue (地域課題) and of its gap (不足するサービス).

Which issue a need is in is written in the need's own stream too (`NeedGrouped`, `NeedUngrouped`), in the same commit.
"""

from __future__ import annotations

from uuid import UUID

from shienevents import Event

from ..vocabulary import (
    AreaCode,
    ByMapping,
    IssueOutcome,
    Line,
    LineOfReason,
    Missing,
    Name,
    NeedBehind,
    SupportKind,
    Text,
)


class NeedsConsolidated(Event, wire="needs.needs_consolidated.v1"):
    """Needs that are one issue were consolidated (課題整理). `split_from`: the issue that handed them over."""

    issue_id: UUID
    area: AreaCode
    needs: tuple[NeedBehind, ...]
    split_from: UUID | None = None


class IssueRaised(Event, wire="needs.issue_raised.v1"):
    """An issue of the area (地域課題) was raised with its council (問題提起)."""

    issue_id: UUID
    area: AreaCode
    council_id: UUID
    title: Name
    summary: Text = ""


class GapDeclared(Event, wire="needs.gap_declared.v1"):
    """The area has no service that answers the issue. Evidence: the `searches` without a match and what was `missing`.

    `reason`: why what there is does not do, where something was found, or not all needs were searched for. It carries
    the needs of the issue for its subscribers: a proposal keeps them as its origin.
    """

    issue_id: UUID
    area: AreaCode
    council_id: UUID
    title: Name
    support_kind: SupportKind
    missing: tuple[Missing, ...]
    searches: tuple[UUID, ...] = ()
    needs: tuple[NeedBehind, ...]
    reason: Line = ""


class GapWithdrawn(Event, wire="needs.gap_withdrawn.v1"):
    """The gap was declared by mistake. The issue is before its council as it was, without a gap."""

    issue_id: UUID
    reason: LineOfReason


class IssueCorrected(Event, wire="needs.issue_corrected.v1"):
    """The title or the summary of the issue was wrong, or it was raised with the wrong council."""

    issue_id: UUID
    council_id: UUID
    title: Name
    summary: Text
    reason: LineOfReason


class NeedsAddedToIssue(Event, wire="needs.needs_added_to_issue.v1"):
    """Open needs were found to belong to the issue."""

    issue_id: UUID
    needs: tuple[NeedBehind, ...]


class NeedsRemovedFromIssue(Event, wire="needs.needs_removed_from_issue.v1"):
    """Needs were found not to belong to the issue; those that wait for support are open again."""

    issue_id: UUID
    needs: tuple[UUID, ...]
    reason: LineOfReason


class IssueSplit(Event, wire="needs.issue_split.v1"):
    """The issue handed some of its needs over to a new issue, `into`."""

    issue_id: UUID
    into: UUID
    needs: tuple[UUID, ...]
    reason: LineOfReason


class IssuesMerged(Event, wire="needs.issues_merged.v1"):
    """The issue took over the needs of another issue, `merged`, which is closed in the same commit."""

    issue_id: UUID
    merged: UUID
    needs: tuple[NeedBehind, ...]
    reason: LineOfReason


class IssueClosed(Event, wire="needs.issue_closed.v1"):
    """The issue is closed: what came of it, and why. `successor`: the issue it was merged into.

    Its needs stand alone again, or are in the successor. It still names them, as they were at its end.
    """

    issue_id: UUID
    outcome: IssueOutcome
    reason: LineOfReason
    successor: UUID | None = None


class IssueReopened(Event, wire="needs.issue_reopened.v1"):
    """The issue was closed too early: it is as before, with those of its `needs` that were still open."""

    issue_id: UUID
    needs: tuple[NeedBehind, ...]
    reason: LineOfReason


class IssueMoved(Event, wire="needs.issue_moved.v1"):
    """The issue is one of `area`: its area ended. So are those of its `needs`, each by an event of its own."""

    issue_id: UUID
    from_area: AreaCode
    area: AreaCode
    needs: tuple[UUID, ...]
    reason: LineOfReason
    by_mapping: ByMapping | None = None


IssueEvent = (
    NeedsConsolidated
    | IssueRaised
    | IssueCorrected
    | NeedsAddedToIssue
    | NeedsRemovedFromIssue
    | IssueSplit
    | IssuesMerged
    | GapDeclared
    | GapWithdrawn
    | IssueClosed
    | IssueReopened
    | IssueMoved
)

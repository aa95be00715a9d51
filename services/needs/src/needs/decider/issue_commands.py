"""What may be asked of an issue, with the facts by which it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shiendomain.moves import Move
from shiendomain.states import ProposalState
from shiendomain.vocabulary import IssueOutcome, Missing, SupportKind
from shienevents import Home


@dataclass(frozen=True)
class NeedSeen:
    """A need as the view has it (a fact)."""

    need_id: UUID
    area: str
    people: int
    support_kind: SupportKind


@dataclass(frozen=True)
class SearchSeen:
    """A search without a match for one of the issue's needs (a fact)."""

    search_id: UUID
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class NeedSearched:
    """What matching said of a need that still waits (facts): when it last found nothing, and last proposed something.

    `pending`: what was proposed is not answered yet, or its outcome is not known.
    """

    need_id: UUID
    in_vain_at: datetime | None = None
    proposed_at: datetime | None = None
    pending: bool = False

    @property
    def at_hand(self) -> bool:
        """Whether something may serve it: it was proposed, and nothing was searched for in vain since."""
        since = self.proposed_at is not None and (self.in_vain_at is None or self.in_vain_at <= self.proposed_at)
        return self.pending or since


@dataclass(frozen=True)
class RaiseIssue:
    """Group needs of one kind and raise them with a council. `split_from`: the issue that hands them over.

    Facts: `needs` as seen, `areas` is the issue's area and all below it, `council_area` is the area of the council and
    `area_path` the issue's area and all above it; `council_dormant_since` is set where the council is dormant.
    """

    issue_id: UUID
    home: Home
    council_id: UUID
    title: str
    summary: str
    needs: tuple[NeedSeen, ...]
    areas: tuple[str, ...]
    area_path: tuple[str, ...]
    council_area: str
    split_from: UUID | None = None
    council_dormant_since: date | None = None


@dataclass(frozen=True)
class DeclareGap:
    """Declare that nothing answers the issue. `reason`: why what there is does not do.

    Facts: `searches` without a match, the kind of the issue's needs, and what was searched for those that `wait`.
    """

    issue_id: UUID
    support_kind: SupportKind
    missing: tuple[Missing, ...]
    searches: tuple[SearchSeen, ...]
    wait: tuple[NeedSearched, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class WithdrawGap:
    """The gap was declared by mistake. Fact: the state of the issue's `proposal`, if it has one."""

    issue_id: UUID
    reason: str
    proposal: ProposalState | None


@dataclass(frozen=True)
class CorrectIssue:
    """Correct what the issue is called, or with which council it was raised. Facts: see `RaiseIssue`, `WithdrawGap`."""

    issue_id: UUID
    council_id: UUID
    title: str
    summary: str
    reason: str
    council_area: str
    area_path: tuple[str, ...]
    proposal: ProposalState | None


@dataclass(frozen=True)
class AddNeeds:
    """Open needs belong to the issue. Facts: `needs` as seen, `held` the issue's needs as seen, `areas` as above."""

    issue_id: UUID
    needs: tuple[NeedSeen, ...]
    held: tuple[NeedSeen, ...]
    areas: tuple[str, ...]


@dataclass(frozen=True)
class RemoveNeeds:
    """Needs do not belong to the issue. Fact: the state of its `proposal`."""

    issue_id: UUID
    needs: tuple[UUID, ...]
    reason: str
    proposal: ProposalState | None


@dataclass(frozen=True)
class SplitIssue:
    """Hand needs over to a new issue, which is raised in the same commit. Fact: the state of its `proposal`."""

    issue_id: UUID
    into: UUID
    needs: tuple[UUID, ...]
    reason: str
    proposal: ProposalState | None


@dataclass(frozen=True)
class MergeIssues:
    """Take over the needs of another issue, which is closed in the same commit. Facts: as of `AddNeeds`."""

    issue_id: UUID
    merged: UUID
    needs: tuple[NeedSeen, ...]
    held: tuple[NeedSeen, ...]
    areas: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class CloseIssue:
    """Close the issue. Facts: its `needs` as seen, which leave it in the same commit, and the state of its proposal."""

    issue_id: UUID
    outcome: IssueOutcome
    reason: str
    needs: tuple[UUID, ...]
    proposal: ProposalState | None
    successor: UUID | None = None


@dataclass(frozen=True)
class ReopenIssue:
    """Undo a closure, with those of its needs that are open, as seen; they are grouped in the same commit."""

    issue_id: UUID
    needs: tuple[NeedSeen, ...]
    reason: str


@dataclass(frozen=True)
class MoveIssue:
    """The area of the issue ended: it goes to a successor, those of its open needs with it that are of that area too.

    Facts: its `needs` as seen, and those that are `going` in the same commit. No open one is left outside its area.
    """

    issue_id: UUID
    to: Move
    needs: tuple[UUID, ...]
    going: tuple[UUID, ...]


Change = MoveIssue | CorrectIssue | AddNeeds | RemoveNeeds | SplitIssue | MergeIssues
Command = RaiseIssue | DeclareGap | WithdrawGap | Change | CloseIssue | ReopenIssue

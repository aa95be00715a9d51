"""What may be asked of a need, besides what its matches do (`support.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shiendomain.moves import Move
from shiendomain.vocabulary import AgeBand, Frequency, NeedSource, SupportKind, Urgency, Weekday
from shienevents import Home

from .support import FollowMatch


@dataclass(frozen=True)
class NeedFacts:
    """The fields of a need that may be revised."""

    people: int
    age_band: AgeBand
    frequency: Frequency
    weekdays: tuple[Weekday, ...] = ()
    fee_ceiling_yen: int | None = None
    note: str = ""
    hours_from: str | None = None
    hours_until: str | None = None
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True)
class RecordNeed:
    """Record an area's need of a number of people."""

    need_id: UUID
    home: Home
    support_kind: SupportKind
    facts: NeedFacts
    source: NeedSource
    survey_id: UUID | None = None
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class ListNeed:
    """Record a need or revise it, as the row of a list with this reference says (an import)."""

    need_id: UUID
    home: Home
    support_kind: SupportKind
    facts: NeedFacts
    source: NeedSource
    reference: str
    survey_id: UUID | None = None


@dataclass(frozen=True)
class ReviseNeed:
    """Replace the facts of a need; its area and kind stay."""

    need_id: UUID
    facts: NeedFacts


@dataclass(frozen=True)
class GroupNeed:
    """Make an open need part of an issue, or one that `from_issue` hands over. It is written with the issue's event.

    `area`: where the need was when the issue's rule judged it (`None`: it is in an issue, and cannot move).
    """

    need_id: UUID
    issue_id: UUID
    from_issue: UUID | None = None
    area: str | None = None


@dataclass(frozen=True)
class UngroupNeed:
    """Take a need out of this issue. It is written with the issue's event."""

    need_id: UUID
    issue_id: UUID


@dataclass(frozen=True)
class WithdrawNeed:
    """The need no longer exists; or should not have been recorded, or was twice (`by_mistake`)."""

    need_id: UUID
    reason: str
    by_mistake: bool = False


@dataclass(frozen=True)
class ReinstateNeed:
    """Undo a withdrawal that was a mistake."""

    need_id: UUID
    reason: str


@dataclass(frozen=True)
class CorrectNeed:
    """Correct the kind of support of a need that nothing followed from yet."""

    need_id: UUID
    support_kind: SupportKind
    reason: str


@dataclass(frozen=True)
class CorrectSource:
    """Correct how a need was found, and by which survey, whatever became of the need."""

    need_id: UUID
    source: NeedSource
    survey_id: UUID | None
    reason: str


@dataclass(frozen=True)
class MoveNeed:
    """Correct the area of a need that nothing followed from yet.

    Where its area ended (`to.by_mapping`) it goes with what followed from it, and within its issue with `issue_id`.
    """

    need_id: UUID
    to: Move
    issue_id: UUID | None = None


Correction = ReinstateNeed | CorrectNeed | MoveNeed | CorrectSource
Grouping = GroupNeed | UngroupNeed
Command = RecordNeed | ListNeed | ReviseNeed | Grouping | WithdrawNeed | Correction | FollowMatch

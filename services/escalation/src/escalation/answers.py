"""The bodies that the API takes and the answers it gives."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shiendomain.escalation import Minutes, Reason
from shiendomain.vocabulary import (
    AreaCode,
    BodyKind,
    Line,
    Name,
    People,
    ServiceClass,
    SupportKind,
    TargetKind,
    Text,
    Tier,
    Yen,
)
from shienweb import Answer, BoardAnswer, Body, example

from .decider.state import ProposalState

Ids = Annotated[tuple[UUID, ...], Field(max_length=200)]


class AttendanceIn(Body):
    """How many of one kind of body attended. Bodies, not names."""

    kind: BodyKind
    count: Annotated[int, Field(ge=1, le=1000)]


class NewMeeting(Body):
    """A meeting that was held: the council's, its day, the issues and proposals it dealt with."""

    model_config = example(
        council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        held_on="2026-07-15",
        issues=["0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a"],
        attendance=[{"kind": "neighbourhood", "count": 4}],
        minutes="移動手段について協議した",
    )

    council_id: UUID
    held_on: date
    issues: Ids = ()
    proposals: Ids = ()
    attendance: Annotated[tuple[AttendanceIn, ...], Field(max_length=50)] = ()
    minutes: Minutes = ""


class NewProposal(Body):
    """What is asked of the upper tier for an issue with a gap, and at which meeting the council decided to ask."""

    model_config = example(
        issue_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        meeting_id="0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a",
        title="買い物への移動支援",
        ask="週1回の送迎を市の事業として検討してほしい",
    )

    issue_id: UUID
    meeting_id: UUID
    title: Name
    ask: Text = ""


class Receipt(Body):
    """By when the upper tier will answer."""

    model_config = example(due_on="2099-09-30")

    due_on: date


class ReturnIn(Body):
    """What is asked back."""

    model_config = example(asked="対象となる人数を校区ごとに示してください")

    asked: Reason


class Deliberation(Body):
    """What was thought of it: supply, fee, supporters, support for salons."""

    model_config = example(
        meeting_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        supply="社協と調整できる",
        fee="片道200円",
        supporters="登録者12人",
        salon_support="",
    )

    meeting_id: UUID
    supply: Text = ""
    fee: Text = ""
    supporters: Text = ""
    salon_support: Text = ""


class Decision(Body):
    """Why."""

    model_config = example(reason="複数の校区から同じ提案があり、効果が見込める")

    reason: Reason


class Deferral(Body):
    """Until when, and why."""

    model_config = example(until="2099-04-01", reason="来年度の予算で検討する")

    until: date
    reason: Reason


class Design(Body):
    """The service that answers the proposal."""

    model_config = example(
        name="お買い物送迎サービス",
        service_class="visit_d",
        support_kinds=["outing"],
        fee_yen=200,
        criteria="65歳以上で移動が難しい人",
        starts_on="2026-10-01",
    )

    name: Name
    service_class: ServiceClass
    support_kinds: Annotated[tuple[SupportKind, ...], Field(min_length=1, max_length=7)]
    fee_yen: Yen | None = None
    criteria: Text = ""
    starts_on: date


class Launch(Body):
    """How the service begins. Without service areas it serves the areas of the proposal's needs.

    `provider_id` is of the registry's list; a provider that is not on it has its name only.
    """

    model_config = example(
        provider_name="社会福祉協議会",
        service_areas=["272108-03"],
        capacity=20,
        schedule="毎週水曜",
        launched_on="2026-10-01",
    )

    provider_id: UUID | None = None
    provider_name: Name
    service_areas: Annotated[tuple[AreaCode, ...], Field(max_length=500)] = ()
    capacity: People | None = None
    schedule: Line = ""
    launched_on: date


class AttendedOut(Answer):
    """How many of one kind of body attended."""

    kind: BodyKind
    count: int


class NeedOut(Answer):
    """A need behind a proposal."""

    need_id: UUID
    area: str
    people: int


class MeetingOut(Answer):
    """A meeting that was held."""

    meeting_id: UUID
    council_id: UUID
    area: str
    tier: Tier
    held_on: date
    issues: tuple[UUID, ...]
    proposals: tuple[UUID, ...]
    attendance: tuple[AttendedOut, ...]
    minutes: str
    correlation: UUID


class ProposalOut(Answer):
    """A proposal and what became of it. `reason` is that of its last answer, or what was asked back."""

    proposal_id: UUID
    state: ProposalState
    state_ja: str
    area: str
    issue_id: UUID
    council_id: UUID
    target_kind: TargetKind
    target_area: str
    target_council_id: UUID | None
    title: str
    ask: str
    support_kind: SupportKind
    needs: tuple[NeedOut, ...]
    round: int
    escalated_on: date
    due_on: date | None
    deferred_until: date | None
    deliberations: int
    reason: str
    service_id: UUID | None
    service_name: str
    launched_on: date | None
    correlation: UUID


class BoardLine(Answer):
    """Proposals by state; those not closed by the days since their escalation; and how many are overdue."""

    escalated: int
    received: int
    returned: int
    deliberated: int
    adopted: int
    rejected: int
    deferred: int
    withdrawn: int
    designed: int
    launched: int
    waiting_to_30: int
    waiting_to_90: int
    waiting_longer: int
    overdue: int


class AreaLine(BoardLine):
    """The same, of one area."""

    area: str
    name: str


class Board(BoardAnswer):
    """The board of an area on a day: `total` is the sum of `areas`."""

    day: date
    total: BoardLine
    areas: tuple[AreaLine, ...]

"""What waits for a council: the agenda (議題) of its next meeting. A pure rule over what services have in their views.

Source: the slides. A council complements its coordinator (コーディネーターの組織的な補完). Councils report that nobody
knows what became of a proposal. So each thing that only this council can move is on its agenda until it moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from .rules import overdue
from .states import IssueState, ProposalState
from .vocabulary import TargetKind, Tier
from .words import Word

LOOK_AGAIN_DAYS = 180
"""After so many days a council looks again at a service that came of a proposal: twice a fiscal year."""


class AgendaKind(Word):
    """Why something is on the agenda of a council, in the order of the agenda."""

    ANSWER_OVERDUE = "answer_overdue", "回答期限を過ぎた提案", "Proposals whose answer is overdue"
    DEFERRED_DUE = "deferred_due", "保留の期日が来た提案", "Deferred proposals whose day has come"
    PROPOSAL_TO_ANSWER = "proposal_to_answer", "回答する提案", "Proposals to answer"
    PROPOSAL_RETURNED = "proposal_returned", "差戻しの問いに答える提案", "Returned proposals to answer for"
    ISSUE_WITHOUT_MEETING = "issue_without_meeting", "会議でまだ扱っていない地域課題", "Issues no meeting dealt with"
    GAP_WITHOUT_PROPOSAL = "gap_without_proposal", "提案していない不足するサービス", "Gaps without a proposal"
    NEED_IN_NO_PART = (
        "need_in_no_part",
        "提案の分割後に加わり、どの部分にも入っていないニーズのある地域課題",
        "Issues with needs that came after their proposal was split, and are in no part",
    )
    SELF_HELP_OVERDUE = (
        "self_help_overdue",
        "期日を過ぎ報告のない地域の取組",
        "Self-help past its day",
    )
    SERVICE_TO_LOOK_AT = "service_to_look_at", "状況を確認する事業", "Launched services to look at"


@dataclass(frozen=True)
class AgendaCouncil:
    """The council, and all areas that are its own or lie below."""

    council_id: UUID
    tier: Tier
    areas: frozenset[str]


@dataclass(frozen=True)
class IssueAt:
    """An issue of the council."""

    id: UUID
    title: str
    area: str
    state: IssueState
    raised_on: date
    gap_on: date | None
    needs: tuple[UUID, ...] = ()
    """those of which people wait"""


@dataclass(frozen=True)
class ProposalAt:
    """A proposal that the council made, or that concerns its areas. `merged`: it is answered with a merged one.

    The state of one that is part of a merged one is that of the merged one (`rules.answered`).
    """

    id: UUID
    title: str
    area: str
    state: ProposalState
    issue_id: UUID | None
    council_id: UUID | None
    target_kind: TargetKind
    target_council_id: UUID | None
    escalated_on: date
    due_on: date | None
    deferred_until: date | None
    launched_on: date | None
    answered_on: date | None
    """the day of its last answer"""
    merged: bool = False
    part: bool = False
    """whether it is part of a proposal that was split"""
    needs: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class SelfHelpAt:
    """What a body agreed to do for an issue of the council, and whether it was reported."""

    id: UUID
    title: str
    area: str
    until: date
    reported: bool


@dataclass(frozen=True)
class MeetingAt:
    """A meeting of the council."""

    held_on: date
    issues: tuple[UUID, ...]
    proposals: tuple[UUID, ...]


@dataclass(frozen=True)
class Waiting:
    """All that may wait for a council."""

    issues: Sequence[IssueAt]
    proposals: Sequence[ProposalAt]
    self_help: Sequence[SelfHelpAt]
    meetings: Sequence[MeetingAt]


@dataclass(frozen=True)
class AgendaEntry:
    """Something that waits for the council since a day. `thing`: issue, proposal or self_help."""

    kind: AgendaKind
    thing: str
    id: UUID
    title: str
    area: str
    since: date


def agenda(council: AgendaCouncil, waiting: Waiting, day: date) -> tuple[AgendaEntry, ...]:
    """What waits for the council on a day: by kind, the longest waiting first."""
    found = [
        *_issues(waiting),
        *(entry for one in waiting.proposals if (entry := _proposal(council, one, waiting.meetings, day))),
        *_self_help(waiting.self_help, day),
    ]
    order = list(AgendaKind)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.since, str(one.id))))


def _issues(waiting: Waiting) -> Iterator[AgendaEntry]:
    dealt_with = {issue for meeting in waiting.meetings for issue in meeting.issues}
    proposed = {one.issue_id for one in waiting.proposals if one.state not in _GIVEN_UP}
    proposed -= {one.issue_id for one in waiting.proposals if one.part and one.state in _GIVEN_UP}
    for one in waiting.issues:
        if one.state is IssueState.RAISED and one.id not in dealt_with:
            yield AgendaEntry(AgendaKind.ISSUE_WITHOUT_MEETING, "issue", one.id, one.title, one.area, one.raised_on)
        if one.state is IssueState.GAP and one.id not in proposed:
            since = one.gap_on or one.raised_on
            yield AgendaEntry(AgendaKind.GAP_WITHOUT_PROPOSAL, "issue", one.id, one.title, one.area, since)
        elif one.state is IssueState.GAP and _in_no_part(one, waiting.proposals):
            since = one.gap_on or one.raised_on
            yield AgendaEntry(AgendaKind.NEED_IN_NO_PART, "issue", one.id, one.title, one.area, since)


def _in_no_part(issue: IssueAt, proposals: Iterable[ProposalAt]) -> bool:
    """Whether the issue's proposal was split, and people wait of a need that is in none of its parts.

    The council moves the need to an issue of its own, or the split is undone.
    """
    parts = [one for one in proposals if one.part and one.issue_id == issue.id and one.state is not _JOINED]
    return bool(parts) and not {need for one in parts for need in one.needs}.issuperset(issue.needs)


_JOINED = ProposalState.SPLIT_UNDONE
_GIVEN_UP = (ProposalState.REJECTED, ProposalState.WITHDRAWN, ProposalState.ENDED)
"""After these the gap is as it was: it is proposed again, or the issue is closed. So it is for the needs of a part."""


def _proposal(council: AgendaCouncil, one: ProposalAt, meetings: Iterable[MeetingAt], day: date) -> AgendaEntry | None:
    """What a proposal asks of the council that made it, and of the one that answers it."""
    answers, made = _answers(council, one) and not one.merged, one.council_id == council.council_id
    kind, since = None, one.escalated_on
    if overdue(one.state, one.due_on, one.deferred_until, day) and one.state.awaits_answer and (answers or made):
        kind, since = AgendaKind.ANSWER_OVERDUE, one.due_on or since
    elif one.state is ProposalState.DEFERRED and one.deferred_until and one.deferred_until <= day and (answers or made):
        kind, since = AgendaKind.DEFERRED_DUE, one.deferred_until
    elif answers and (one.state is ProposalState.ESCALATED or one.state.awaits_answer):
        kind = AgendaKind.PROPOSAL_TO_ANSWER
    elif made and one.state is ProposalState.RETURNED:
        kind, since = AgendaKind.PROPOSAL_RETURNED, one.answered_on or since
    elif one.state is ProposalState.LAUNCHED and one.launched_on and (answers or made):
        looked = [met.held_on for met in meetings if one.id in met.proposals and met.held_on >= one.launched_on]
        since = max(looked, default=one.launched_on)
        kind = AgendaKind.SERVICE_TO_LOOK_AT if not looked or (day - since).days > LOOK_AGAIN_DAYS else None
    return AgendaEntry(kind, "proposal", one.id, one.title, one.area, since) if kind else None


def _answers(council: AgendaCouncil, one: ProposalAt) -> bool:
    """Whether the council deliberates on the answer: it is the target, or advises the municipality for the area."""
    if one.target_kind is TargetKind.COUNCIL:
        return one.target_council_id == council.council_id
    return council.tier is Tier.TIER1 and one.area in council.areas


def _self_help(agreed: Iterable[SelfHelpAt], day: date) -> Iterator[AgendaEntry]:
    for one in agreed:
        if one.until < day and not one.reported:
            yield AgendaEntry(AgendaKind.SELF_HELP_OVERDUE, "self_help", one.id, one.title, one.area, one.until)

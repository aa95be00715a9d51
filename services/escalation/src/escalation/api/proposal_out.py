"""What is answered of a proposal: what it asks for now, each of its rounds, and the service that comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Self
from uuid import UUID

from shiendomain.mergers import Origin
from shiendomain.proposal_history import DueDate, ProposalRound, Reminder, RoundAnswer, read_rounds
from shiendomain.states import ProposalState
from shiendomain.vocabulary import NeedBehind, SupportKind, TargetKind
from shienweb import Answer, PeopleCount

from ..projections import Behind, ProposalRow
from .grown import GrownFromOut


class NeedOut(Answer):
    """A need behind a proposal."""

    need_id: UUID
    area: str
    people: PeopleCount


def needs_out(needs: Iterable[NeedBehind | Behind]) -> tuple[NeedOut, ...]:
    """The needs as they are answered."""
    return tuple(NeedOut(need_id=need.need_id, area=need.area, people=need.people) for need in needs)


class AnswerOut(Answer):
    """An answer, or the withdrawal. `until`: by when it is answered, or until when it is deferred; `text`: the reason.

    One that was a mistake has `revoked_on` and `revoked_for`: it does not count any more.
    """

    state: ProposalState
    on: date
    until: date | None
    text: str
    revoked_on: date | None
    revoked_for: str

    @classmethod
    def of(cls, said: RoundAnswer) -> Self:
        """The answer made of what is kept of it."""
        return cls(**dict(said))


class DeliberationOut(Answer):
    """What a council thought of the proposal at a meeting, on supply, fee, supporters and support for salons."""

    meeting_id: UUID
    on: date
    supply: str
    fee: str
    supporters: str
    salon_support: str
    revoked_on: date | None
    revoked_for: str

    @classmethod
    def of(cls, said: RoundAnswer) -> Self:
        """The answer made of what is kept of it."""
        return cls(**dict(said))


class DueDateOut(Answer):
    """Another day by which it is answered, since when, and why."""

    due_on: date
    on: date
    reason: str

    @classmethod
    def of(cls, changed: DueDate) -> Self:
        """The answer made of what is kept of it."""
        return cls(**dict(changed))


class ReminderOut(Answer):
    """A reminder that the answer is late: the day that had passed, and when it was reminded of."""

    due_on: date
    on: date

    @classmethod
    def of(cls, reminder: Reminder) -> Self:
        """The answer made of what is kept of it."""
        return cls(**dict(reminder))


class OriginOut(Answer):
    """A proposal that is part of a merged one: what it asked for, and the needs behind it."""

    proposal_id: UUID
    issue_id: UUID | None
    council_id: UUID
    area: str
    title: str
    ask: str
    needs: tuple[NeedOut, ...]
    grown_from: GrownFromOut | None

    @classmethod
    def of(cls, origin: Origin) -> Self:
        """The answer made of what is kept of it."""
        grown = GrownFromOut.of(origin.grown_from) if origin.grown_from else None
        return cls(**dict(origin) | {"needs": needs_out(origin.needs), "grown_from": grown})


class RoundOut(Answer):
    """One time that the proposal went up: what was asked then, with the figures of then, and what was answered.

    A merged proposal has `origins`, and is of no council. `grown_from`: the activity it grew from, as it was then.
    """

    round: int
    escalated_on: date
    council_id: UUID | None
    meeting_id: UUID | None
    target_kind: TargetKind
    target_area: str
    target_council_id: UUID | None
    title: str
    ask: str
    support_kind: SupportKind
    needs: tuple[NeedOut, ...]
    grown_from: GrownFromOut | None
    origins: tuple[OriginOut, ...]
    answers: tuple[AnswerOut, ...]
    deliberations: tuple[DeliberationOut, ...]
    due_dates: tuple[DueDateOut, ...]
    reminders: tuple[ReminderOut, ...]

    @classmethod
    def of(cls, one: ProposalRound) -> Self:
        """The answer made of a round."""
        deliberated = [answer for answer in one.answers if answer.meeting_id]
        return cls(
            **dict(one)
            | {
                "target_kind": one.target.kind,
                "target_area": one.target.area,
                "target_council_id": one.target.council_id,
                "needs": needs_out(one.needs),
                "grown_from": GrownFromOut.of(one.grown_from) if one.grown_from else None,
                "origins": tuple(map(OriginOut.of, one.origins)),
                "answers": tuple(AnswerOut.of(answer) for answer in one.answers if answer not in deliberated),
                "deliberations": tuple(map(DeliberationOut.of, deliberated)),
                "due_dates": tuple(map(DueDateOut.of, one.due_dates)),
                "reminders": tuple(map(ReminderOut.of, one.reminders)),
            }
        )


class ProposalOut(Answer):
    """A proposal and what became of it. A tier-1 council's own proposal may have no issue.

    `escalated_on` is the day its waiting began. `reason` is that of its last answer, or what was asked back.
    `moved_for`: why it is of another area now. `rounds` are all of them, the first one first: the last one is what is
    asked now.

    One that is part of a merged one (`merged_into`) is answered with it: `answer` is where that one stands. A merged
    one is of no council and has `origins`; `awaited` are those whose councils owe an answer to what was asked back.

    One that was split has its `parts`, each a proposal with its own answer; a part names the one it was `split_from`.
    """

    proposal_id: UUID
    state: ProposalState
    state_ja: str
    area: str
    issue_id: UUID | None
    council_id: UUID | None
    target_kind: TargetKind
    target_area: str
    target_council_id: UUID | None
    title: str
    ask: str
    support_kind: SupportKind
    needs: tuple[NeedOut, ...]
    merged_into: UUID | None
    answer: ProposalState | None
    answer_ja: str
    origins: tuple[UUID, ...]
    awaited: tuple[UUID, ...]
    parts: tuple[UUID, ...]
    split_from: UUID | None
    round: int
    rounds: tuple[RoundOut, ...]
    escalated_on: date
    due_on: date | None
    deferred_until: date | None
    reminded_on: date | None
    deliberations: int
    reason: str
    moved_for: str
    service_id: UUID | None
    service_name: str
    launched_on: date | None
    correlation: UUID

    @classmethod
    def of(cls, row: ProposalRow) -> Self:
        """The answer made of a row."""
        more: dict[str, Any] = {
            "needs": needs_out(row.needs),
            "state_ja": row.state.ja,
            "answer_ja": row.answer.ja if row.answer else "",
            "round": row.times_escalated,
            "rounds": tuple(map(RoundOut.of, read_rounds(row.rounds))),
        }
        return cls(**vars(row) | more)

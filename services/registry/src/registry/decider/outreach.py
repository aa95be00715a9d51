"""The rules of an outreach (協力依頼・働きかけ) to a body: ASKED → AGREED, CONSIDERING or DECLINED, again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.registry import (
    OutreachAnswered,
    OutreachAnswerWithdrawn,
    OutreachEvent,
    OutreachMade,
    OutreachReinstated,
    OutreachWithdrawn,
)
from shiendomain.vocabulary import Member, OutreachAnswer, OutreachRequest
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .days import check_happened


@dataclass(frozen=True)
class MakeOutreach:
    """A body was asked to help. `today` is a fact."""

    outreach_id: UUID
    home: Home
    body: Member
    made_on: date
    request: OutreachRequest
    asked: str
    today: date
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class AnswerOutreach:
    """The body answered. `today` is a fact."""

    outreach_id: UUID
    answer: OutreachAnswer
    reason: str
    answered_on: date
    today: date


@dataclass(frozen=True)
class WithdrawOutreachAnswer:
    """An answer was recorded by mistake: this one, of this day."""

    outreach_id: UUID
    answer: OutreachAnswer
    answered_on: date
    reason: str


@dataclass(frozen=True)
class WithdrawOutreach:
    """The outreach was recorded by mistake."""

    outreach_id: UUID
    reason: str


@dataclass(frozen=True)
class ReinstateOutreach:
    """Undo the withdrawal of an outreach, which was itself a mistake."""

    outreach_id: UUID
    reason: str


Command = MakeOutreach | AnswerOutreach | WithdrawOutreachAnswer | WithdrawOutreach | ReinstateOutreach


@dataclass(frozen=True)
class Outreach:
    """An outreach: how it was made, and its answers that stand."""

    made: OutreachMade | None = None
    answers: tuple[OutreachAnswered, ...] = ()
    withdrawn: bool = False

    @property
    def answered(self) -> OutreachAnswered | None:
        """The answer that counts: the last one."""
        return self.answers[-1] if self.answers else None


def decide(command: Command, outreach: Outreach) -> Sequence[OutreachEvent]:
    """The events that follow from a command."""
    if isinstance(command, MakeOutreach):
        return make(command, outreach)
    if outreach.made is None:
        raise NotFound("outreach.unknown")
    match command:
        case AnswerOutreach():
            return answer(command, outreach, outreach.made)
        case WithdrawOutreachAnswer():
            return withdraw_answer(command, outreach)
        case WithdrawOutreach(outreach_id, reason):
            return [] if outreach.withdrawn else [OutreachWithdrawn(outreach_id=outreach_id, reason=reason)]
        case ReinstateOutreach(outreach_id, reason):
            answer_of = outreach.answered.answer if outreach.answered else None
            undone = OutreachReinstated(outreach_id=outreach_id, answer=answer_of, reason=reason)
            return [undone] if outreach.withdrawn else []
        case _:
            assert_never(command)


def make(command: MakeOutreach, outreach: Outreach) -> Sequence[OutreachEvent]:
    """A new outreach."""
    made = OutreachMade(
        outreach_id=command.outreach_id,
        area=command.home.area,
        body=command.body,
        made_on=command.made_on,
        request=command.request,
        asked=command.asked,
        not_the_same_as=command.not_the_same_as,
    )
    if made == outreach.made:
        return []
    if outreach.made:
        raise Rejected("outreach.made")
    check_happened(command.made_on, command.today)
    return [made]


def answer(command: AnswerOutreach, outreach: Outreach, made: OutreachMade) -> Sequence[OutreachEvent]:
    """An answer, not before the body was asked nor before its last answer. Who declines says why."""
    answered = OutreachAnswered(
        outreach_id=command.outreach_id,
        answer=command.answer,
        reason=command.reason,
        answered_on=command.answered_on,
    )
    if outreach.withdrawn:
        raise Rejected("outreach.withdrawn")
    if answered == outreach.answered:
        return []
    if command.answer is OutreachAnswer.DECLINED and not command.reason:
        raise Rejected("outreach.declined_without_reason")
    since = outreach.answered.answered_on if outreach.answered else made.made_on
    check_happened(command.answered_on, command.today, since)
    return [answered]


def withdraw_answer(command: WithdrawOutreachAnswer, outreach: Outreach) -> Sequence[OutreachEvent]:
    """An answer was a mistake; the last one that is left counts."""
    if outreach.withdrawn:
        raise Rejected("outreach.withdrawn")
    left = without_answer(outreach.answers, command.answer, command.answered_on)
    if left == outreach.answers:
        raise Rejected("outreach.no_such_answer")
    last = left[-1] if left else None
    return [
        OutreachAnswerWithdrawn(
            outreach_id=command.outreach_id,
            wrong=command.answer,
            wrong_on=command.answered_on,
            reason=command.reason,
            answer=last.answer if last else None,
            answered_on=last.answered_on if last else None,
            answered_for=last.reason if last else "",
        )
    ]


def without_answer(
    answers: tuple[OutreachAnswered, ...], answer: OutreachAnswer, on: date
) -> tuple[OutreachAnswered, ...]:
    """The answers without the last one that was this on this day."""
    places = [n for n, one in enumerate(answers) if (one.answer, one.answered_on) == (answer, on)]
    return answers[: places[-1]] + answers[places[-1] + 1 :] if places else answers


def evolve(outreach: Outreach, event: OutreachEvent) -> Outreach:
    """The outreach after an event."""
    match event:
        case OutreachMade():
            return Outreach(event)
        case OutreachAnswered():
            return replace(outreach, answers=(*outreach.answers, event))
        case OutreachAnswerWithdrawn():
            return replace(outreach, answers=without_answer(outreach.answers, event.wrong, event.wrong_on))
        case OutreachWithdrawn():
            return replace(outreach, withdrawn=True)
        case OutreachReinstated():
            return replace(outreach, withdrawn=False)
        case _:
            assert_never(event)


decider = Decider[Command, Outreach, OutreachEvent](
    name="outreach",
    commands=types_of(Command),
    events=types_of(OutreachEvent),
    stream=lambda command: command.outreach_id,
    home=lambda command: command.home if isinstance(command, MakeOutreach) else None,
    initial=Outreach(),
    decide=decide,
    evolve=evolve,
)

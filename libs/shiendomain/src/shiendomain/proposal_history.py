"""The rounds of a proposal: each time it went up, what it asked for then, and all that was answered.

A view keeps them in a column of JSON, as `rounds_after` makes it. So the figures of an earlier round are kept when a
new one carries new figures, and an answer that was revoked is shown as revoked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from shienevents import Envelope

from .areas import AreaTree, Territory
from .days import day_of
from .escalation import (
    AnswerChanged,
    AnswerEvent,
    AnswerRevoked,
    DueDateChanged,
    ProposalAdopted,
    ProposalDeferred,
    ProposalDeliberated,
    ProposalEvent,
    ProposalMade,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalWithdrawn,
    Target,
)
from .states import ProposalState
from .vocabulary import NeedBehind, Part, SupportKind


class RoundAnswer(Part):
    """One answer: `until` is the day by which it is answered, or until which it is deferred.

    `text` is the reason, or what was asked back. The four views are those of a deliberation, `meeting_id` its meeting.
    """

    state: ProposalState
    on: date
    until: date | None = None
    text: str = ""
    meeting_id: UUID | None = None
    supply: str = ""
    fee: str = ""
    supporters: str = ""
    salon_support: str = ""
    revoked_on: date | None = None
    revoked_for: str = ""


class DueDate(Part):
    """Another day by which the proposal is answered, since when, and why."""

    due_on: date
    on: date
    reason: str


class ProposalRound(Part):
    """One round of a proposal. `escalated_on` is the day it went up."""

    round: int
    escalated_on: date
    council_id: UUID
    meeting_id: UUID
    target: Target
    title: str
    ask: str
    support_kind: SupportKind
    needs: tuple[NeedBehind, ...]
    answers: tuple[RoundAnswer, ...] = ()
    due_dates: tuple[DueDate, ...] = ()


Rounds = tuple[dict[str, Any], ...]
"""The rounds as JSON, the first one first: what a column of a view holds."""


def read_rounds(rounds: Rounds) -> tuple[ProposalRound, ...]:
    """The rounds that a column holds."""
    return tuple(map(ProposalRound.model_validate, rounds))


def meetings_of(rounds: Rounds) -> tuple[UUID, ...]:
    """The meetings on which the rounds and their answers stand, each once."""
    found = [
        meeting
        for one in read_rounds(rounds)
        for meeting in (one.meeting_id, *(answer.meeting_id for answer in one.answers if not answer.revoked_on))
    ]
    return tuple(dict.fromkeys(meeting for meeting in found if meeting))


def concerns(area: str, need_areas: Sequence[str], territory: Territory, tree: AreaTree) -> bool:
    """Whether a proposal is to be seen in a territory: it is of the territory, or a need of it is behind it.

    What the council of an area above proposes for all of its area has no needs behind it: all below see it.
    """
    if any(map(territory.covers, (area, *need_areas))):
        return True
    return not need_areas and area in tree.served_with(territory.codes)


def standing(rounds: Rounds) -> tuple[RoundAnswer, ...]:
    """The answers of the last round that stand."""
    return tuple(one for one in ProposalRound.model_validate(rounds[-1]).answers if one.revoked_on is None)


def rounds_after(rounds: Rounds, event: ProposalEvent, envelope: Envelope) -> Rounds:
    """The rounds after an event of the proposal. What is designed and launched belongs to none of them."""
    on = day_of(envelope.occurred_at)
    if isinstance(event, ProposalMade):
        return (*rounds, _json(_begun(event, on)))
    if isinstance(event, AnswerEvent | AnswerChanged | ProposalWithdrawn):
        return (*rounds[:-1], _json(_answered(ProposalRound.model_validate(rounds[-1]), event, on)))
    return rounds


def _begun(event: ProposalMade, on: date) -> ProposalRound:
    return ProposalRound(
        round=event.round,
        escalated_on=on,
        council_id=event.council_id,
        meeting_id=event.meeting_id,
        target=event.target,
        title=event.title,
        ask=event.ask,
        support_kind=event.support_kind,
        needs=event.needs,
    )


def _answered(last: ProposalRound, event: AnswerEvent | AnswerChanged | ProposalWithdrawn, on: date) -> ProposalRound:
    match event:
        case DueDateChanged():
            changed = DueDate(due_on=event.due_on, on=on, reason=event.reason)
            return last.model_copy(update={"due_dates": (*last.due_dates, changed)})
        case AnswerRevoked():
            return last.model_copy(update={"answers": _without_last(last.answers, event, on)})
        case _:
            return last.model_copy(update={"answers": (*last.answers, _answer(event, on))})


def _without_last(answers: Sequence[RoundAnswer], event: AnswerRevoked, on: date) -> tuple[RoundAnswer, ...]:
    """The answers, the last one that stood revoked."""
    last = next((n for n, answer in reversed([*enumerate(answers)]) if answer.revoked_on is None), None)
    marks = {"revoked_on": on, "revoked_for": event.reason}
    return tuple(answer.model_copy(update=marks) if n == last else answer for n, answer in enumerate(answers))


def _answer(event: AnswerEvent | ProposalWithdrawn, on: date) -> RoundAnswer:
    match event:
        case ProposalReceived():
            return RoundAnswer(state=ProposalState.RECEIVED, on=on, until=event.due_on)
        case ProposalReturned():
            return RoundAnswer(state=ProposalState.RETURNED, on=on, text=event.asked)
        case ProposalDeliberated():
            views = {name: getattr(event, name) for name in ("supply", "fee", "supporters", "salon_support")}
            return RoundAnswer(state=ProposalState.DELIBERATED, on=on, meeting_id=event.meeting_id, **views)
        case ProposalAdopted():
            return RoundAnswer(state=ProposalState.ADOPTED, on=on, text=event.reason)
        case ProposalRejected():
            return RoundAnswer(state=ProposalState.REJECTED, on=on, text=event.reason)
        case ProposalDeferred():
            return RoundAnswer(state=ProposalState.DEFERRED, on=on, until=event.until, text=event.reason)
        case ProposalWithdrawn():
            return RoundAnswer(state=ProposalState.WITHDRAWN, on=on, text=event.reason)
        case _:
            assert_never(event)


def _json(found: ProposalRound) -> dict[str, Any]:
    return found.model_dump(mode="json")

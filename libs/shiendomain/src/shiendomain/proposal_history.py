"""The rounds of a proposal: each time it went up, what it asked for then, and all that was answered.

A view keeps them in a column of JSON, as `rounds_after` makes it. So the figures of an earlier round are kept when a
new one carries new figures, and an answer that was revoked is shown as revoked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    ProposalAsked,
    ProposalDeferred,
    ProposalDeliberated,
    ProposalEvent,
    ProposalMoved,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalsMerged,
    ProposalWithdrawn,
)
from .grown import GrownFrom
from .mergers import AnsweredWithMerged, MergeUndone, Origin, OriginRenewed, ProposalMergedInto, ProposalUnmerged
from .reminders import AnswerReminded
from .splits import ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone
from .states import ProposalState
from .vocabulary import NeedBehind, Part, SupportKind, Target


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


class Reminder(Part):
    """A reminder that the answer is late: the day that had passed, and when it was reminded of."""

    due_on: date
    on: date


class ProposalRound(Part):
    """One round of a proposal. `escalated_on` is the day it went up, `grown_from` the activity it grew from.

    A merged proposal is of no council: `origins` are the proposals that are part of it, as they were in this round.
    """

    round: int
    escalated_on: date
    council_id: UUID | None = None
    meeting_id: UUID | None = None
    target: Target
    title: str
    ask: str
    support_kind: SupportKind
    needs: tuple[NeedBehind, ...]
    grown_from: GrownFrom | None = None
    origins: tuple[Origin, ...] = ()
    answers: tuple[RoundAnswer, ...] = ()
    due_dates: tuple[DueDate, ...] = ()
    reminders: tuple[Reminder, ...] = ()


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


def grown_in(rounds: Rounds) -> tuple[GrownFrom, ...]:
    """The activities from which the last round grew: of a merged proposal, those of its origins."""
    return grown_of_round(ProposalRound.model_validate(rounds[-1]))


def grown_of_round(one: ProposalRound) -> tuple[GrownFrom, ...]:
    """The activities from which a round grew."""
    return tuple(grown for grown in (one.grown_from, *(origin.grown_from for origin in one.origins)) if grown)


def areas_of(needs: Iterable[NeedBehind]) -> tuple[str, ...]:
    """The areas of these needs, each once."""
    return tuple(sorted({need.area for need in needs}))


def areas_after(areas: Iterable[str], event: ProposalMoved) -> tuple[str, ...]:
    """The areas of the needs behind a proposal, each once, after it was moved: those of its area went with it."""
    return tuple(sorted({event.area if area == event.from_area else area for area in areas}))


def days_told(event: AnsweredWithMerged) -> dict[str, Any]:
    """The days of an origin that an answer to the merged proposal changes, by the name of the column."""
    match event.answer:
        case ProposalState.RECEIVED:
            return {"due_on": event.until}
        case ProposalState.RETURNED:
            return {"due_on": None}
        case ProposalState.DEFERRED:
            return {"deferred_until": event.until}
        case ProposalState.LAUNCHED if event.launched_on:
            return {"launched_on": event.launched_on}
        case _:
            return {}


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


Regrouped = ProposalMergedInto | AnsweredWithMerged | MergeUndone | ProposalSplit | ProposalPartJoined
Said = AnswerEvent | ProposalWithdrawn | Regrouped
"""Events that a round has as an answer."""
Answering = Said | AnswerChanged | ProposalUnmerged | SplitUndone
"""Events that a round has as an answer, or that change one."""


def rounds_after(rounds: Rounds, event: ProposalEvent, envelope: Envelope) -> Rounds:
    """The rounds after an event of the proposal. What is designed and launched belongs to none of them.

    An origin of a merged proposal has all that it was answered with it among its own answers.
    """
    on = day_of(envelope.occurred_at)
    if isinstance(event, ProposalAsked):
        return (*rounds, _json(_begun(event, on)))
    if isinstance(event, OriginRenewed):
        last = ProposalRound.model_validate(rounds[-1])
        return rounds if event.awaited else (*rounds, _json(_renewed(last, event, on)))
    if isinstance(event, Answering):
        return (*rounds[:-1], _json(_answered(ProposalRound.model_validate(rounds[-1]), event, on)))
    return rounds


def _begun(event: ProposalAsked, on: date) -> ProposalRound:
    asked = ProposalRound(
        round=1,
        escalated_on=on,
        target=event.target,
        title=event.title,
        ask=event.ask,
        support_kind=event.support_kind,
        needs=event.needs,
        grown_from=None if isinstance(event, ProposalsMerged) else event.grown_from,
    )
    if isinstance(event, ProposalsMerged):
        received = RoundAnswer(state=ProposalState.RECEIVED, on=on, until=event.due_on, text=event.reason)
        return asked.model_copy(update={"origins": event.origins, "answers": (received,)})
    if isinstance(event, ProposalPartMade):
        begun = RoundAnswer(state=event.state, on=on, until=event.due_on, text=event.reason)
        return asked.model_copy(update={"council_id": event.council_id, "answers": (begun,)})
    council = {"council_id": event.council_id, "meeting_id": event.meeting_id}
    return asked.model_copy(update={"round": event.round, **council})


def _renewed(last: ProposalRound, event: OriginRenewed, on: date) -> ProposalRound:
    """The next round of a merged proposal: what is asked is the same, for the figures of now."""
    needs = tuple(need for origin in event.origins for need in origin.needs)
    now = {"round": event.round, "escalated_on": on, "needs": needs, "origins": event.origins}
    return last.model_copy(update={**now, "answers": (), "due_dates": (), "reminders": ()})


def _answered(last: ProposalRound, event: Answering, on: date) -> ProposalRound:
    match event:
        case DueDateChanged():
            changed = DueDate(due_on=event.due_on, on=on, reason=event.reason)
            return last.model_copy(update={"due_dates": (*last.due_dates, changed)})
        case AnswerReminded():
            reminded = Reminder(due_on=event.due_on, on=event.reminded_on)
            return last.model_copy(update={"reminders": (*last.reminders, reminded)})
        case AnswerRevoked():
            return last.model_copy(update={"answers": _without_last(last.answers, event, on)})
        case ProposalUnmerged():
            return last.model_copy(update={"answers": _without(last.answers, ProposalState.MERGED, event, on)})
        case SplitUndone():
            return last.model_copy(update={"answers": _without(last.answers, ProposalState.SPLIT, event, on)})
        case _:
            return last.model_copy(update={"answers": (*last.answers, _answer(event, on))})


def _without_last(answers: Sequence[RoundAnswer], event: AnswerRevoked, on: date) -> tuple[RoundAnswer, ...]:
    """The answers, the last one that stood revoked."""
    last = next((n for n, answer in reversed([*enumerate(answers)]) if answer.revoked_on is None), None)
    marks = {"revoked_on": on, "revoked_for": event.reason}
    return tuple(answer.model_copy(update=marks) if n == last else answer for n, answer in enumerate(answers))


def _without(
    answers: Sequence[RoundAnswer], since: ProposalState, event: ProposalUnmerged | SplitUndone, on: date
) -> tuple[RoundAnswer, ...]:
    """The answers, those since the merger or the split revoked with it. In a round that began in the merger: all."""
    first = max((n for n, answer in enumerate(answers) if answer.state is since), default=0)
    marks = {"revoked_on": on, "revoked_for": event.reason}
    return tuple(
        answer.model_copy(update=marks) if n >= first and answer.revoked_on is None else answer
        for n, answer in enumerate(answers)
    )


def _answer(event: Said, on: date) -> RoundAnswer:
    match event:
        case ProposalMergedInto():
            return RoundAnswer(state=ProposalState.MERGED, on=on, until=event.due_on, text=event.reason)
        case AnsweredWithMerged():
            return RoundAnswer(state=event.answer, on=on, until=event.until, text=event.text)
        case MergeUndone():
            return RoundAnswer(state=ProposalState.MERGE_UNDONE, on=on, text=event.reason)
        case ProposalSplit():
            return RoundAnswer(state=ProposalState.SPLIT, on=on, text=event.reason)
        case ProposalPartJoined():
            return RoundAnswer(state=ProposalState.SPLIT_UNDONE, on=on, text=event.reason)
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

"""What may happen to a council meeting: it is recorded after it was held, and put right where it was recorded wrongly.

What follows from a meeting (a proposal, a deliberation, what residents agreed to do) stands on what the meeting dealt
with and on its day. A correction keeps that ground, or is refused and names what stands on it. Whatever takes a meeting
as its ground says so in the meeting's stream, in the same commit: of the two at one moment, one sees the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.meetings import (
    Attendance,
    CouncilMeetingHeld,
    MeetingCorrected,
    MeetingEvent,
    MeetingFollowed,
    MeetingItem,
    MeetingWithdrawn,
)
from shiendomain.vocabulary import Tier
from shiendomain.words import Word
from shienevents import Decider, Home, NotFound, Rejected, types_of


class Matter(Word):
    """What a meeting is of or deals with, or what came of it."""

    COUNCIL = "council", "協議体", "The council"
    ISSUE = "issue", "地域課題", "The issue"
    PROPOSAL = "proposal", "提案", "The proposal"
    DELIBERATION = "deliberation", "提案の協議", "A deliberation on the proposal"
    SELF_HELP = "self_help", "地域の取組の合意", "The agreement on self-help"


@dataclass(frozen=True)
class MeetingFacts:
    """What is known of a meeting that was held, with the area of its council."""

    meeting_id: UUID
    council_id: UUID
    issues: tuple[UUID, ...] = ()
    proposals: tuple[UUID, ...] = ()
    area: str = ""
    held_on: date = date.min


@dataclass(frozen=True)
class MeetingReport:
    """What is reported of a meeting: its day, what it dealt with, who attended by kind of body, and what was said."""

    held_on: date
    issues: tuple[UUID, ...] = ()
    proposals: tuple[UUID, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    minutes: str = ""
    items: tuple[MeetingItem, ...] = ()


@dataclass(frozen=True)
class There:
    """The day from which the council, or an issue or proposal that the meeting dealt with, was there."""

    what: Matter
    id: UUID
    since: date


@dataclass(frozen=True)
class Followed:
    """What came of a meeting on a day, and the issue or the proposal that the meeting dealt with for it.

    `since`: the meeting is not before that day.
    """

    what: Matter
    id: UUID
    on: date
    issue_id: UUID | None = None
    proposal_id: UUID | None = None
    since: date = date.min


@dataclass(frozen=True)
class HoldMeeting:
    """Record a council's meeting. Facts: since when all of it was `there`, since when the council is dormant."""

    meeting_id: UUID
    home: Home
    council_id: UUID
    tier: Tier
    report: MeetingReport
    today: date
    there: tuple[There, ...] = ()
    dormant_since: date | None = None
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class CorrectMeeting:
    """Put right what was recorded of a meeting, all of it. Facts as for a new one, and what `followed` from it.

    `times_followed`: how often something took it as its ground, as the view knows it.
    """

    meeting_id: UUID
    report: MeetingReport
    reason: str
    today: date
    there: tuple[There, ...] = ()
    dormant_since: date | None = None
    followed: tuple[Followed, ...] = ()
    times_followed: int = 0


@dataclass(frozen=True)
class WithdrawMeeting:
    """The meeting was recorded by mistake. Facts: what `followed` from it, and how often something did."""

    meeting_id: UUID
    reason: str
    followed: tuple[Followed, ...] = ()
    times_followed: int = 0


@dataclass(frozen=True)
class FollowMeeting:
    """A proposal, or what residents agreed to do, takes the meeting as its ground. Fact: what is `seen` of it."""

    meeting_id: UUID
    seen: MeetingFacts
    proposal_id: UUID | None = None
    self_help_id: UUID | None = None


Command = HoldMeeting | CorrectMeeting | WithdrawMeeting | FollowMeeting


@dataclass(frozen=True)
class Meeting:
    """What is reported of a meeting, whether it was recorded by mistake, and how often something took it as ground."""

    report: MeetingReport
    withdrawn: bool = False
    followed: int = 0


def decide(command: Command, known: Meeting | None) -> Sequence[MeetingEvent]:
    """What follows from the command."""
    match command:
        case HoldMeeting():
            return hold(command, known)
        case CorrectMeeting():
            return correct(command, known)
        case WithdrawMeeting():
            return withdraw(command, known)
        case FollowMeeting():
            return [follow(command, known)]
        case _:
            assert_never(command)


def hold(command: HoldMeeting, known: Meeting | None) -> Sequence[MeetingEvent]:
    """The meeting, once: the same one again changes nothing."""
    if known:
        return []
    check_day(command)
    return [
        CouncilMeetingHeld(
            meeting_id=command.meeting_id,
            council_id=command.council_id,
            area=command.home.area,
            tier=command.tier,
            not_the_same_as=command.not_the_same_as,
            **vars(command.report),
        )
    ]


def correct(command: CorrectMeeting, known: Meeting | None) -> Sequence[MeetingEvent]:
    """What is right, with the reason; nothing when nothing was wrong."""
    if known is None:
        raise NotFound("meeting.unknown")
    if known.withdrawn:
        raise Rejected("meeting.withdrawn")
    if command.report == known.report:
        return []
    check_followed(command, known)
    check_day(command)
    check_ground(command.report, command.followed)
    return [MeetingCorrected(meeting_id=command.meeting_id, reason=command.reason, **vars(command.report))]


def withdraw(command: WithdrawMeeting, known: Meeting | None) -> Sequence[MeetingEvent]:
    """The meeting does not count, once; nothing stands on it."""
    if known is None:
        raise NotFound("meeting.unknown")
    if known.withdrawn:
        return []
    check_followed(command, known)
    for one in command.followed:
        raise Rejected("meeting.followed", what=one.what, id=one.id, on=one.on)
    dealt_with = {"issues": known.report.issues, "proposals": known.report.proposals}
    return [MeetingWithdrawn(meeting_id=command.meeting_id, reason=command.reason, **dealt_with)]


def follow(command: FollowMeeting, known: Meeting | None) -> MeetingFollowed:
    """It is as it was seen. Raises `Rejected` or `NotFound`."""
    if known is None:
        raise NotFound("meeting.unknown")
    if known.withdrawn:
        raise Rejected("meeting.withdrawn")
    report, seen = known.report, command.seen
    if (report.held_on, report.issues, report.proposals) != (seen.held_on, seen.issues, seen.proposals):
        raise Rejected("meeting.changed")
    ground = {"proposal_id": command.proposal_id, "self_help_id": command.self_help_id}
    return MeetingFollowed(meeting_id=command.meeting_id, **ground)


def check_followed(command: CorrectMeeting | WithdrawMeeting, known: Meeting) -> None:
    """The command knows all that stands on the meeting. Raises `Rejected`."""
    if command.times_followed != known.followed:
        raise Rejected("meeting.changed")


def check_day(command: HoldMeeting | CorrectMeeting) -> None:
    """It was held, by a council at work, and when all that it dealt with was there. Raises `Rejected`."""
    held_on = command.report.held_on
    if held_on > command.today:
        raise Rejected("meeting.not_held_yet", held_on=held_on)
    for one in command.there:
        if held_on < one.since:
            raise Rejected("meeting.not_there_yet", held_on=held_on, what=one.what, id=one.id, since=one.since)
    if command.dormant_since is not None:
        raise Rejected("council.dormant", since=command.dormant_since)


def check_ground(report: MeetingReport, followed: Iterable[Followed]) -> None:
    """What followed from the meeting still follows from it. Raises `Rejected`, naming what does not."""
    for one in followed:
        lost = one.issue_id and one.issue_id not in report.issues
        lost = lost or (one.proposal_id and one.proposal_id not in report.proposals)
        if lost or not one.since <= report.held_on <= one.on:
            raise Rejected("meeting.followed", what=one.what, id=one.id, on=one.on)


def evolve(known: Meeting | None, event: MeetingEvent) -> Meeting | None:
    """The meeting after an event."""
    match event:
        case CouncilMeetingHeld() | MeetingCorrected():
            report = {field.name: getattr(event, field.name) for field in fields(MeetingReport)}
            return Meeting(MeetingReport(**report), followed=known.followed if known else 0)
        case MeetingFollowed():
            return known and replace(known, followed=known.followed + 1)
        case MeetingWithdrawn():
            return known and replace(known, withdrawn=True)
        case _:
            assert_never(event)


decider = Decider[Command, Meeting | None, MeetingEvent](
    name="meeting",
    commands=types_of(Command),
    events=types_of(MeetingEvent),
    stream=lambda command: command.meeting_id,
    home=lambda command: command.home if isinstance(command, HoldMeeting) else None,
    initial=None,
    decide=decide,
    evolve=evolve,
)

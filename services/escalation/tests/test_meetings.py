"""The rulebook of meetings, and the row of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from escalation.decider import meeting
from escalation.decider.meeting import (
    CorrectMeeting,
    Followed,
    FollowMeeting,
    HoldMeeting,
    Matter,
    MeetingFacts,
    MeetingReport,
    There,
    WithdrawMeeting,
)
from escalation.projections import Attended, Discussed, MeetingRow, meetings
from shiendomain.vocabulary import BodyKind, MeetingItemKind, Tier
from shienevents import Event
from shienevents.testing import FoldScenario, Scenario, an_envelope, check_fold_laws

from .facts import (
    COUNCIL,
    HELD_EVENT,
    HOME,
    ISSUE,
    MEETING,
    MEETING_CORRECTED,
    MEETING_FOLLOWED,
    MEETING_WITHDRAWN,
    NORTH,
    PROPOSAL,
    SELF_HELP,
    TODAY,
    uuid,
)

told = Scenario(meeting.decider)
DAY = timedelta(days=1)
held = MeetingReport(TODAY, (ISSUE,), (), HELD_EVENT.attendance, HELD_EVENT.minutes, HELD_EVENT.items)
right = MeetingReport(**{name: getattr(MEETING_CORRECTED, name) for name in vars(held)})
hold = HoldMeeting(MEETING, HOME, COUNCIL, Tier.TIER2, held, TODAY)
correct = CorrectMeeting(MEETING, right, MEETING_CORRECTED.reason, TODAY)


def test_a_meeting_is_noted_once() -> None:
    told.given().when(hold).then(HELD_EVENT)
    told.given(HELD_EVENT).when(hold).then()


@pytest.mark.parametrize("recorded", [(), (HELD_EVENT,)])
def test_a_dormant_council_holds_no_meeting_and_a_day_to_come_has_none(recorded: Any) -> None:
    command: Any = correct if recorded else hold
    at = told.given(*recorded)
    at.when(replace(command, dormant_since=TODAY)).then_rejected("council.dormant", since=TODAY)
    early = replace(command, today=command.report.held_on - DAY)
    at.when(early).then_rejected("meeting.not_held_yet", held_on=command.report.held_on)


@pytest.mark.parametrize("what", [Matter.COUNCIL, Matter.ISSUE, Matter.PROPOSAL])
def test_no_meeting_is_before_its_council_and_what_it_dealt_with_were_there(what: Matter) -> None:
    since = There(what, uuid(9), TODAY)
    told.given().when(replace(hold, there=(since,))).then(HELD_EVENT)
    told.given(HELD_EVENT).when(replace(correct, there=(since,))).then_rejected(
        "meeting.not_there_yet", held_on=TODAY - DAY, what=what, id=uuid(9), since=TODAY
    )


def test_a_meeting_is_put_right_with_a_reason() -> None:
    told.given(HELD_EVENT).when(correct).then(MEETING_CORRECTED)
    told.given(HELD_EVENT, MEETING_CORRECTED).when(correct).then()
    told.given(HELD_EVENT, MEETING_CORRECTED).when(replace(correct, report=held)).then(
        MEETING_CORRECTED.model_copy(update=vars(held))
    )
    told.given().when(correct).then_not_found("meeting.unknown")


PROPOSED = Followed(Matter.PROPOSAL, PROPOSAL, TODAY, issue_id=ISSUE)
DELIBERATED = Followed(Matter.DELIBERATION, PROPOSAL, TODAY, proposal_id=PROPOSAL, since=TODAY - DAY)
AGREED = Followed(Matter.SELF_HELP, SELF_HELP, TODAY, issue_id=ISSUE)


@pytest.mark.parametrize("what", [PROPOSED, DELIBERATED, AGREED])
def test_what_followed_from_a_meeting_keeps_its_ground_or_is_named(what: Followed) -> None:
    told.given(HELD_EVENT).when(replace(correct, followed=(what,))).then(MEETING_CORRECTED)
    later, without = replace(right, held_on=TODAY + DAY), replace(right, issues=(), proposals=())
    for wrong in (later, without):
        again = replace(correct, report=wrong, followed=(what,), today=TODAY + DAY)
        told.given(HELD_EVENT).when(again).then_rejected("meeting.followed", what=what.what, id=what.id, on=TODAY)


def test_a_meeting_recorded_by_mistake_is_withdrawn_while_nothing_stands_on_it() -> None:
    withdraw = WithdrawMeeting(MEETING, MEETING_WITHDRAWN.reason)
    told.given(HELD_EVENT).when(withdraw).then(MEETING_WITHDRAWN)
    told.given(HELD_EVENT, MEETING_WITHDRAWN).when(withdraw).then()
    told.given(HELD_EVENT, MEETING_WITHDRAWN).when(correct).then_rejected("meeting.withdrawn")
    told.given().when(withdraw).then_not_found("meeting.unknown")
    told.given(HELD_EVENT).when(replace(withdraw, followed=(AGREED,))).then_rejected(
        "meeting.followed", what=Matter.SELF_HELP, id=SELF_HELP, on=TODAY
    )


def test_of_a_correction_and_what_takes_the_meeting_as_its_ground_one_sees_the_other() -> None:
    seen = MeetingFacts(MEETING, COUNCIL, (ISSUE,), (), NORTH, TODAY)
    follow = FollowMeeting(MEETING, seen, proposal_id=PROPOSAL)
    followed = MEETING_FOLLOWED.model_copy(update={"self_help_id": None})
    told.given(HELD_EVENT).when(follow).then(followed)
    told.given(HELD_EVENT, MEETING_CORRECTED).when(follow).then_rejected("meeting.changed")
    told.given(HELD_EVENT, MEETING_WITHDRAWN).when(follow).then_rejected("meeting.withdrawn")
    told.given().when(follow).then_not_found("meeting.unknown")
    withdraw = WithdrawMeeting(MEETING, MEETING_WITHDRAWN.reason)
    for late in (correct, withdraw):
        told.given(HELD_EVENT, followed).when(late).then_rejected("meeting.changed")
    told.given(HELD_EVENT, followed).when(replace(correct, times_followed=1)).then(MEETING_CORRECTED)
    told.given(HELD_EVENT, followed, MEETING_CORRECTED).when(withdraw).then_rejected("meeting.changed")


def test_a_deliberation_is_not_moved_before_its_round() -> None:
    early = replace(correct, report=replace(right, held_on=TODAY - 2 * DAY), followed=(DELIBERATED,))
    told.given(HELD_EVENT).when(early).then_rejected(
        "meeting.followed", what=Matter.DELIBERATION, id=PROPOSAL, on=TODAY
    )


def test_a_meeting_is_shown_whole_and_as_it_was_corrected() -> None:
    row = MeetingRow(
        meeting_id=MEETING,
        version=1,
        council_id=COUNCIL,
        area=NORTH,
        tier=Tier.TIER2,
        held_on=TODAY,
        issues=(ISSUE,),
        attendance=(Attended(BodyKind.NPO, 2),),
        minutes="移動支援について",
        items=(Discussed(MeetingItemKind.SALON_INDEPENDENCE, "世話役の交代", "輪番とする", smooth_running=True),),
        correlation=an_envelope().correlation,
    )
    seen = FoldScenario(meetings).given(HELD_EVENT)
    seen.then(row)
    seen.given(MEETING_CORRECTED).then(
        replace(
            row,
            version=2,
            held_on=date(2026, 4, 9),
            proposals=(PROPOSAL,),
            attendance=(Attended(BodyKind.NPO, 3),),
            minutes="移動支援について協議",
            reason="開催日の誤り",
        )
    )
    by = (PROPOSAL, uuid(41))
    seen.given(MEETING_FOLLOWED, MEETING_FOLLOWED).then(replace(row, version=3, followed_by=by, times_followed=2))
    seen.given(MEETING_WITHDRAWN).then(replace(row, version=2, withdrawn=True, reason=MEETING_WITHDRAWN.reason))


def test_meetings_keep_the_laws_of_a_fold() -> None:
    one: st.SearchStrategy[list[Event]] = st.sampled_from(
        [[HELD_EVENT], [HELD_EVENT, MEETING_FOLLOWED, MEETING_CORRECTED, MEETING_FOLLOWED, MEETING_WITHDRAWN]]
    )
    check_fold_laws(meetings, st.tuples(one))

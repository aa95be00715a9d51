"""Reminders of late answers: decided by the day that the command says, and given by a tick on the running service."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta

import pytest

from escalation.decider import proposal
from escalation.decider.reminder import RemindAnswer
from shiendomain.days import today
from shiendomain.escalation import DueDateChanged
from shiendomain.mergers import AnsweredWithMerged
from shiendomain.reminders import AnswerReminded
from shiendomain.states import ProposalState
from shienevents import Wake
from shienevents.testing import Scenario
from shienweb.testing import Caller

from .facts import ADOPTED, DEFERRED, MERGED_INTO, PROPOSAL, RECEIVED, RETURNED, TODAY, escalated
from .test_mergers_api import MERGER, two_received
from .world import City

asked = Scenario(proposal.decider)
EVERY = 14


def on(day: date) -> RemindAnswer:
    return RemindAnswer(PROPOSAL, day, EVERY)


def reminded(due_on: date, day: date, number: int = 1) -> AnswerReminded:
    return AnswerReminded(proposal_id=PROPOSAL, due_on=due_on, reminded_on=day, number=number)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_an_answer_is_reminded_of_when_it_is_late_and_again_after_so_many_days() -> None:
    first, late = reminded(TODAY, TODAY + days(1)), TODAY + days(1)
    asked.given(escalated(), RECEIVED).when(on(TODAY)).then()
    asked.given(escalated(), RECEIVED).when(on(late)).then(first)
    asked.given(escalated(), RECEIVED, first).when(on(late)).then()
    asked.given(escalated(), RECEIVED, first).when(on(late + days(EVERY - 1))).then()
    again = reminded(TODAY, late + days(EVERY), 2)
    asked.given(escalated(), RECEIVED, first).when(on(late + days(EVERY))).then(again)


def test_nobody_is_reminded_of_what_was_answered_or_is_not_there() -> None:
    for answer in (RETURNED, ADOPTED):
        asked.given(escalated(), RECEIVED, answer).when(on(TODAY + days(99))).then()
    asked.given(escalated()).when(on(TODAY + days(99))).then()


def test_a_deferral_is_reminded_of_when_its_day_has_passed() -> None:
    until, late = DEFERRED.until, DEFERRED.until + days(1)
    before = reminded(TODAY, TODAY + days(1))
    asked.given(escalated(), RECEIVED, before, DEFERRED).when(on(until)).then()
    asked.given(escalated(), RECEIVED, before, DEFERRED).when(on(late)).then(reminded(until, late))


def test_another_due_day_begins_anew() -> None:
    changed = DueDateChanged(proposal_id=PROPOSAL, due_on=TODAY + days(5), reason="次回を待つ")
    given = (escalated(), RECEIVED, reminded(TODAY, TODAY + days(1)), changed)
    asked.given(*given).when(on(TODAY + days(5))).then()
    late = TODAY + days(6)
    asked.given(*given).when(on(late)).then(reminded(TODAY + days(5), late))


def test_the_council_of_an_origin_is_reminded_with_the_merged_proposal() -> None:
    late = MERGED_INTO.due_on + days(1)
    given = (escalated(), RECEIVED, MERGED_INTO)
    asked.given(*given).when(on(late)).then(reminded(MERGED_INTO.due_on, late))
    answered = AnsweredWithMerged(
        proposal_id=PROPOSAL, merged_id=MERGED_INTO.merged_id, answer=ProposalState.ADOPTED, text="必要"
    )
    asked.given(*given, answered).when(on(late)).then()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_tick_reminds_of_what_is_late_once_and_both_sides_see_it(city: City, tier1: Caller) -> None:
    async with AsyncExitStack() as stack:
        _, callers, ids = await two_received(city, stack, tier1)
        merged = (await tier1.wrote("/mergers", {"proposals": ids, **MERGER}))["id"]
        due = date.fromisoformat((await tier1.saw(f"/proposals/{merged}"))["due_on"])
        ticker = city.world.app.state.shien.service.ticker
        noon = datetime(due.year, due.month, due.day, 3, tzinfo=UTC)
        for wake, written in ((noon, 0), (noon + days(1), 3), (noon + days(1), 0), (noon + days(15), 3)):
            assert len(await ticker.turn("remind_answers", Wake(wake))) == written
        for caller, one in ((tier1, merged), (callers[1], ids[1])):
            seen = await caller.until(f"/proposals/{one}", lambda seen: len(seen["rounds"][-1]["reminders"]) > 1)
            assert seen["rounds"][-1]["reminders"] == [
                {"due_on": str(due), "on": str(due + days(number))} for number in (1, 15)
            ]
    assert today() < due, "no clock was waited for"

"""What a mistaken answer is corrected by, and the proposals that a tier-1 council makes of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from escalation.decider import proposal
from escalation.decider.answer_correction import ChangeDueDate, RevokeAnswer
from escalation.decider.own_proposal import MakeOwnProposal, RenewOwnProposal
from escalation.decider.service import LaunchService
from escalation.projections import ProposalRow, proposals
from shiendomain.escalation import AnswerRevoked
from shiendomain.proposal_history import read_rounds
from shiendomain.rules import overdue
from shiendomain.states import ProposalState as State
from shiendomain.vocabulary import NeedBehind, Tier
from shienevents import Event, Home
from shienevents.testing import Scenario, an_envelope

from .facts import (
    ADOPTED,
    ALL,
    CITY,
    DEFERRED,
    DELIBERATED,
    DESIGNED,
    DUE_CHANGED,
    LAUNCHED,
    OWN,
    PROPOSAL,
    RECEIVED,
    REJECTED,
    RETURNED,
    REVOKED,
    TODAY,
    UPPER,
    UPPER_HELD,
    WARD,
    WITHDRAWN,
    escalated,
    uuid,
)

rules = Scenario(proposal.decider)


def row_of(*events: Event) -> ProposalRow:
    """The row of a proposal after these events."""
    row = proposals.blank(PROPOSAL)
    for version, event in enumerate(events, start=1):
        row = replace_row(proposals.evolve(row, event, an_envelope(version=version)))
    return row


def replace_row(row: ProposalRow | None) -> ProposalRow:
    """The row, which no event removes."""
    assert row is not None
    return row


sent = rules.given(escalated())
received = sent.given(RECEIVED)
change = ChangeDueDate(PROPOSAL, DUE_CHANGED.due_on, DUE_CHANGED.reason, TODAY)
ANSWERS: dict[Any, Any] = {
    State.RETURNED: RETURNED,
    State.DELIBERATED: DELIBERATED,
    State.ADOPTED: ADOPTED,
    State.REJECTED: REJECTED,
    State.DEFERRED: DEFERRED,
}


def revoke(answer: Any, *, gap: bool = True) -> RevokeAnswer:
    return RevokeAnswer(PROPOSAL, answer, REVOKED.reason, gap)


def revoked(answer: Any, state: Any, **days: date) -> AnswerRevoked:
    return AnswerRevoked(proposal_id=PROPOSAL, answer=answer, state=state, reason=REVOKED.reason, **days)


def test_a_due_date_is_changed_with_a_reason() -> None:
    received.when(change).then(DUE_CHANGED)
    received.given(DUE_CHANGED).when(change).then()
    yesterday = TODAY - timedelta(days=1)
    received.when(replace(change, due_on=yesterday)).then_rejected("proposal.due_in_past", due_on=yesterday)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_mistaken_answer_is_revoked_and_the_proposal_is_as_it_was(answer: State) -> None:
    told = received.given(DUE_CHANGED, ANSWERS[answer])
    told.when(revoke(answer)).then(revoked(answer, State.RECEIVED, due_on=DUE_CHANGED.due_on))
    told.given(revoked(answer, State.RECEIVED, due_on=DUE_CHANGED.due_on)).when(revoke(State.RECEIVED)).then(
        revoked(State.RECEIVED, State.ESCALATED)
    )


def test_what_it_was_before_includes_its_days() -> None:
    told = received.given(DEFERRED, REJECTED)
    told.when(revoke(State.REJECTED)).then(
        revoked(State.REJECTED, State.DEFERRED, due_on=TODAY, deferred_until=DEFERRED.until)
    )
    received.given(DELIBERATED, ADOPTED).when(revoke(State.ADOPTED)).then(REVOKED)


@pytest.mark.parametrize(
    ("after", "answer", "state"),
    [
        ((RECEIVED, ADOPTED, DESIGNED), State.ADOPTED, State.DESIGNED),
        ((RECEIVED, ADOPTED, DESIGNED, LAUNCHED), State.ADOPTED, State.LAUNCHED),
        ((RECEIVED, RETURNED, escalated(round=2)), State.RETURNED, State.ESCALATED),
        ((RECEIVED, REJECTED, escalated(round=2)), State.REJECTED, State.ESCALATED),
        ((RECEIVED, DEFERRED, WITHDRAWN), State.DEFERRED, State.WITHDRAWN),
        ((RECEIVED, DELIBERATED), State.RECEIVED, State.DELIBERATED),
        ((), State.RECEIVED, State.ESCALATED),
    ],
)
def test_an_answer_that_something_followed_is_not_revoked(after: Any, answer: Any, state: State) -> None:
    sent.given(*after).when(revoke(answer)).then_rejected("proposal.answer_not_last", answer=answer, state=state)


def test_a_rejection_is_not_revoked_once_the_gap_is_gone() -> None:
    """The council may have closed the issue, because it was rejected."""
    received.given(REJECTED).when(revoke(State.REJECTED, gap=False)).then_rejected("proposal.no_gap")
    received.given(ADOPTED).when(revoke(State.ADOPTED, gap=False)).then(
        revoked(State.ADOPTED, State.RECEIVED, due_on=TODAY)
    )


def test_the_row_counts_by_the_state_as_it_then_is_and_keeps_what_was_revoked() -> None:
    days = {"due_on": TODAY, "deferred_until": DEFERRED.until}
    events = [escalated(), RECEIVED, DEFERRED, DELIBERATED]
    before = row_of(*events)
    events += [ADOPTED, revoked(State.ADOPTED, State.DELIBERATED, **days)]
    now = row_of(*events)
    names = ("state", "due_on", "deferred_until", "deliberations", "reason", "meetings")
    assert [getattr(now, name) for name in names] == [getattr(before, name) for name in names]
    (one,) = read_rounds(now.rounds)
    assert [(said.state, said.revoked_for) for said in one.answers] == [
        (State.RECEIVED, ""),
        (State.DEFERRED, ""),
        (State.DELIBERATED, ""),
        (State.ADOPTED, REVOKED.reason),
    ]
    undone = row_of(*events, revoked(State.DELIBERATED, State.DEFERRED, **days))
    assert (undone.deliberations, undone.state, undone.reason) == (0, State.DEFERRED, DEFERRED.reason)
    assert UPPER_HELD.meeting_id not in undone.meetings
    assert overdue(undone.state, undone.due_on, undone.deferred_until, date(2026, 5, 2))


def test_a_new_round_carries_the_new_figures_and_both_are_kept() -> None:
    more = (NeedBehind(need_id=uuid(21), area=WARD, people=9),)
    again = escalated(round=2).model_copy(update={"needs": more, "ask": "週二回の送迎"})
    row = row_of(escalated(), RECEIVED, DUE_CHANGED, RETURNED, again, RECEIVED)
    first, second = read_rounds(row.rounds)
    assert [sum(need.people for need in one.needs) for one in (first, second)] == [6, 9]
    assert (first.ask, second.ask, row.ask) == ("週一回の送迎", "週二回の送迎", "週二回の送迎")
    assert [answer.text for answer in first.answers] == ["", RETURNED.asked]
    assert [(one.due_on, one.reason) for one in first.due_dates] == [(DUE_CHANGED.due_on, DUE_CHANGED.reason)]
    assert [answer.state for answer in second.answers] == [State.RECEIVED]
    assert row.need_areas == (WARD,)


own_home = Home(CITY, WARD)
make = MakeOwnProposal(OWN.proposal_id, own_home, UPPER, Tier.TIER1, UPPER_HELD, OWN.title, OWN.ask, OWN.support_kind)
renew = RenewOwnProposal(OWN.proposal_id, UPPER_HELD, "サロンの自立", "世話役の養成を18か所で", OWN.support_kind)


def of_own(*events: Any) -> list[Any]:
    """These answers, to the tier-1 council's own proposal."""
    return [event.model_copy(update={"proposal_id": OWN.proposal_id}) for event in events]


def test_a_tier_1_council_proposes_without_an_issue_from_below() -> None:
    rules.given().when(make).then(OWN)
    rules.given(OWN).when(make).then()
    rules.given().when(replace(make, tier=Tier.TIER2)).then_rejected("proposal.own_not_tier1")
    other = replace(make, meeting=replace(UPPER_HELD, council_id=uuid(9)))
    rules.given().when(other).then_rejected("proposal.no_own_meeting")


@pytest.mark.parametrize("end", [(RECEIVED, RETURNED), (RECEIVED, REJECTED), (WITHDRAWN,)])
def test_it_is_proposed_again_as_a_further_round(end: Any) -> None:
    told = rules.given(OWN, *of_own(*end))
    told.when(renew).then(OWN.model_copy(update={"ask": renew.ask, "round": 2}))
    other = replace(renew, meeting=replace(UPPER_HELD, council_id=uuid(9)))
    told.when(other).then_rejected("proposal.no_own_meeting")


def test_only_a_proposal_of_its_own_that_came_back_is_renewed() -> None:
    needed = (State.RETURNED, State.WITHDRAWN, State.REJECTED, State.ENDED)
    rules.given(OWN).when(renew).then_rejected("proposal.wrong_state", state=State.ESCALATED, needed=needed)
    of_issue = received.given(RETURNED).when(replace(renew, proposal_id=PROPOSAL))
    of_issue.then_rejected("proposal.of_an_issue", issue=escalated().issue_id)
    rules.given().when(renew).then_not_found("proposal.unknown")


def test_its_service_serves_no_need_and_begins_in_the_councils_area() -> None:
    events = of_own(RECEIVED, ADOPTED, DESIGNED.model_copy(update={"support_kinds": (OWN.support_kind,)}))
    launch = LaunchService(OWN.proposal_id, None, "NPO 北", (), 10, "毎週火曜", TODAY, TODAY, {}, ALL)
    begun = LAUNCHED.model_copy(
        update={
            "proposal_id": OWN.proposal_id,
            "area": WARD,
            "service_areas": (WARD,),
            "needs": (),
            "support_kinds": (OWN.support_kind,),
        }
    )
    rules.given(OWN, *events).when(launch).then(begun)

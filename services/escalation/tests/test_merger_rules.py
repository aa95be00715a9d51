"""The rulebook of mergers. Random histories of them are in `test_mergers.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from escalation.decider import proposal
from escalation.decider.answer import RejectProposal, ReturnProposal, WithdrawProposal
from escalation.decider.answer_correction import RevokeAnswer
from escalation.decider.merger import common_area
from escalation.decider.merger_commands import (
    AnswerTogether,
    FollowMerged,
    LeaveMerger,
    MergeInto,
    MergeProposals,
    OriginFacts,
    RenewOrigin,
    UndoMerger,
)
from escalation.decider.own_proposal import RenewOwnProposal
from escalation.decider.running_service import ReinstateService
from shiendomain.escalation import AnswerRevoked
from shiendomain.mergers import AnsweredWithMerged, MergeUndone, OriginRenewed, ProposalUnmerged
from shiendomain.states import ProposalState as State
from shiendomain.vocabulary import SupportKind
from shienevents import Home, Rejected
from shienevents.testing import Scenario

from .facts import (
    ADOPTED,
    CITY,
    DEFERRED,
    DELIBERATED,
    DESIGNED,
    HELD,
    LAUNCHED,
    MERGED_INTO,
    NORTH,
    OWN,
    PARTS,
    PARTS_MERGED,
    PROPOSAL,
    RECEIVED,
    REJECTED,
    RETURNED,
    SERVICE_ENDED,
    TO_CITY,
    TO_COUNCIL,
    TODAY,
    UPPER_HELD,
    WARD,
    WITHDRAWN,
    escalated,
)
from .test_decider import adopt, escalate, receive, reject

proposals = Scenario(proposal.decider)
received = proposals.given(escalated(), RECEIVED)
IDS = tuple(one.proposal_id for one in PARTS)
SEEN = tuple(
    OriginFacts(one, TO_COUNCIL, SupportKind.OUTING, TODAY - timedelta(days=9 - n), TODAY + timedelta(days=n))
    for n, one in enumerate(PARTS)
)
merge = MergeProposals(PROPOSAL, Home(CITY, WARD), SEEN, PARTS_MERGED.title, PARTS_MERGED.ask, PARTS_MERGED.reason)
whole = proposals.given(PARTS_MERGED)
MINE = OriginFacts(
    PARTS[0].model_copy(update={"proposal_id": PROPOSAL}), TO_COUNCIL, SupportKind.OUTING, TODAY, RECEIVED.due_on
)
join = MergeInto(PROPOSAL, MERGED_INTO.merged_id, MINE, TODAY, MERGED_INTO.reason)
origin = received.given(MERGED_INTO)
INTO = MERGED_INTO.merged_id


def told(answer: Any, **more: Any) -> AnsweredWithMerged:
    return AnsweredWithMerged(proposal_id=PROPOSAL, merged_id=INTO, answer=answer, **more)


def follow(command: Any) -> FollowMerged:
    return FollowMerged(PROPOSAL, INTO, command)


def test_proposals_become_one_that_is_due_on_their_earliest_day() -> None:
    proposals.given().when(merge).then(PARTS_MERGED)
    whole.when(merge).then()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (SEEN[:1], "proposal.merged_alone"),
        ((SEEN[0], SEEN[0]), "proposal.merged_alone"),
        ((SEEN[0], replace(SEEN[1], support_kind=SupportKind.SALON)), "proposal.kinds_differ"),
        (
            (SEEN[0], replace(SEEN[1], origin=PARTS[1].model_copy(update={"needs": PARTS[0].needs[:1]}))),
            "proposal.need_twice",
        ),
    ],
)
def test_two_or_more_of_one_kind_without_a_common_need_are_merged(changed: Any, code: str) -> None:
    outcome = proposals.given().when(replace(merge, origins=changed))
    assert isinstance(outcome.result, Rejected)
    assert outcome.result.code == code


def test_proposals_to_several_councils_become_one_to_the_municipality() -> None:
    to_both = replace(merge, origins=(SEEN[0], replace(SEEN[1], target=TO_CITY)))
    proposals.given().when(to_both).then(PARTS_MERGED.model_copy(update={"target": TO_CITY}))


def test_the_area_of_a_merged_proposal_is_the_nearest_that_has_all() -> None:
    assert common_area([(NORTH, WARD, CITY), ("272108-02", WARD, CITY)]) == WARD
    assert common_area([(NORTH, WARD, CITY), (NORTH, WARD, CITY)]) == NORTH
    with pytest.raises(Rejected, match=r"proposal\.merged_across"):
        common_area([(NORTH, CITY), ("431001-01", "431001")])


def test_a_proposal_is_merged_while_tier_1_has_it_and_as_it_is() -> None:
    received.when(join).then(MERGED_INTO)
    received.given(DELIBERATED).when(join).then(MERGED_INTO)
    until = replace(join, seen=replace(MINE, day=DEFERRED.until))
    received.given(DEFERRED).when(until).then(MERGED_INTO)
    received.when(until).then_rejected("proposal.origins_changed")
    for history, state in ((proposals.given(escalated()), State.ESCALATED), (received.given(ADOPTED), State.ADOPTED)):
        history.when(join).then_rejected(
            "proposal.not_mergeable",
            proposal=PROPOSAL,
            state=state,
            needed=(State.RECEIVED, State.DELIBERATED, State.DEFERRED),
        )


@pytest.mark.parametrize("command", [reject, adopt, receive, RevokeAnswer(PROPOSAL, State.RECEIVED, "誤り", True)])
def test_an_origin_is_not_answered_by_itself(command: Any) -> None:
    origin.when(command).then_rejected("proposal.merged", merged=INTO)


def test_a_merged_proposal_is_answered_with_exactly_its_origins() -> None:
    whole.when(reject).then_rejected("proposal.origins_changed")
    whole.when(AnswerTogether(PROPOSAL, reject, IDS[:1])).then_rejected("proposal.origins_changed")
    whole.when(AnswerTogether(PROPOSAL, reject, IDS)).then(REJECTED)


def test_an_origin_is_told_each_answer_and_of_a_mistake() -> None:
    no = follow(RejectProposal(PROPOSAL, "財源がない"))
    origin.when(no).then(told(State.REJECTED, text="財源がない"))
    rejected = origin.given(told(State.REJECTED, text="財源がない"))
    undo = follow(RevokeAnswer(PROPOSAL, State.REJECTED, "取り違え", True))
    back = AnswerRevoked(
        proposal_id=PROPOSAL, answer=State.REJECTED, state=State.RECEIVED, due_on=TODAY, reason="取り違え"
    )
    rejected.when(undo).then(back)
    rejected.given(back).when(no).then(told(State.REJECTED, text="財源がない"))


def test_a_merged_proposal_is_of_no_council_that_could_take_it_back_or_ask_again() -> None:
    withdraw = WithdrawProposal(PROPOSAL, WITHDRAWN.reason)
    origin.when(follow(withdraw)).then_rejected("proposal.merged_withdrawn")
    again = RenewOwnProposal(PROPOSAL, UPPER_HELD, "足", "送迎", SupportKind.OUTING)
    whole.given(REJECTED).when(again).then_rejected("proposal.of_origins")


def test_what_is_asked_back_is_answered_by_each_council_and_then_goes_up() -> None:
    asked = whole.given(RETURNED)
    needs = PARTS[1].needs
    first = RenewOrigin(PROPOSAL, IDS[0], "足", "週三回", SupportKind.OUTING, ())
    parts = (PARTS[0].model_copy(update={"title": "足", "ask": "週三回", "needs": ()}), PARTS[1])
    half = OriginRenewed(proposal_id=PROPOSAL, renewed=IDS[0], origins=parts, awaited=IDS[1:], round=2)
    asked.when(first).then(half)
    asked.given(half).when(first).then_rejected("proposal.origins_changed")
    second = replace(first, renewed=IDS[1], title=PARTS[1].title, ask=PARTS[1].ask, needs=needs)
    full = half.model_copy(update={"renewed": IDS[1], "awaited": ()})
    asked.given(half).when(second).then(full)
    asked.given(half).when(replace(second, support_kind=SupportKind.SALON)).then_rejected(
        "proposal.kinds_differ", kinds=[SupportKind.OUTING, SupportKind.SALON]
    )
    asked.given(half, full).when(AnswerTogether(PROPOSAL, receive, IDS)).then(RECEIVED)
    whole.when(first).then_rejected("proposal.origins_changed")


def test_an_origin_answers_what_was_asked_back_in_the_merged_proposal_only() -> None:
    asked = origin.given(told(State.RETURNED, text="何人か"))
    asked.when(escalate).then_rejected("proposal.origins_changed")
    asked.when(replace(escalate, renews=INTO)).then(escalated(round=2))
    origin.when(replace(escalate, renews=INTO)).then_rejected(
        "proposal.already_open", proposal=PROPOSAL, state=State.RECEIVED
    )
    asked.given(escalated(round=2)).when(follow(RevokeAnswer(PROPOSAL, State.RETURNED, "誤り", True))).then_rejected(
        "proposal.origin_went_on", proposal=PROPOSAL
    )


@pytest.mark.parametrize("end", [State.REJECTED, State.ENDED])
def test_after_an_end_an_origin_goes_up_by_itself_and_the_end_stands(end: Any) -> None:
    ended = origin.given(told(end, text="財源がない"))
    ended.when(replace(escalate, renews=INTO)).then_rejected("proposal.origins_changed")
    ended.when(escalate).then(escalated(round=2))
    alone = ended.given(escalated(round=2))
    alone.when(receive).then(RECEIVED)
    revoked = RevokeAnswer(PROPOSAL, State.REJECTED, "誤り", True)
    for undone in (revoked, ReinstateService(PROPOSAL, "誤り")):
        alone.when(follow(undone)).then_rejected("proposal.origin_went_on", proposal=PROPOSAL)


def test_a_council_of_tier_1_renews_its_own_proposal_as_part_of_the_merged_one() -> None:
    mine = {"proposal_id": OWN.proposal_id}
    asked = proposals.given(
        OWN,
        RECEIVED.model_copy(update=mine),
        MERGED_INTO.model_copy(update=mine),
        told(State.RETURNED, text="何人か").model_copy(update=mine),
    )
    again = RenewOwnProposal(OWN.proposal_id, UPPER_HELD, "自立", "養成", SupportKind.SALON)
    asked.when(again).then_rejected("proposal.origins_changed")
    asked.when(replace(again, renews=INTO)).then(OWN.model_copy(update={"title": "自立", "ask": "養成", "round": 2}))
    assert HELD.council_id != OWN.council_id


def test_a_merger_is_undone_until_it_is_decided_and_each_origin_is_as_it_was() -> None:
    undo = UndoMerger(PROPOSAL, "異なる", IDS)
    undone = MergeUndone(proposal_id=PROPOSAL, origins=IDS, reason="異なる")
    whole.given(RETURNED).when(undo).then(undone)
    whole.given(undone).when(undo).then()
    whole.when(replace(undo, told=IDS[:1])).then_rejected("proposal.origins_changed")
    received.when(undo).then_rejected("proposal.not_merged")
    for decided in (ADOPTED, REJECTED):
        outcome = whole.given(decided).when(undo)
        assert isinstance(outcome.result, Rejected)
        assert outcome.result.code == "proposal.wrong_state"
    leave = LeaveMerger(PROPOSAL, INTO, "異なる")
    until = {"due_on": RECEIVED.due_on, "deferred_until": DEFERRED.until}
    apart = ProposalUnmerged(proposal_id=PROPOSAL, merged_id=INTO, state=State.DEFERRED, reason="異なる", **until)
    before = received.given(DEFERRED)
    merged = before.given(MERGED_INTO, told(State.RETURNED, text="何人か"))
    merged.when(leave).then(apart)
    merged.given(apart).when(leave).then()
    taken_back = AnswerRevoked(
        proposal_id=PROPOSAL, answer=State.DEFERRED, state=State.RECEIVED, due_on=TODAY, reason="誤り"
    )
    merged.given(apart).when(RevokeAnswer(PROPOSAL, State.DEFERRED, "誤り", True)).then(taken_back)
    renewed = merged.given(escalated(round=2))
    renewed.when(leave).then(
        ProposalUnmerged(proposal_id=PROPOSAL, merged_id=INTO, state=State.ESCALATED, reason="異なる")
    )


def test_a_service_that_was_launched_for_all_is_reinstated_for_all() -> None:
    ran = origin.given(told(State.DESIGNED, text="便"), told(State.LAUNCHED, launched_on=date(2026, 4, 1)))
    again = follow(ReinstateService(PROPOSAL, "誤り"))
    ran.given(told(State.ENDED, text="補助")).when(again).then(told(State.LAUNCHED, text="誤り"))
    origin.given(told(State.DESIGNED, text="便"), told(State.ENDED, text="補助")).when(again).then(
        told(State.DESIGNED, text="誤り")
    )
    launched = whole.given(ADOPTED, DESIGNED, LAUNCHED, SERVICE_ENDED)
    launched.when(ReinstateService(PROPOSAL, "誤り")).then_rejected("proposal.origins_changed")
    origin.when(follow(ReturnProposal(PROPOSAL, "何人か"))).then(told(State.RETURNED, text="何人か"))

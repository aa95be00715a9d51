"""The rulebook of offers, matches and searches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.decider import offer, search
from matching.decider import round as round_
from matching.decider.answers import AcceptMatch, ConcludeMatch, DeclineMatch, EndMatch, LapseMatch
from matching.decider.correction import CorrectOutcome
from matching.decider.fit import NeedFacts
from matching.decider.match import ProposeLaunched, ProposeMatch, ReleaseMatch
from matching.decider.matches import taken
from matching.decider.offer import NoteOffer, ResumeOffer, RetireOffer, SuspendOffer
from matching.decider.round import RecordRound
from matching.decider.search import NoteAcceptance, NoteService, RecordMatchFound, RecordNoMatchFound, ReleaseMatches
from shiendomain.matching import MOVED, MatchProposed
from shiendomain.rounds import PairPoints
from shiendomain.states import MatchState
from shiendomain.vocabulary import (
    EndReason,
    FailureReason,
    FitReason,
    LapseReason,
    Missing,
    Obstacle,
    Outcome,
    SupportKind,
)
from shienevents import Home, Rejected
from shienevents.testing import Scenario

from .facts import (
    CITY,
    ELSEWHERE,
    ENDED_ON,
    HERE,
    HOME,
    MATCH,
    NEED,
    NORTH,
    OPENED,
    OTHER_MATCH,
    OTHER_NEED,
    OTHER_RESOURCE,
    RESOURCE,
    ROUND,
    SEARCH,
    SOLVED,
    SOUTH,
    WARD,
    accepted,
    concluded,
    corrected,
    declined,
    ended,
    found,
    lapsed,
    noted,
    noted_acceptance,
    offered,
    proposed,
    released,
    unmatched,
    unmatched_in_round,
    uuid,
)

offers = Scenario(offer.decider)
searches = Scenario(search.decider)
rounds = Scenario(round_.decider)
listed = offers.given(noted())
waiting = listed.given(proposed())
held = waiting.given(accepted())

need = NeedFacts(NEED, NORTH, (NORTH, WARD), SupportKind.OUTING, 1, open=True)
propose = ProposeMatch(RESOURCE, MATCH, need, 1, (FitReason.KIND,), HERE)
accept = AcceptMatch(RESOURCE, MATCH, need, HERE)
decline = DeclineMatch(RESOURCE, MATCH, FailureReason.NOT_SUITABLE, "曜日が合わない", HERE)
lapse = LapseMatch(RESOURCE, MATCH, HERE)
conclude = ConcludeMatch(RESOURCE, MATCH, Outcome.HELPED, 1, None, "", HERE)
end = EndMatch(RESOURCE, MATCH, EndReason.NO_LONGER_NEEDED, ENDED_ON, "", ENDED_ON, HERE)
correct = CorrectOutcome(
    RESOURCE, MATCH, Outcome.PARTLY, 1, FailureReason.NO_CAPACITY, "", ongoing=True, why="人数の誤り", areas=HERE
)
release = ReleaseMatch(RESOURCE, MATCH, ENDED_ON)
note = NoteOffer(RESOURCE, HOME, 1, (SupportKind.OUTING,), (WARD,), 2, None)
record = RecordMatchFound(NEED, HOME, MATCH, RESOURCE, known=frozenset())
record_none = RecordNoMatchFound(
    NEED, HOME, SEARCH, SupportKind.OUTING, (Missing.AREA,), 3, open=True, waiting=2, known=frozenset()
)


def test_a_listed_resource_is_an_open_offer() -> None:
    offers.given().when(note).then(noted())


def test_a_resource_revised_in_nothing_that_matters_changes_nothing() -> None:
    listed.when(replace(note, resource_version=5)).then()


def test_old_news_of_a_resource_changes_nothing() -> None:
    offers.given(noted(4)).when(replace(note, resource_version=3, capacity=9)).then()


def test_a_resource_revised_while_suspended_stays_closed() -> None:
    listed.given(noted(2, open=False)).when(replace(note, resource_version=3, capacity=9)).then(
        noted(3, open=False, capacity=9)
    )


def test_a_suspended_resource_lets_what_was_only_proposed_lapse() -> None:
    held.given(proposed(OTHER_MATCH, OTHER_NEED)).when(SuspendOffer(RESOURCE, 2)).then(
        noted(2, open=False), lapsed(OTHER_MATCH, OTHER_NEED, LapseReason.RESOURCE_SUSPENDED)
    )


def test_a_resource_is_suspended_once() -> None:
    listed.given(noted(2, open=False)).when(SuspendOffer(RESOURCE, 2)).then()


def test_a_suspended_resource_resumes() -> None:
    listed.given(noted(2, open=False)).when(ResumeOffer(RESOURCE, 3)).then(noted(3))
    listed.when(ResumeOffer(RESOURCE, 3)).then()


def test_a_retired_resource_undoes_what_it_held_and_answered_but_not_what_had_failed() -> None:
    third, fourth = uuid(23), uuid(24)
    history = held.given(
        concluded(),
        proposed(OTHER_MATCH, OTHER_NEED),
        accepted(OTHER_MATCH, OTHER_NEED),
        proposed(third, uuid(13)),
        proposed(fourth, uuid(14)),
        accepted(fourth, uuid(14)),
        concluded(fourth, uuid(14), helped=0, freed=1),
    )
    retired = LapseReason.RESOURCE_RETIRED
    history.when(RetireOffer(RESOURCE, 2)).then(
        noted(2, open=False),
        lapsed(MATCH, NEED, retired, freed=1),
        lapsed(OTHER_MATCH, OTHER_NEED, retired, freed=1),
        lapsed(third, uuid(13), retired),
    )


def test_a_resource_retired_while_suspended_still_undoes_what_it_held() -> None:
    held.given(noted(2, open=False)).when(RetireOffer(RESOURCE, 3)).then(
        lapsed(reason=LapseReason.RESOURCE_RETIRED, freed=1)
    )


@pytest.mark.parametrize("command", [SuspendOffer(RESOURCE, 2), ResumeOffer(RESOURCE, 2), RetireOffer(RESOURCE, 2)])
def test_news_of_a_resource_that_was_never_noted_changes_nothing(command: Any) -> None:
    offers.given().when(command).then()


def test_a_resource_that_serves_an_area_above_is_proposed() -> None:
    listed.when(propose).then(proposed())
    points = PairPoints(served=1000, urgency=0, waited=10, same_area=150, nearer=0, listing=50, service_class=0)
    of_round = proposed().model_copy(update={"points": points})
    listed.when(replace(propose, points=points)).then(of_round)


def test_proposing_the_same_match_twice_changes_nothing() -> None:
    waiting.when(propose).then()


def test_a_resource_that_was_never_noted_cannot_be_proposed() -> None:
    offers.given().when(propose).then_not_found("resource.unknown")


def test_a_resource_that_serves_nothing_of_the_askers_is_as_unknown() -> None:
    offers.given(noted(service_areas=(SOUTH,))).when(propose).then_not_found("resource.unknown")


def test_a_need_elsewhere_is_unknown() -> None:
    listed.when(replace(propose, areas=ELSEWHERE)).then_not_found("need.unknown")


def test_a_closed_offer_is_not_proposed() -> None:
    listed.given(noted(2, open=False)).when(propose).then_rejected("match.offer_closed")


def test_a_kind_that_is_not_offered_is_not_proposed() -> None:
    asked = replace(propose, need=replace(need, support_kind=SupportKind.MEALS))
    listed.when(asked).then_rejected("match.kind_not_offered", kind=SupportKind.MEALS)


def test_a_resource_is_not_proposed_outside_its_service_areas() -> None:
    both = replace(HERE, codes=(NORTH, SOUTH))
    asked = replace(propose, areas=both)
    offers.given(noted(service_areas=(SOUTH,))).when(asked).then_rejected("match.area_not_served", area=NORTH)


def test_a_need_that_wants_no_answer_any_more_is_not_matched() -> None:
    listed.when(replace(propose, need=replace(need, open=False))).then_rejected("match.need_closed")


def test_no_more_people_are_proposed_than_the_need_has() -> None:
    listed.when(replace(propose, people=2)).then_rejected("match.too_many_people", people=2, needed=1)


def test_what_is_in_the_way_of_a_proposal_by_hand_is_said_and_overcome_with_a_reason() -> None:
    asked = replace(propose, unmet=(Obstacle.FEE, Obstacle.DECLINED))
    listed.when(asked).then_rejected("match.unmet", obstacle=Obstacle.FEE)
    why = "利用料は市が補助する"
    taken_anyway = proposed().model_copy(update={"unmet": asked.unmet, "nevertheless": why})
    listed.when(replace(asked, nevertheless=why)).then(taken_anyway)
    listed.when(replace(propose, nevertheless=why)).then(proposed())  # nothing is in the way: no reason is kept


def test_a_proposal_for_more_people_than_there_are_places_needs_a_reason() -> None:
    full = held.given(proposed(OTHER_MATCH, OTHER_NEED), accepted(OTHER_MATCH, OTHER_NEED))
    third = replace(propose, match_id=uuid(23), need=replace(need, need_id=uuid(13)))
    full.when(third).then_rejected("match.unmet", obstacle=Obstacle.CAPACITY)
    two = replace(third, people=2, need=replace(third.need, people=2))
    held.when(two).then_rejected("match.unmet", obstacle=Obstacle.AMOUNT)
    offers.given(noted(capacity=None)).when(two).then(proposed(uuid(23), uuid(13), 2))
    anyway = proposed(uuid(23), uuid(13)).model_copy(update={"unmet": (Obstacle.CAPACITY,), "nevertheless": "来月空く"})
    full.when(replace(third, nevertheless="来月空く")).then(anyway)


def test_another_kind_area_or_a_closed_resource_is_never_proposed_whatever_the_reason() -> None:
    why = replace(propose, nevertheless="どうしても")
    offers.given(noted(support_kinds=(SupportKind.MEALS,))).when(why).then_rejected(
        "match.kind_not_offered", kind=SupportKind.OUTING
    )
    listed.given(noted(2, open=False)).when(why).then_rejected("match.offer_closed")


def test_a_need_has_one_open_match_with_a_resource() -> None:
    again = replace(propose, match_id=OTHER_MATCH)
    waiting.when(again).then_rejected("match.already_open", match=MATCH)
    held.when(again).then_rejected("match.already_open", match=MATCH)
    waiting.given(declined()).when(again).then(proposed(OTHER_MATCH))


def test_a_launched_resource_is_proposed_to_its_needs_once() -> None:
    launched = ProposeLaunched(RESOURCE, MATCH, NEED, NORTH, 4)
    expected = proposed(people=4).model_copy(update={"reasons": (FitReason.LAUNCHED_FOR,), "service_id": uuid(3)})
    offers.given(noted(service_id=uuid(3))).when(launched).then(expected)
    offers.given(noted(service_id=uuid(3)), expected).when(launched).then()
    offers.given().when(launched).then()


def test_a_match_is_accepted_and_its_place_held() -> None:
    waiting.when(accept).then(accepted())
    held.when(accept).then()


def test_no_place_is_given_twice() -> None:
    full = listed.given(proposed(OTHER_MATCH, OTHER_NEED, 2), accepted(OTHER_MATCH, OTHER_NEED, 2), proposed())
    full.when(accept).then_rejected("match.no_capacity", people=1, free=0, capacity=2)


def test_places_of_people_helped_stay_taken_and_others_are_free_again() -> None:
    after = listed.given(proposed(OTHER_MATCH, OTHER_NEED, 2), accepted(OTHER_MATCH, OTHER_NEED, 2), proposed())
    helped = concluded(OTHER_MATCH, OTHER_NEED, helped=2)
    after.given(helped).when(accept).then_rejected("match.no_capacity", people=1, free=0, capacity=2)
    after.given(concluded(OTHER_MATCH, OTHER_NEED, helped=1, freed=1)).when(accept).then(accepted())


def test_without_a_known_capacity_there_is_always_a_place() -> None:
    offers.given(noted(capacity=None), proposed()).when(accept).then(accepted())


def test_a_match_whose_resource_serves_elsewhere_by_now_is_not_accepted() -> None:
    moved = waiting.given(noted(2, service_areas=(SOUTH,)))
    moved.when(accept).then_rejected("match.area_not_served", area=NORTH)


@pytest.mark.parametrize("command", [accept, decline, lapse, conclude])
def test_a_match_of_a_need_elsewhere_is_as_unknown_as_one_that_is_not_there(command: Any) -> None:
    waiting.when(replace(command, areas=ELSEWHERE)).then_not_found("match.unknown")
    listed.when(command).then_not_found("match.unknown")


def test_a_match_is_declined_with_a_reason_once() -> None:
    waiting.when(decline).then(declined())
    waiting.given(declined()).when(decline).then()


def test_a_match_nobody_answered_lapses_once() -> None:
    waiting.when(lapse).then(lapsed())
    waiting.given(lapsed()).when(lapse).then()


WRONG: dict[str, tuple[Any, Any]] = {
    "accept": (accept, waiting.given(declined())),
    "decline": (decline, waiting.given(lapsed())),
    "lapse": (lapse, waiting.given(declined())),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_match_that_came_to_nothing_stays_so(name: str) -> None:
    command, history = WRONG[name]
    state = MatchState.LAPSED if name == "decline" else MatchState.DECLINED
    history.when(command).then_rejected("match.wrong_state", state=state, needed=MatchState.PROPOSED)


def test_only_an_accepted_match_is_concluded() -> None:
    waiting.when(conclude).then_rejected("match.wrong_state", state=MatchState.PROPOSED, needed=MatchState.ACCEPTED)


def test_a_match_is_concluded_with_what_came_of_it() -> None:
    held.when(conclude).then(concluded())
    not_helped = replace(conclude, outcome=Outcome.NOT_HELPED, people_helped=0, reason=FailureReason.COULD_NOT_REACH)
    held.when(not_helped).then(concluded(helped=0, freed=1))


def test_a_match_that_did_not_help_has_a_reason() -> None:
    held.when(replace(conclude, outcome=Outcome.NOT_HELPED, people_helped=0)).then_rejected("match.reason_missing")


def test_people_helped_agree_with_the_outcome_and_the_match() -> None:
    held.when(replace(conclude, people_helped=2)).then_rejected("match.too_many_helped", people=1)
    held.when(replace(conclude, people_helped=0)).then_rejected("match.helped_contradicts")
    contradicting = replace(conclude, outcome=Outcome.NOT_HELPED, reason=FailureReason.OTHER)
    held.when(contradicting).then_rejected("match.helped_contradicts")


helped = held.given(concluded())


def test_support_that_went_on_ends_once_and_its_places_are_free_again() -> None:
    helped.when(end).then(ended())
    helped.given(ended()).when(end).then()
    two = replace(accept, match_id=OTHER_MATCH, need=replace(need, need_id=OTHER_NEED, people=2))
    full = helped.given(proposed(OTHER_MATCH, OTHER_NEED, 2))
    full.when(two).then_rejected("match.no_capacity", people=2, free=1, capacity=2)
    full.given(ended()).when(two).then(accepted(OTHER_MATCH, OTHER_NEED, 2))


def test_help_that_was_given_once_frees_its_places_and_does_not_end() -> None:
    once = concluded(freed=1).model_copy(update={"ongoing": False})
    held.when(replace(conclude, ongoing=False)).then(once)
    held.given(once).when(end).then_rejected("match.not_ongoing")


def test_support_ends_today_at_the_latest_and_only_after_it_helped() -> None:
    tomorrow = replace(end, ended_on=date(2026, 11, 1))
    helped.when(tomorrow).then_rejected("match.ends_in_future")
    held.when(end).then_rejected("match.wrong_state", state=MatchState.ACCEPTED, needed=MatchState.CONCLUDED)
    helped.when(replace(end, areas=ELSEWHERE)).then_not_found("match.unknown")


many = listed.given(proposed(people=2), accepted(people=2))


def test_a_wrong_outcome_is_corrected_and_its_places_follow() -> None:
    two = concluded(helped=2)
    many.given(two).when(correct).then(corrected(freed=1))
    many.given(two).when(replace(correct, ongoing=False)).then(corrected(freed=2, ongoing=False))
    nobody = replace(correct, outcome=Outcome.NOT_HELPED, people_helped=0, ongoing=False)
    many.given(two).when(nobody).then(corrected(helped=0, freed=2, ongoing=False))
    failed = concluded(helped=0, freed=2)
    many.given(failed).when(correct).then(corrected(freed=-1))
    many.given(failed, corrected(freed=-1)).when(correct).then()


def test_an_end_recorded_by_mistake_is_corrected() -> None:
    over = held.given(concluded(), ended())
    over.when(correct).then(corrected(freed=-1))
    over.given(corrected(freed=-1)).when(end).then(ended())


@pytest.mark.parametrize(
    "gone",
    [
        waiting.given(declined()),
        waiting.given(lapsed()),
        held.given(lapsed()),
        held.given(concluded(), lapsed()),
        held.given(concluded(helped=0, freed=1)),
    ],
)
def test_whatever_was_a_mistake_is_corrected_by_what_came_of_it(gone: Any) -> None:
    gone.when(correct).then(corrected(freed=-1))
    gone.when(replace(correct, ongoing=False)).then(corrected(ongoing=False))
    gone.given(noted(2, open=False)).when(correct).then_rejected("match.cannot_go_on")
    gone.given(corrected(freed=-1)).when(end).then(ended())


def test_a_correction_agrees_with_the_match_and_with_the_others_of_its_need() -> None:
    held.when(correct).then_rejected("match.no_outcome", state=MatchState.ACCEPTED)
    waiting.when(correct).then_rejected("match.no_outcome", state=MatchState.PROPOSED)
    done = many.given(concluded(helped=1, freed=1))
    done.when(replace(correct, people_helped=3)).then_rejected("match.too_many_helped", people=2)
    done.when(replace(correct, people_helped=2, most=1)).then_rejected("match.others_helped", most=1)
    done.when(replace(correct, people_helped=0)).then_rejected("match.helped_contradicts")
    nobody = replace(correct, outcome=Outcome.NOT_HELPED, people_helped=0, reason=None)
    done.when(nobody).then_rejected("match.reason_missing")
    done.when(replace(correct, areas=ELSEWHERE)).then_not_found("match.unknown")


def test_support_goes_on_where_there_are_places_a_need_and_a_resource() -> None:
    over = held.given(concluded(), ended())
    over.when(replace(correct, withdrawn=True)).then_rejected("match.cannot_go_on")
    over.when(replace(correct, withdrawn=True, ongoing=False)).then(corrected(ongoing=False))
    over.given(noted(2, open=False)).when(correct).then_rejected("match.cannot_go_on")
    taken = over.given(proposed(OTHER_MATCH, OTHER_NEED, 2), accepted(OTHER_MATCH, OTHER_NEED, 2))
    taken.when(correct).then_rejected("match.no_place_to_go_on", more=1, free=0, capacity=2)
    taken.when(replace(correct, ongoing=False)).then(corrected(ongoing=False))


def test_nobody_of_a_withdrawn_need_was_helped() -> None:
    closed = replace(need, open=False)
    held.when(replace(conclude, need=closed)).then_rejected("match.need_closed")
    failed = replace(conclude, outcome=Outcome.NOT_HELPED, people_helped=0, reason=FailureReason.NEED_GONE, need=closed)
    held.when(failed).then(concluded(helped=0, freed=1).model_copy(update={"reason": FailureReason.NEED_GONE}))


def test_the_matches_of_a_withdrawn_need_end_wherever_they_are() -> None:
    gone = {"reason": FailureReason.NEED_GONE, "note": ""}
    waiting.when(release).then(declined().model_copy(update=gone))
    held.when(release).then(concluded(helped=0, freed=1).model_copy(update=gone))
    helped.when(release).then(ended().model_copy(update={"with_need": True}))
    for over in (listed, waiting.given(declined()), waiting.given(lapsed()), helped.given(ended())):
        over.when(release).then()


def test_the_matches_of_a_moved_need_end_unless_they_have_helped() -> None:
    moved, why = replace(release, moved=True), {"reason": FailureReason.OTHER, "note": MOVED}
    waiting.when(moved).then(declined().model_copy(update=why))
    held.when(moved).then(concluded(helped=0, freed=1).model_copy(update=why))
    helped.when(moved).then()


def test_after_a_move_the_matches_are_of_the_new_area_and_can_still_end() -> None:
    moved = released((MATCH, RESOURCE), moved_to=SOUTH)
    searches.given(found()).when(ReleaseMatches(NEED, HOME, ENDED_ON, SOUTH)).then(moved)
    of_south = released((MATCH, RESOURCE)).model_copy(update={"need_area": SOUTH})
    searches.given(found(), moved).when(ReleaseMatches(NEED, HOME, ENDED_ON)).then(of_south)


def test_all_matches_that_a_need_has_had_are_released_at_each_withdrawal() -> None:
    withdraw = ReleaseMatches(NEED, HOME, ENDED_ON)
    searches.given().when(withdraw).then()
    launched = NoteService(NEED, HOME, OTHER_MATCH, OTHER_RESOURCE)
    searches.given().when(launched).then(offered())
    searches.given(offered()).when(launched).then()
    both = released((MATCH, RESOURCE), (OTHER_MATCH, OTHER_RESOURCE))
    searches.given(found(), offered()).when(withdraw).then(both)
    searches.given(found(), offered(), both).when(withdraw).then(both)


def test_an_acceptance_is_noted_once_and_by_who_knows_of_the_others() -> None:
    note = NoteAcceptance(NEED, HOME, MATCH, RESOURCE, counted=frozenset())
    searches.given().when(note).then(noted_acceptance())
    searches.given(noted_acceptance()).when(note).then()
    other = noted_acceptance(OTHER_MATCH, OTHER_RESOURCE)
    searches.given(other).when(note).then_rejected("match.accepted_meanwhile", match=OTHER_MATCH)
    searches.given(other).when(replace(note, counted=frozenset({OTHER_MATCH}))).then(noted_acceptance())


def test_a_launched_service_does_not_stand_in_the_way_of_a_search() -> None:
    searches.given(offered()).when(record).then(found())


def test_what_was_found_for_a_need_is_recorded_once() -> None:
    searches.given().when(record).then(found())
    searches.given(found()).when(record).then()


def test_of_two_proposals_for_one_need_at_the_same_moment_only_one_stands() -> None:
    second = replace(record, match_id=OTHER_MATCH, resource_id=OTHER_RESOURCE)
    searches.given(found()).when(second).then_rejected("match.already_open", match=MATCH)
    searches.given(found()).when(record_none).then_rejected("match.already_open", match=MATCH)


def test_a_proposal_that_knew_of_the_others_is_recorded() -> None:
    known = frozenset({MATCH, uuid(23)})
    second = replace(record, match_id=OTHER_MATCH, resource_id=OTHER_RESOURCE, known=known)
    searches.given(found()).when(second).then(found(OTHER_MATCH, OTHER_RESOURCE))
    searches.given(found()).when(replace(record_none, known=known)).then(unmatched())


def test_one_match_is_not_recorded_of_two_resources() -> None:
    again = replace(record, resource_id=OTHER_RESOURCE, known=frozenset({MATCH}))
    searches.given(found()).when(again).then_rejected("match.already_open", match=MATCH)


def test_a_search_adds_nothing_to_a_match_that_is_open() -> None:
    known = frozenset({OTHER_MATCH})
    for command in (record, record_none):
        again = replace(command, known=known, pending=OTHER_MATCH)
        searches.given().when(again).then_rejected("match.already_open", match=OTHER_MATCH)


def test_a_search_without_a_match_is_a_fact_each_time() -> None:
    searches.given().when(record_none).then(unmatched())
    searches.given(unmatched()).when(record_none).then()
    searches.given(unmatched()).when(replace(record_none, search_id=uuid(32))).then(unmatched(uuid(32)))


def test_a_need_that_no_longer_waits_is_not_searched_for() -> None:
    searches.given().when(replace(record_none, open=False)).then_rejected("match.need_closed")


COMMANDS = st.one_of(
    st.builds(
        lambda n, people: ProposeMatch(
            RESOURCE, uuid(100 + n), replace(need, need_id=uuid(200 + n), people=9), people, (), HERE
        ),
        st.integers(1, 6),
        st.integers(1, 4),
    ),
    st.builds(lambda n: AcceptMatch(RESOURCE, uuid(100 + n), need, HERE), st.integers(1, 6)),
    st.builds(lambda n: LapseMatch(RESOURCE, uuid(100 + n), HERE), st.integers(1, 6)),
    st.builds(
        lambda n, helped: ConcludeMatch(RESOURCE, uuid(100 + n), Outcome.PARTLY, helped, None, "", HERE),
        st.integers(1, 6),
        st.integers(1, 4),
    ),
)


@given(st.lists(COMMANDS, max_size=40), st.integers(1, 6))
def test_capacity_is_never_over_committed(commands: list[Any], capacity: int) -> None:
    state = offer.decider.state([noted(capacity=capacity)])
    for command in commands:
        try:
            events = offer.decide(command, state)
        except Rejected:
            continue
        for event in events:
            state = offer.evolve(state, event)
        assert taken(state.matches) <= capacity
        assert all(0 <= match.taken <= match.people for match in state.matches.values())


def test_what_is_proposed_names_the_version_it_was_judged_by() -> None:
    (event,) = offer.decide(propose, offer.decider.state([noted(7)]))
    assert isinstance(event, MatchProposed)
    assert event.resource_version == 7


def test_a_match_is_a_part_of_its_offers_stream() -> None:
    part = offer.decider.part
    assert part is not None
    assert [part(one) for one in (propose, proposed(), accept, concluded())] == [MATCH] * 4
    assert [part(one) for one in (note, noted())] == [None] * 2


def test_a_round_is_recorded_once_over_somebody_who_waits_and_not_over_too_many() -> None:
    matched = RecordRound(ROUND, Home(CITY, CITY), OPENED, SOLVED)
    rounds.given().when(matched).then(OPENED, SOLVED)
    rounds.given(OPENED, SOLVED).when(matched).then()
    nobody = replace(matched, opened=OPENED.model_copy(update={"people": 0, "need_count": 0}))
    rounds.given().when(nobody).then_rejected("round.nobody_waits", area=CITY)
    many = replace(matched, opened=OPENED.model_copy(update={"need_count": 10_001}))
    rounds.given().when(many).then_rejected("round.too_large", needs=10_001, most=10_000)


def test_what_a_round_proposes_and_does_not_find_names_the_round() -> None:
    listed.when(replace(propose, round_id=ROUND)).then(proposed().model_copy(update={"round_id": ROUND}))
    near = unmatched_in_round()
    nothing = replace(record_none, unmet=near.unmet, nearest=near.nearest, round_id=ROUND)
    searches.given().when(nothing).then(near)

"""The reactions of the needs service."""

from __future__ import annotations

from datetime import date

from needs.decider.support import MatchNeed, MeetNeed, ReopenNeed
from needs.reactions import follow_matches
from shiendomain.matching import MatchAccepted, MatchConcluded, MatchEnded, MatchLapsed, MatchOutcomeCorrected
from shiendomain.vocabulary import EndReason, FailureReason, LapseReason, Outcome
from shienevents.testing import ReactionScenario

from .facts import AREA, MATCH, NEED, RESOURCE, SERVICE

concluded = MatchConcluded(
    match_id=MATCH,
    need_id=NEED,
    need_area=AREA,
    resource_id=RESOURCE,
    outcome=Outcome.HELPED,
    people_helped=5,
    people_freed=0,
    service_id=SERVICE,
)
follow = ReactionScenario(follow_matches)


def test_an_accepted_match_holds_a_place_for_its_need() -> None:
    follow.when(MatchAccepted(match_id=MATCH, need_id=NEED, need_area=AREA, resource_id=RESOURCE, people=5)).then(
        MatchNeed(NEED, MATCH, RESOURCE)
    )


def test_a_match_that_helped_meets_its_need() -> None:
    follow.when(concluded).then(MeetNeed(NEED, MATCH, RESOURCE, SERVICE, 5, reason=None))


def test_a_match_that_helped_partly_says_for_how_many() -> None:
    some = concluded.model_copy(
        update={"outcome": Outcome.PARTLY, "people_helped": 3, "reason": FailureReason.NO_CAPACITY}
    )
    follow.when(some).then(MeetNeed(NEED, MATCH, RESOURCE, SERVICE, 3, reason=FailureReason.NO_CAPACITY))


def test_a_match_that_did_not_help_reopens_its_need() -> None:
    failed = concluded.model_copy(
        update={"outcome": Outcome.NOT_HELPED, "people_helped": 0, "reason": FailureReason.NOT_SUITABLE}
    )
    follow.when(failed).then(ReopenNeed(NEED, MATCH, FailureReason.NOT_SUITABLE))


def test_a_corrected_outcome_is_followed_as_the_first_one_was() -> None:
    corrected = MatchOutcomeCorrected(
        **concluded.model_dump(include={"match_id", "need_id", "need_area", "resource_id", "service_id"}),
        outcome=Outcome.PARTLY, people_helped=3, people_freed=2, ongoing=True, why="人数の誤り",
        reason=FailureReason.NO_CAPACITY,
    )  # fmt: skip
    follow.when(corrected).then(MeetNeed(NEED, MATCH, RESOURCE, SERVICE, 3, reason=FailureReason.NO_CAPACITY))
    nobody = corrected.model_copy(update={"outcome": Outcome.NOT_HELPED, "people_helped": 0})
    follow.when(nobody).then(ReopenNeed(NEED, MATCH, FailureReason.NO_CAPACITY))


def test_a_match_that_lapsed_reopens_its_need() -> None:
    lapsed = MatchLapsed(
        match_id=MATCH,
        need_id=NEED,
        need_area=AREA,
        resource_id=RESOURCE,
        reason=LapseReason.RESOURCE_RETIRED,
        people_freed=5,
    )
    follow.when(lapsed).then(ReopenNeed(NEED, MATCH, LapseReason.RESOURCE_RETIRED))


def test_support_that_ended_while_it_was_needed_reopens_its_need() -> None:
    ended = MatchEnded(
        match_id=MATCH,
        need_id=NEED,
        need_area=AREA,
        resource_id=RESOURCE,
        reason=EndReason.PROVIDER_STOPPED,
        ended_on=date(2026, 10, 31),
        people_freed=5,
    )
    follow.when(ended).then(ReopenNeed(NEED, MATCH, FailureReason.PROVIDER_WITHDREW))
    follow.when(ended.model_copy(update={"reason": EndReason.MOVED_AWAY})).then()

"""What the views show, and that the order across streams does not matter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from matching.projections import (
    MatchRow,
    OfferRow,
    OpenNeed,
    SearchRow,
    matches,
    offers,
    open_needs,
    searches,
)
from shiendomain.states import MatchState, NeedState
from shiendomain.vocabulary import EndReason, FailureReason, FitReason, LapseReason, Missing, Outcome, SupportKind
from shienevents import Envelope, Event
from shienevents.testing import FoldScenario, Streams, an_envelope, check_fold_laws

from .facts import (
    CORRECTED,
    ENDED_ON,
    LAUNCHED,
    MATCH,
    MATCHED,
    MET,
    MOVED,
    NEED,
    NEED_REVISED,
    NORTH,
    OTHER_MATCH,
    OTHER_NEED,
    PARTLY_MET,
    RECORDED,
    REGISTERED,
    REINSTATED,
    REOPENED,
    RESOURCE,
    RESOURCE_MOVED,
    REVISED,
    SEARCH,
    SOUTH,
    WARD,
    WITHDRAWN,
    accepted,
    concluded,
    declined,
    ended,
    lapsed,
    noted,
    proposed,
    unmatched,
)

THREAD = an_envelope().correlation
AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def own(event: Event, version: int) -> tuple[Event, Envelope]:
    return event, an_envelope(area=NORTH, version=version)


def test_an_offer_knows_its_name_and_how_many_places_are_held() -> None:
    FoldScenario(offers).given(
        REGISTERED, own(noted(), 1), own(proposed(people=2), 2), own(accepted(people=2), 3), REVISED,
        own(concluded(helped=1, freed=1), 4),
    ).then(
        OfferRow(
            resource_id=RESOURCE,
            name="おでかけ隊・北",
            area=NORTH,
            version=4,
            open=True,
            support_kinds=(SupportKind.OUTING,),
            service_areas=(WARD,),
            capacity=2,
            held=1,
        )
    )  # fmt: skip


def test_a_need_is_as_its_own_stream_says() -> None:
    recorded = OpenNeed(
        need_id=NEED, area=NORTH, support_kind=SupportKind.OUTING, people=2, state=NeedState.OPEN, correlation=THREAD
    )
    FoldScenario(open_needs).given(RECORDED).then(recorded)
    FoldScenario(open_needs).given(RECORDED, NEED_REVISED, MATCHED).then(
        OpenNeed(**{**recorded.__dict__, "people": 3, "state": NeedState.MATCHED})
    )
    FoldScenario(open_needs).given(RECORDED, MATCHED, MET, REOPENED).then(recorded)
    FoldScenario(open_needs).given(RECORDED, WITHDRAWN, REOPENED).then(
        OpenNeed(**{**recorded.__dict__, "state": NeedState.WITHDRAWN})
    )


def test_a_moved_need_and_a_moved_resource_are_where_they_are_now() -> None:
    need = OpenNeed(need_id=NEED, area=SOUTH, support_kind=SupportKind.OUTING, people=2, correlation=THREAD)
    FoldScenario(open_needs).given(RECORDED, MOVED).then(need)
    FoldScenario(offers).given(REGISTERED, RESOURCE_MOVED, own(noted(), 1)).then(
        OfferRow(
            resource_id=RESOURCE,
            name="おでかけ隊",
            area=SOUTH,
            version=1,
            open=True,
            support_kinds=(SupportKind.OUTING,),
            service_areas=(WARD,),
            capacity=2,
        )
    )


def test_a_match_shows_how_far_it_came() -> None:
    start = MatchRow(
        match_id=MATCH,
        version=2,
        need_id=NEED,
        need_area=NORTH,
        resource_id=RESOURCE,
        people=1,
        reasons=(FitReason.KIND,),
        correlation=THREAD,
        proposed_at=AT,
    ).__dict__
    begun = FoldScenario(matches).given(own(proposed(), 2))
    begun.then(MatchRow(**start))
    begun.given(own(accepted(), 3), own(concluded(), 4)).then(
        MatchRow(
            **{
                **start,
                "version": 4,
                "state": MatchState.CONCLUDED,
                "outcome": Outcome.HELPED,
                "people_helped": 1,
                "ongoing": True,
            }
        )
    )
    helped = begun.given(own(accepted(), 3), own(concluded(), 4))
    for reason, people in ((EndReason.NO_LONGER_NEEDED, 1), (EndReason.PROVIDER_STOPPED, 0)):
        over: dict[str, Any] = {"state": MatchState.ENDED, "outcome": Outcome.HELPED, "people_helped": people}
        over |= {"ended_for": reason, "ended_on": ENDED_ON, "version": 5}
        helped.given(own(ended(reason=reason), 5)).then(MatchRow(**{**start, **over}))
    failure = {"failure": FailureReason.NOT_SUITABLE, "note": "曜日が合わない"}
    begun.given(own(declined(), 3)).then(MatchRow(**{**start, "version": 3, "state": MatchState.DECLINED, **failure}))
    begun.given(own(lapsed(), 3)).then(
        MatchRow(**{**start, "version": 3, "state": MatchState.LAPSED, "lapse": LapseReason.NO_ANSWER})
    )


def test_a_search_without_a_match_says_what_was_missing() -> None:
    FoldScenario(searches).given(unmatched()).then(
        SearchRow(
            search_id=SEARCH,
            need_id=NEED,
            need_area=NORTH,
            support_kind=SupportKind.OUTING,
            missing=(Missing.AREA,),
            considered=3,
            searched_at=AT,
            correlation=THREAD,
        )
    )


def prefix(*events: Event) -> st.SearchStrategy[list[Event]]:
    """The beginning of a stream; every other time the whole of it, so that its last event is met."""
    return st.one_of(st.just(list(events)), st.integers(0, len(events)).map(lambda n: list(events[:n])))


OFFER = st.one_of(
    prefix(noted(), proposed(), accepted(), concluded(), noted(2, open=False)),
    prefix(noted(), proposed(), accepted(), concluded(), ended()),
    prefix(noted(), proposed(), accepted(), concluded(), ended(reason=EndReason.NOT_SUITABLE)),
    prefix(noted(), proposed(), declined(), proposed(OTHER_MATCH, OTHER_NEED), lapsed(OTHER_MATCH, OTHER_NEED)),
    prefix(noted(), proposed(), accepted(), concluded(), lapsed(reason=LapseReason.RESOURCE_RETIRED, freed=1)),
)
RESOURCES = st.one_of(prefix(REGISTERED, REVISED, RESOURCE_MOVED), prefix(LAUNCHED))
NEEDS = st.one_of(
    prefix(RECORDED, NEED_REVISED, MATCHED, PARTLY_MET, MET, REOPENED),
    prefix(RECORDED, CORRECTED, MOVED, WITHDRAWN, MATCHED, REINSTATED),
)
SEARCHES = prefix(unmatched())
HISTORIES: st.SearchStrategy[Streams] = st.tuples(OFFER, RESOURCES, NEEDS, SEARCHES)


def test_offers_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(offers, HISTORIES)


def test_open_needs_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(open_needs, HISTORIES)


def test_matches_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(matches, HISTORIES)


def test_searches_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(searches, HISTORIES)

"""What the views show, and that the order across streams does not matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from matching.projections import (
    CentreRow,
    MatchRow,
    OfferRow,
    OpenNeed,
    RoundRow,
    SearchRow,
    centres,
    matches,
    offers,
    open_needs,
    rounds,
    searches,
)
from shiendomain.matching import MOVED as FOR_MOVED
from shiendomain.states import MatchState, NeedState, ResourceState
from shiendomain.vocabulary import (
    EndReason,
    FailureReason,
    FitReason,
    LapseReason,
    Missing,
    Outcome,
    SupportKind,
    Urgency,
    Weekday,
)
from shienevents import Envelope, Event, replace
from shienevents.testing import FoldScenario, Streams, an_envelope, check_fold_laws

from .facts import (
    AREA,
    CORRECTED,
    DETAILS,
    ENDED_ON,
    LAUNCHED,
    MATCH,
    MATCHED,
    MET,
    MOVED,
    NEED,
    NEED_REVISED,
    NORTH,
    OPENED,
    OTHER_MATCH,
    OTHER_NEED,
    PARTLY_MET,
    RECORDED,
    REGISTERED,
    REINSTATED,
    REINSTATED_RESOURCE,
    REOPENED,
    RESOURCE,
    RESOURCE_MOVED,
    RESUMED,
    REVISED,
    ROUND,
    SEARCH,
    SOLVED,
    SOUTH,
    VERIFICATION_WITHDRAWN,
    VERIFIED,
    WARD,
    WITHDRAWN,
    accepted,
    concluded,
    corrected,
    declined,
    ended,
    lapsed,
    noted,
    proposed,
    unmatched,
    unmatched_in_round,
)

THREAD = an_envelope().correlation
AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
RECORDED_AT = an_envelope().recorded_at


def after(events: int) -> datetime:
    """When an event is recorded that follows so many in a scenario."""
    return RECORDED_AT + timedelta(seconds=events)


def own(event: Event, version: int) -> tuple[Event, Envelope]:
    return event, an_envelope(area=NORTH, version=version)


LISTED = OfferRow(
    resource_id=RESOURCE,
    name="おでかけ隊",
    area=NORTH,
    version=1,
    open=True,
    support_kinds=(SupportKind.OUTING,),
    service_areas=(WARD,),
    capacity=2,
    registered_on=AT.date(),
    listed_at=RECORDED_AT,
    checked_fields=("capacity", "name", "service_areas", "support_kinds"),
)


def test_an_offer_knows_its_name_and_how_many_places_are_held() -> None:
    FoldScenario(offers).given(
        REGISTERED, own(noted(), 1), own(proposed(people=2), 2), own(accepted(people=2), 3), REVISED,
        own(concluded(helped=1, freed=1), 4),
    ).then(
        replace(
            LISTED, name="おでかけ隊・北", version=4, held=1, checked_days={"capacity": "", "name": ""},
            listed_at=after(4),
        )
    )  # fmt: skip


def test_an_offer_is_as_the_registry_lists_and_verifies_it() -> None:
    details = DETAILS.model_copy(update={"schedule": "毎週水曜 10時〜12時", "fee": "1回200円"})
    listed = REGISTERED.model_copy(update={"details": details})
    weekly = replace(
        LISTED, weekdays=(Weekday.WED,), half_hours=(0, 0, 0b1111 << 20, 0, 0, 0, 0), fee_yen=200,
        checked_fields=("capacity", "fee", "name", "schedule", "service_areas", "support_kinds"),
    )  # fmt: skip
    begun = FoldScenario(offers).given(listed, own(noted(), 1))
    begun.then(weekly)
    checks: dict[str, Any] = {"checked_days": {"": "2026-06-01"}, "checked_by": {"": "visit"}}
    begun.given(VERIFIED).then(
        replace(weekly, listing=ResourceState.VERIFIED, verified_on=VERIFIED.verified_on, **checks)
    )
    begun.given(VERIFIED, RESUMED).then(weekly)


def test_the_middle_of_an_area_is_that_of_its_boundary() -> None:
    FoldScenario(centres).given(AREA).then(CentreRow(area=NORTH, lat_e7=40, lon_e7=20))
    FoldScenario(centres).given(AREA, AREA.model_copy(update={"boundary": ()})).then(CentreRow(area=NORTH))


def test_a_round_shows_over_what_it_was_opened_and_what_came_of_it() -> None:
    events = {**OPENED.model_dump(mode="json"), **SOLVED.model_dump(mode="json")}
    told = {name: value for name, value in events.items() if name not in ("round_id", "day", "floor_prices")}
    lists = {name: tuple(told[name]) for name in ("place_prices", "shortages")}
    FoldScenario(rounds).given(OPENED, SOLVED).then(
        RoundRow(**{**told, **lists}, round_id=ROUND, day=OPENED.day, opened_at=AT)
    )


def test_a_need_is_as_its_own_stream_says() -> None:
    recorded = OpenNeed(
        need_id=NEED, area=NORTH, support_kind=SupportKind.OUTING, people=2, state=NeedState.OPEN,
        recorded_on=AT.date(), changed_at=RECORDED_AT, correlation=THREAD,
    )  # fmt: skip
    FoldScenario(open_needs).given(RECORDED).then(recorded)
    FoldScenario(open_needs).given(RECORDED, NEED_REVISED, MATCHED).then(
        replace(recorded, people=3, state=NeedState.MATCHED, changed_at=after(1))
    )
    asking: dict[str, Any] = {
        "weekdays": (Weekday.SUN,),
        "hours_from": "09:00",
        "fee_ceiling_yen": 0,
        "urgency": Urgency.URGENT,
    }
    revised = NEED_REVISED.model_copy(update=asking)
    FoldScenario(open_needs).given(RECORDED, revised).then(replace(recorded, people=3, changed_at=after(1), **asking))
    FoldScenario(open_needs).given(RECORDED, MATCHED, MET, REOPENED).then(recorded)
    FoldScenario(open_needs).given(RECORDED, WITHDRAWN, REOPENED).then(replace(recorded, state=NeedState.WITHDRAWN))


def test_a_moved_need_and_a_moved_resource_are_where_they_are_now() -> None:
    need = OpenNeed(
        need_id=NEED, area=SOUTH, support_kind=SupportKind.OUTING, people=2, recorded_on=AT.date(),
        changed_at=after(1), correlation=THREAD,
    )  # fmt: skip
    FoldScenario(open_needs).given(RECORDED, MOVED).then(need)
    FoldScenario(offers).given(REGISTERED, RESOURCE_MOVED, own(noted(), 1)).then(
        replace(LISTED, area=SOUTH, listed_at=after(1))
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
        waits_since=RECORDED_AT,
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
    over = {"version": 3, "state": MatchState.DECLINED, "declined_at": RECORDED_AT, **failure}
    begun.given(own(declined(), 3)).then(MatchRow(**{**start, **over}))
    elsewhere = declined().model_copy(update={"note": FOR_MOVED})
    refused_by_nobody = {**start, **over, "note": FOR_MOVED, "declined_at": None}
    begun.given(own(elsewhere, 3)).then(MatchRow(**refused_by_nobody))
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
            people=2,
            searched_at=AT,
            correlation=THREAD,
        )
    )


def prefix(*events: Event) -> st.SearchStrategy[list[Event]]:
    """The beginning of a stream; every other time the whole of it, so that its last event is met."""
    return st.one_of(st.just(list(events)), st.integers(0, len(events)).map(lambda n: list(events[:n])))


OFFER = st.one_of(
    prefix(noted(), proposed(), accepted(), concluded(), noted(2, open=False)),
    prefix(noted(), proposed(), accepted(), concluded(), ended(), ended().model_copy(update={"with_need": True})),
    prefix(noted(), proposed(), accepted(), concluded(), ended(reason=EndReason.NOT_SUITABLE), corrected(freed=-1)),
    prefix(noted(), proposed(), declined(), proposed(OTHER_MATCH, OTHER_NEED), lapsed(OTHER_MATCH, OTHER_NEED)),
    prefix(noted(), proposed(), accepted(), concluded(), lapsed(reason=LapseReason.RESOURCE_RETIRED, freed=1)),
)
RESOURCES = st.one_of(
    prefix(REGISTERED, VERIFIED, VERIFICATION_WITHDRAWN, REVISED, RESOURCE_MOVED),
    prefix(LAUNCHED, VERIFIED, RESUMED, REINSTATED_RESOURCE),
)
NEEDS = st.one_of(
    prefix(RECORDED, NEED_REVISED, MATCHED, PARTLY_MET, MET, REOPENED),
    prefix(RECORDED, CORRECTED, MOVED, WITHDRAWN, MATCHED, REINSTATED),
)
SEARCHES = st.one_of(prefix(unmatched()), prefix(unmatched_in_round()))
ROUNDS = prefix(OPENED, SOLVED)
AREAS = prefix(AREA)
HISTORIES: st.SearchStrategy[Streams] = st.tuples(OFFER, RESOURCES, NEEDS, SEARCHES, ROUNDS, AREAS)


def test_offers_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(offers, HISTORIES)


def test_open_needs_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(open_needs, HISTORIES)


def test_matches_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(matches, HISTORIES)


def test_searches_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(searches, HISTORIES)


def test_rounds_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(rounds, HISTORIES)


def test_centres_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(centres, HISTORIES)

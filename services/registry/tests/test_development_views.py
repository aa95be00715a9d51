"""What the views of resource development show, and that they are folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st

from registry.projections import (
    ActivityReportRow,
    CohortRow,
    PlacementRow,
    PlaceRow,
    VenueRow,
    activity_reports,
    cohorts,
    placements,
    places,
    venues,
)
from shiendomain.states import PlaceState, VenueState
from shiendomain.vocabulary import PlaceEnd, VenueEnd, Weekday
from shienevents import Event, View
from shienevents.testing import FoldScenario, an_envelope, check_fold_laws

from .facts import AN_ID, ANOTHER, AREA, DAY
from .facts_development import (
    A_THIRD,
    APRIL,
    CLOSED,
    CORRECTED,
    DEVELOPMENT,
    ENDED,
    FILLED,
    GAVE_UP,
    JUNE,
    KITCHEN,
    LARGER,
    MAY,
    OFFERED,
    PLACE_CORRECTED,
    PLACED,
    PLACEMENT_CORRECTED,
    RELEASED,
    REOPENED,
    REPORT_CORRECTED,
    REPORT_WITHDRAWN,
    REPORTED,
    ROOM,
    SECURED,
    SECURED_AGAIN,
    TRAINED,
    TRAINING,
    VENUE_REVISED,
)

THREAD = an_envelope().correlation
HERE = an_envelope(area=AREA)

cohort = CohortRow(
    cohort_id=AN_ID,
    area=AREA,
    title=TRAINING.title,
    held_on=DAY,
    trained=5,
    support_kinds=TRAINING.support_kinds,
    held_by=TRAINING.held_by,
    held_by_kind=TRAINING.held_by_kind,
    unplaced=5,
    correlation=THREAD,
    version=1,
)
KEY = str(ANOTHER)


def test_a_cohort_shows_who_was_trained_placed_gave_up_and_can_be_asked() -> None:
    seen = FoldScenario(cohorts)
    seen.given(TRAINED).then(cohort)
    placed = replace(cohort, placements={KEY: 3}, placed=3, unplaced=2, version=2)
    seen.given(TRAINED, PLACED).then(placed)
    seen.given(TRAINED, PLACED, ENDED).then(replace(placed, placements={KEY: 2}, placed=2, unplaced=3, version=3))
    gone: dict[str, Any] = {"gave_up": 1, "counted_on": JUNE, "gave_up_for": GAVE_UP.reason}
    seen.given(TRAINED, PLACED, GAVE_UP).then(replace(placed, **gone, unplaced=1, version=3))
    right = replace(placed, trained=4, unplaced=1, corrected_for=CORRECTED.reason, version=3)
    seen.given(TRAINED, PLACED, CORRECTED).then(right)
    seen.given(TRAINED, PLACED, PLACEMENT_CORRECTED).then(
        replace(placed, placements={KEY: 2}, placed=2, unplaced=3, version=3)
    )


def test_a_placement_shows_how_many_are_there_and_how_it_ended() -> None:
    row = PlacementRow(
        placement_id=ANOTHER, cohort_id=AN_ID, resource_id=A_THIRD, headcount=3, began=3, placed_on=MAY,
        version=1,
    )  # fmt: skip
    seen = FoldScenario(placements)
    seen.given((PLACED, HERE)).then(row)
    ending: dict[str, str | int] = {"ended_on": "2026-06-01", "headcount": 1, "reason": "moved_away"}
    seen.given((PLACED, HERE), ENDED).then(replace(row, headcount=2, endings=(ending,), version=2))
    right = replace(row, headcount=2, began=2, corrected_for=PLACEMENT_CORRECTED.reason, version=3)
    seen.given((PLACED, HERE), ENDED, PLACEMENT_CORRECTED).then(right)


def test_a_venue_shows_its_days_and_whether_it_is_at_hand() -> None:
    row = VenueRow(
        venue_id=AN_ID,
        area=AREA,
        **dict(ROOM),
        first_secured_on=ROOM.secured_on,
        weekdays=(Weekday.TUE,),
        sort_name="北公民館集会室𠮷",
        correlation=THREAD,
        version=1,
    )
    seen = FoldScenario(venues)
    seen.given(SECURED).then(row)
    revised = replace(row, **dict(LARGER), version=2)
    seen.given(SECURED, VENUE_REVISED).then(revised)
    released: dict[str, Any] = {
        "state": VenueState.RELEASED,
        "released_on": MAY,
        "released_for": VenueEnd.BUILDING_CLOSED,
    }
    seen.given(SECURED, RELEASED).then(replace(row, **released, version=2))
    back = replace(row, secured_on=JUNE, secured_again_for=SECURED_AGAIN.reason, version=3)
    seen.given(SECURED, RELEASED, SECURED_AGAIN).then(back)


def test_a_place_shows_who_takes_part_and_whether_more_are_sought() -> None:
    row = PlaceRow(place_id=AN_ID, area=AREA, **dict(KITCHEN), correlation=THREAD, version=1)
    filling: dict[str, str | int] = {"filled_on": "2026-05-01", "headcount": 2}
    seen = FoldScenario(places)
    seen.given(OFFERED).then(row)
    partly = replace(row, filled=2, fillings=(filling,), version=2)
    seen.given(OFFERED, FILLED).then(partly)
    full = FILLED.model_copy(update={"headcount": 3})
    whole = replace(row, state=PlaceState.FILLED, filled=3, fillings=({**filling, "headcount": 3},), version=2)
    seen.given(OFFERED, full).then(whole)
    right = replace(row, wanted=2, filled=1, corrected_for=PLACE_CORRECTED.reason, version=3)
    seen.given(OFFERED, FILLED, PLACE_CORRECTED).then(right)
    closed: dict[str, Any] = {
        "state": PlaceState.CLOSED,
        "closed": True,
        "closed_on": JUNE,
        "closed_for": PlaceEnd.NOBODY_CAME,
    }
    seen.given(OFFERED, CLOSED).then(replace(row, **closed, version=2))
    seen.given(OFFERED, CLOSED, REOPENED).then(replace(row, reopened_for=REOPENED.reason, version=3))


def test_a_report_shows_the_activity_as_it_was_corrected_and_whether_it_stands() -> None:
    row = ActivityReportRow(
        report_id=AN_ID, resource_id=A_THIRD, area=AREA, **dict(APRIL), correlation=THREAD, version=1
    )
    seen = FoldScenario(activity_reports)
    seen.given(REPORTED).then(row)
    right = replace(row, participants=13, corrected_for=REPORT_CORRECTED.reason, version=2)
    seen.given(REPORTED, REPORT_CORRECTED).then(right)
    gone = replace(right, withdrawn=True, withdrawn_for=REPORT_WITHDRAWN.reason, version=3)
    seen.given(REPORTED, REPORT_CORRECTED, REPORT_WITHDRAWN).then(gone)


@pytest.mark.parametrize(
    ("view", "first"),
    [(cohorts, TRAINED), (placements, PLACED), (venues, SECURED), (places, OFFERED), (activity_reports, REPORTED)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_views_of_development_keep_the_laws_of_a_fold(view: View[Any], first: Event) -> None:
    later = [event for event in DEVELOPMENT if isinstance(event, view.subscribes_to) and event != first]

    def history(n: int) -> st.SearchStrategy[Sequence[Event]]:
        name = view.row.key[0]
        moved = [event.model_copy(update={name: UUID(int=50 + n)}) for event in (first, *later)]
        return st.lists(st.sampled_from(moved[1:]), max_size=8).map(lambda rest: [moved[0], *rest])

    check_fold_laws(view, st.tuples(history(1), history(2)), examples=50)

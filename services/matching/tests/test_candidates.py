"""Which offers fit a need, in which order, why, and what is missing when none does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.candidates import Candidate, Judged, judge, obstacles, unchanged_declined
from matching.decider.fit import NeedFacts
from matching.projections import MatchRow, OfferRow, OpenNeed, offers
from shiendomain.nearest import change_of, smallest_change
from shiendomain.vocabulary import FitReason, Missing, Obstacle, SupportKind, Weekday
from shienevents import Event
from shienevents.testing import an_envelope

from .facts import CITY, DETAILS, MATCH, NEED, NORTH, REGISTERED, SOUTH, WARD, noted, uuid

AT, HOUR = datetime(2026, 4, 1, 9, 0, tzinfo=UTC), timedelta(hours=1)


def fold(events: list[Event]) -> OfferRow:
    row = offers.blank(REGISTERED.resource_id)
    for event in events:
        row = offers.evolve(row, event, an_envelope()) or row
    return row


need = NeedFacts(NEED, NORTH, (NORTH, WARD, CITY), SupportKind.OUTING, 2, open=True)


def an_offer(number: int, *, area: str = NORTH, serves: tuple[str, ...] = (WARD,), **changes: object) -> OfferRow:
    row = OfferRow(
        resource_id=uuid(number),
        name=f"資源{number}",
        area=area,
        open=True,
        support_kinds=(SupportKind.OUTING,),
        service_areas=serves,
        capacity=5,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def order(*rows: OfferRow) -> list[UUID]:
    return [one.resource_id for one in judge(need, rows).candidates]


def test_a_candidate_says_why_it_fits_and_how_many_places_are_left() -> None:
    assert judge(need, [an_offer(1, held=1)]) == Judged(
        (
            Candidate(
                uuid(1), "資源1", NORTH, 4,
                (FitReason.KIND, FitReason.HOME_AREA, FitReason.SERVES_AREA, FitReason.CAPACITY),
            ),
        ),
        1,
    )  # fmt: skip


def test_the_nearest_comes_first_then_the_most_special_then_the_one_with_most_places() -> None:
    home, ward, far = an_offer(9), an_offer(8, area=WARD), an_offer(7, area=SOUTH)
    assert order(far, ward, home) == [uuid(9), uuid(8), uuid(7)]
    assert order(an_offer(1, serves=(WARD, SOUTH)), an_offer(2)) == [uuid(2), uuid(1)]
    assert order(an_offer(1), an_offer(2, capacity=9)) == [uuid(2), uuid(1)]
    assert order(an_offer(2), an_offer(1)) == [uuid(1), uuid(2)]


@given(st.permutations([an_offer(n, area=area) for n, area in enumerate((NORTH, WARD, SOUTH, NORTH), start=1)]))
def test_the_order_does_not_depend_on_how_the_offers_are_found(rows: list[OfferRow]) -> None:
    assert order(*rows) == [uuid(1), uuid(4), uuid(2), uuid(3)]


def lacks(*rows: OfferRow) -> tuple[int, tuple[Missing, ...], tuple[Obstacle, ...]]:
    judged = judge(need, rows)
    assert judged.candidates == ()
    return judged.considered, judged.missing, judged.unmet


def test_what_is_missing_is_what_the_nearest_misses_lacked() -> None:
    other_kind = an_offer(1, support_kinds=(SupportKind.MEALS,))
    elsewhere, full, small = an_offer(2, serves=(SOUTH,)), an_offer(3, held=5), an_offer(4, held=4)
    closed, wednesdays = an_offer(5, open=False), an_offer(6, weekdays=(Weekday.WED,), fee_yen=200)
    assert lacks(other_kind, closed) == (1, (Missing.KIND,), ())
    assert lacks(other_kind, elsewhere) == (2, (Missing.AREA,), ())
    assert lacks(elsewhere, full) == (2, (Missing.CAPACITY,), ())
    assert lacks(full, small, elsewhere) == (3, (Missing.AMOUNT, Missing.CAPACITY), ())
    assert lacks() == (0, (Missing.KIND,), ())
    asking = replace(need, weekdays=(Weekday.SUN,), fee_ceiling_yen=0)
    unmet = judge(asking, [wednesdays, elsewhere])
    assert (unmet.candidates, unmet.missing, unmet.unmet) == ((), (), (Obstacle.DAYS, Obstacle.FEE))


@pytest.mark.parametrize(
    ("asked", "listed", "expected"),
    [
        ({"weekdays": (Weekday.SUN,), "fee_ceiling_yen": 0}, "毎週水曜 1回200円", (Obstacle.DAYS, Obstacle.FEE)),
        ({"weekdays": (Weekday.SUN, Weekday.WED)}, "毎週水曜 1回200円", ()),
        ({"fee_ceiling_yen": 200}, "毎週水曜 1回200円", ()),
        ({"fee_ceiling_yen": 199}, "毎週水曜 1回200円", (Obstacle.FEE,)),
        ({"fee_ceiling_yen": 0}, "毎週水曜 実費", ()),
        ({"weekdays": (Weekday.SUN,)}, "不定期 無料", ()),
        ({"hours_from": "13:00"}, "毎週水曜 10時〜12時 無料", (Obstacle.HOURS,)),
        ({"hours_from": "11:30", "hours_until": "13:00"}, "毎週水曜 10時〜12時 無料", ()),
        ({"hours_until": "10:00"}, "毎週水曜 10時〜12時 無料", (Obstacle.HOURS,)),
        ({"hours_from": "13:00", "weekdays": (Weekday.SUN,)}, "毎週水曜 10時〜12時 無料", (Obstacle.DAYS,)),
        ({"hours_from": "13:00"}, "毎週水曜 無料", ()),
    ],
)
def test_days_hours_and_fee_are_judged_as_far_as_the_listing_says_them(
    asked: dict[str, Any], listed: str, expected: tuple[Obstacle, ...]
) -> None:
    schedule, _, fee = listed.rpartition(" ")
    details = DETAILS.model_copy(update={"schedule": schedule, "fee": fee})
    row = fold([REGISTERED.model_copy(update={"details": details}), noted(support_kinds=(SupportKind.OUTING,))])
    assert obstacles(replace(need, **asked), row) == expected


def test_a_need_that_finds_nothing_is_told_what_came_near_and_the_smallest_change() -> None:
    asking = replace(need, weekdays=(Weekday.THU,), fee_ceiling_yen=100)
    full, dear = an_offer(1, held=5), an_offer(2, area=SOUTH, fee_yen=300)
    tuesdays, two = an_offer(3, weekdays=(Weekday.TUE,)), an_offer(4, weekdays=(Weekday.TUE,), fee_yen=300)
    nearest = judge(asking, [two, tuesdays, dear, full]).nearest
    assert [(one.resource_id, one.obstacles) for one in nearest] == [
        (uuid(3), (Obstacle.DAYS,)), (uuid(1), (Obstacle.CAPACITY,)), (uuid(2), (Obstacle.FEE,)),
    ]  # fmt: skip
    assert [change_of(one) for one in nearest] == [
        ("木曜にも活動してもらう", "open on Thursday"),
        ("枠を1人分増やしてもらう", "one more place here"),
        ("利用料を200円下げる（または上限を見直す）", "200 yen less"),
    ]
    assert smallest_change(nearest) == nearest[1]
    assert smallest_change(judge(asking, [two]).nearest) is None


def test_a_declined_pair_is_no_candidate_until_need_or_listing_changed() -> None:
    row = MatchRow(match_id=MATCH, need_id=NEED, resource_id=uuid(1), declined_at=AT)
    for changed, listed, kept in ((AT, AT, True), (AT + HOUR, AT, False), (AT, AT + HOUR, False), (None, AT, True)):
        offer, asking = an_offer(1, listed_at=listed), OpenNeed(need_id=NEED, changed_at=changed)
        declined = unchanged_declined(asking, [row], [offer])
        assert declined == (frozenset({uuid(1)}) if kept else frozenset())
        assert bool(judge(need, [offer], declined).candidates) is not kept
    assert judge(need, [an_offer(1)], frozenset({uuid(1)})).unmet == (Obstacle.DECLINED,)


def test_an_offer_without_a_known_capacity_has_places_enough() -> None:
    assert order(an_offer(1, capacity=None, held=50)) == [uuid(1)]

"""Which offers fit a need, in which order, why, and what is missing when none does."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from matching.candidates import Candidate, Judged, judge
from matching.decider.fit import NeedFacts
from matching.projections import OfferRow
from shiendomain.vocabulary import FitReason, Missing, SupportKind

from .facts import CITY, NEED, NORTH, SOUTH, WARD, uuid

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


def order(*offers: OfferRow) -> list[UUID]:
    return [one.resource_id for one in judge(need, offers).candidates]


def test_a_candidate_says_why_it_fits_and_how_many_places_are_left() -> None:
    assert judge(need, [an_offer(1, held=1)]) == Judged(
        (
            Candidate(
                uuid(1), "資源1", NORTH, 4,
                (FitReason.KIND, FitReason.HOME_AREA, FitReason.SERVES_AREA, FitReason.CAPACITY),
            ),
        ),
        1,
        (),
    )  # fmt: skip


def test_the_nearest_comes_first_then_the_most_special_then_the_one_with_most_places() -> None:
    home, ward, far = an_offer(9), an_offer(8, area=WARD), an_offer(7, area=SOUTH)
    assert order(far, ward, home) == [uuid(9), uuid(8), uuid(7)]
    assert order(an_offer(1, serves=(WARD, SOUTH)), an_offer(2)) == [uuid(2), uuid(1)]
    assert order(an_offer(1), an_offer(2, capacity=9)) == [uuid(2), uuid(1)]
    assert order(an_offer(2), an_offer(1)) == [uuid(1), uuid(2)]


@given(st.permutations([an_offer(n, area=area) for n, area in enumerate((NORTH, WARD, SOUTH, NORTH), start=1)]))
def test_the_order_does_not_depend_on_how_the_offers_are_found(offers: list[OfferRow]) -> None:
    assert order(*offers) == [uuid(1), uuid(4), uuid(2), uuid(3)]


def test_what_is_missing_is_what_the_nearest_misses_lacked() -> None:
    other_kind = an_offer(1, support_kinds=(SupportKind.MEALS,))
    elsewhere, full, small = an_offer(2, serves=(SOUTH,)), an_offer(3, held=5), an_offer(4, held=4)
    closed = an_offer(5, open=False)
    assert judge(need, [other_kind, closed]) == Judged((), 1, (Missing.KIND,))
    assert judge(need, [other_kind, elsewhere]) == Judged((), 2, (Missing.AREA,))
    assert judge(need, [elsewhere, full]) == Judged((), 2, (Missing.CAPACITY,))
    assert judge(need, [full, small, elsewhere]) == Judged((), 3, (Missing.AMOUNT, Missing.CAPACITY))
    assert judge(need, []) == Judged((), 0, (Missing.KIND,))


def test_an_offer_without_a_known_capacity_has_places_enough() -> None:
    assert order(an_offer(1, capacity=None, held=50)) == [uuid(1)]

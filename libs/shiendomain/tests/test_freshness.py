"""The promise how fresh a list is, and the risk that a listing is wrong by now."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shiendomain.freshness import Kept, Promise, PromiseState, Risk, RiskPart, asked_from, points_of, risk_of, words_of

DAY = date(2026, 11, 30)


def before(days: int) -> date:
    return DAY - timedelta(days=days)


def promise(percent: int) -> Promise:
    return Promise(percent, 180, DAY, "272108")


@pytest.mark.parametrize(
    ("percent", "resources", "verified", "share", "missing", "state"),
    [
        (80, 10, 8, 80, 0, PromiseState.KEPT),
        (80, 10, 7, 70, 1, PromiseState.BROKEN),
        (80, 11, 8, 72, 1, PromiseState.BROKEN),
        (67, 3, 2, 66, 1, PromiseState.BROKEN),
        (100, 1, 1, 100, 0, PromiseState.KEPT),
        (1, 1000, 0, 0, 10, PromiseState.BROKEN),
        (80, 0, 0, None, 0, PromiseState.KEPT),
    ],
)
def test_a_promise_is_kept_by_its_percent(
    percent: int, resources: int, verified: int, share: int | None, missing: int, state: PromiseState
) -> None:
    kept = Kept(resources, verified)
    assert (kept.percent, kept.missing(promise(percent)), kept.state(promise(percent))) == (share, missing, state)


@given(st.integers(1, 100), st.integers(0, 5000), st.data())
def test_it_is_kept_as_soon_as_those_that_are_missing_are_verified(percent: int, n: int, data: st.DataObject) -> None:
    kept = Kept(n, data.draw(st.integers(0, n)))
    missing = kept.missing(promise(percent))
    assert kept.verified + missing <= n
    assert Kept(n, kept.verified + missing).state(promise(percent)) is PromiseState.KEPT
    if missing:
        assert Kept(n, kept.verified + missing - 1).state(promise(percent)) is PromiseState.BROKEN
        assert kept.percent is not None
        assert kept.percent < percent, "what is shown does not look kept"


@pytest.mark.parametrize(
    ("since", "ends_on", "asked", "parts"),
    [
        (before(0), None, 0, ()),
        (before(180), None, 0, (RiskPart(Risk.UNVERIFIED_LONG, 100, 180),)),
        (before(2000), None, 0, (RiskPart(Risk.UNVERIFIED_LONG, 400, 2000),)),
        (before(0), None, 3, (RiskPart(Risk.ASKED_OFTEN, 60, 3),)),
        (before(0), None, 90, (RiskPart(Risk.ASKED_OFTEN, 200, 90),)),
        (before(0), before(-30), 0, (RiskPart(Risk.ENDS_SOON, 100, 30),)),
        (before(0), DAY, 0, (RiskPart(Risk.ENDS_SOON, 100, 0),)),
        (before(0), before(-31), 0, ()),
        (before(9), before(1), 0, (RiskPart(Risk.UNVERIFIED_LONG, 5, 9), RiskPart(Risk.HAS_ENDED, 200, 1))),
        (before(0), before(1), 0, ()),
    ],
    ids=["new", "a period", "years", "asked", "asked by all", "soon", "today", "later", "ended", "verified since"],
)
def test_the_risk_of_a_listing_has_reasons(
    since: date, ends_on: date | None, asked: int, parts: tuple[RiskPart, ...]
) -> None:
    assert risk_of(since, ends_on, asked, DAY, 180) == parts


def test_what_is_asked_for_often_comes_before_what_is_only_older() -> None:
    often = points_of(risk_of(before(200), None, 8, DAY, 180))
    assert often > points_of(risk_of(before(400), None, 0, DAY, 180))


def test_each_reason_has_words_in_both_languages_with_its_number() -> None:
    for risk in Risk:
        ja, en = words_of(RiskPart(risk, 1, 47))
        assert "47" in ja
        assert "47" in en


def test_twelve_calendar_months_count_with_this_one() -> None:
    assert asked_from(date(2026, 11, 30)) == date(2025, 12, 1)
    assert asked_from(date(2026, 12, 1)) == date(2026, 1, 1)
    assert asked_from(date(2026, 1, 31)) == date(2025, 2, 1)

"""The rules of the promise how fresh lists are, and its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from registry.decider import freshness
from registry.decider.freshness import CorrectFreshnessPromise, PromiseFreshness, WithdrawFreshnessPromise
from registry.projections.asked import AskedRow, asked
from shiendomain.freshness import Promise
from shiendomain.freshness_view import PromiseRow, freshness_view
from shiendomain.matching import MatchProposed
from shiendomain.registry import FreshnessPromised, FreshnessPromiseWithdrawn
from shiendomain.vocabulary import FitReason
from shienevents import Event, Home
from shienevents.testing import FoldScenario, Scenario, an_envelope, check_fold_laws

from .facts import AN_ID, ANOTHER, AREA, PROMISE_CORRECTED, PROMISE_WITHDRAWN, PROMISED

promises = Scenario(freshness.decider)
HOME = Home("272108", AREA)
SINCE = PROMISED.since
PROMISE = PromiseFreshness(AREA, HOME, 80, 180, SINCE)
CORRECT = CorrectFreshnessPromise(AREA, 90, 365, SINCE, "日数の誤り")
WITHDRAW = WithdrawFreshnessPromise(AREA, date(2027, 4, 1), "市の約束に合わせる")


def test_a_promise_is_made_and_the_same_again_changes_nothing() -> None:
    promises.given().when(PROMISE).then(PROMISED)
    promises.given(PROMISED).when(PROMISE).then()


def test_a_promise_takes_the_place_of_the_one_before_from_its_day_on_and_not_earlier() -> None:
    later = replace(PROMISE, percent=90, since=date(2027, 1, 1))
    promised = FreshnessPromised(area=AREA, percent=90, within_days=180, since=date(2027, 1, 1))
    promises.given(PROMISED).when(later).then(promised)
    earlier = replace(PROMISE, since=date(2026, 9, 30))
    promises.given(PROMISED).when(earlier).then_rejected("freshness.begins_first", last=SINCE)


def test_a_promise_that_was_recorded_wrongly_is_corrected_and_never_before_the_one_it_follows() -> None:
    promises.given(PROMISED).when(CORRECT).then(PROMISE_CORRECTED)
    promises.given(PROMISED, PROMISE_CORRECTED).when(replace(CORRECT, reason="別の言葉")).then()
    second = FreshnessPromised(area=AREA, percent=90, within_days=180, since=date(2027, 1, 1))
    earlier = replace(CORRECT, since=date(2026, 9, 30))
    promises.given(PROMISED, second).when(earlier).then_rejected("freshness.begins_first", last=SINCE)
    promises.given(PROMISED, PROMISE_CORRECTED).when(earlier).then(
        PROMISE_CORRECTED.model_copy(update={"since": date(2026, 9, 30)})
    )


def test_a_promise_is_withdrawn_from_a_day_on_and_may_be_made_again() -> None:
    promises.given(PROMISED).when(WITHDRAW).then(PROMISE_WITHDRAWN)
    promises.given(PROMISED, PROMISE_WITHDRAWN).when(WITHDRAW).then()
    promises.given(PROMISED).when(replace(WITHDRAW, since=date(2026, 9, 30))).then_rejected(
        "freshness.begins_first", last=SINCE
    )
    again = replace(PROMISE, since=WITHDRAW.since)
    promises.given(PROMISED, PROMISE_WITHDRAWN).when(again).then(
        FreshnessPromised(area=AREA, percent=80, within_days=180, since=WITHDRAW.since)
    )


def test_what_was_not_promised_or_was_withdrawn_is_neither_corrected_nor_withdrawn() -> None:
    for history in ((), (PROMISED, PROMISE_WITHDRAWN)):
        promises.given(*history).when(CORRECT).then_not_found("freshness.unknown")
        promises.given(*history).when(replace(WITHDRAW, reason="別の理由")).then_not_found("freshness.unknown")


def test_the_row_tells_which_promise_counts_on_a_day() -> None:
    row = evolved(PROMISED, PROMISE_CORRECTED, PROMISE_WITHDRAWN)
    assert [row.on(day) for day in (date(2026, 9, 30), SINCE, date(2027, 3, 31), date(2027, 4, 1))] == [
        None,
        Promise(90, 365, SINCE, AREA),
        Promise(90, 365, SINCE, AREA),
        None,
    ]
    assert [one["reason"] for one in row.promises] == ["日数の誤り", "市の約束に合わせる"]


def evolved(*events: FreshnessPromised | FreshnessPromiseWithdrawn | Event) -> PromiseRow:
    row = PromiseRow(area=AREA)
    for version, event in enumerate(events, 1):
        row = freshness_view.evolve(row, event, an_envelope(version=version)) or row
    return row


def histories(area: str) -> st.SearchStrategy[Sequence[Event]]:
    kinds = [event.model_copy(update={"area": area}) for event in (PROMISED, PROMISE_CORRECTED, PROMISE_WITHDRAWN)]
    return st.lists(st.sampled_from(kinds), min_size=1, max_size=6)


def test_promises_keep_the_laws_of_a_fold() -> None:
    check_fold_laws(freshness_view, st.tuples(histories(AREA), histories("272108-04")), examples=50)


def proposed(resource_id: object = AN_ID, match: int = 1) -> MatchProposed:
    return MatchProposed(
        match_id=ANOTHER, need_id=ANOTHER, need_area=AREA, resource_id=AN_ID if resource_id is AN_ID else ANOTHER,
        resource_version=1, people=match, reasons=(FitReason.KIND,),
    )  # fmt: skip


def test_proposals_are_counted_by_the_month_in_japan() -> None:
    evening = an_envelope(occurred_at=an_envelope().occurred_at.replace(day=31, month=3, hour=15))
    FoldScenario(asked).given((proposed(), evening), proposed()).then(
        AskedRow(resource_id=AN_ID, month=date(2026, 4, 1), times=2)
    )


def test_proposals_keep_the_laws_of_a_fold() -> None:
    one = st.lists(st.builds(proposed, st.just(AN_ID), st.integers(1, 3)), max_size=5)
    check_fold_laws(asked, st.tuples(one, st.lists(st.just(proposed(ANOTHER)), max_size=5)), examples=50)

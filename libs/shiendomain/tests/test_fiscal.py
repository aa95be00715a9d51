"""Fiscal years, and what gathering places are counted as."""

from datetime import UTC, date, datetime

import pytest

from shiendomain.fiscal import FiscalYear
from shiendomain.gatherings import GatheringActivity, SizeBand, main_activity, size_band


def test_a_fiscal_year_begins_in_april_and_ends_with_the_last_moment_of_march_in_japan() -> None:
    assert [FiscalYear.of(day).year for day in (date(2026, 3, 31), date(2026, 4, 1))] == [2025, 2026]
    year = FiscalYear(2026)
    assert [year.holds(day) for day in (date(2026, 3, 31), year.first, year.last, date(2027, 4, 1), None)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert year.end < datetime(2027, 3, 31, 15, tzinfo=UTC) <= FiscalYear(2027).end


@pytest.mark.parametrize(
    ("name", "activity", "kind"),
    [
        ("ふれあいサロン", "いきいき百歳体操", GatheringActivity.EXERCISE),
        ("ふれあいサロン", "", GatheringActivity.TEA),
        ("みんなの食堂", "会食と交流", GatheringActivity.MEAL),
        ("ｵﾚﾝｼﾞｶﾌｪ", "", GatheringActivity.DEMENTIA),
        ("囲碁クラブ", "", GatheringActivity.HOBBY),
        ("北の会", "毎月の集まり", GatheringActivity.OTHER),
        ("子ども食堂", "多世代の交流", GatheringActivity.GENERATIONS),
    ],
)
def test_the_main_activity_follows_from_what_is_written(name: str, activity: str, kind: GatheringActivity) -> None:
    assert main_activity(name, activity) is kind


def test_a_size_is_in_one_band() -> None:
    bands = [size_band(people) for people in (None, 1, 9, 10, 19, 20, 39, 40, 500)]
    assert bands == [
        SizeBand.UNKNOWN, SizeBand.TO_9, SizeBand.TO_9, SizeBand.TO_19, SizeBand.TO_19, SizeBand.TO_29, SizeBand.TO_39,
        SizeBand.FROM_40, SizeBand.FROM_40,
    ]  # fmt: skip

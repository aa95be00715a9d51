"""How like two needs are: a pure score with its reasons."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needs.projections import NeedRow
from needs.similar import Wanted, bigrams, likeness, overlap
from shiendomain.vocabulary import Likeness, Weekday

MON, TUE = Weekday.MON, Weekday.TUE
NEED = NeedRow(need_id=UUID(int=1), area="272108-03", weekdays=(MON,), note="買い物に行けない")


def test_the_same_need_has_all_points_and_all_reasons() -> None:
    score, reasons = likeness(Wanted("272108-03", (MON,), "買い物に行けない"), NEED)
    assert (score, reasons) == (100, (Likeness.KIND, Likeness.AREA, Likeness.WEEKDAYS, Likeness.NOTE))


@pytest.mark.parametrize(
    ("wanted", "score", "missing"),
    [
        (Wanted("272108-04", (MON,), "買い物に行けない"), 85, Likeness.AREA),
        (Wanted("272108-03", (TUE,), "買い物に行けない"), 80, Likeness.WEEKDAYS),
        (Wanted("272108-03", (MON,), "話し相手がほしい"), 70, Likeness.NOTE),
        (Wanted("272108-03", (MON,), ""), 70, Likeness.NOTE),
    ],
)
def test_what_differs_gives_no_points_and_is_no_reason(wanted: Wanted, score: int, missing: Likeness) -> None:
    found, reasons = likeness(wanted, NEED)
    assert (found, missing in reasons) == (score, False)


def test_any_day_overlaps_with_each_day_by_half() -> None:
    score, reasons = likeness(Wanted("272108-03", (), "買い物に行けない"), NEED)
    assert (score, Likeness.WEEKDAYS in reasons) == (90, True)


def test_notes_are_compared_by_pairs_of_characters_in_any_width_and_without_marks() -> None:
    assert bigrams("買い物、に") == {"買い", "い物", "物に"}
    assert bigrams("ＡＢ c") == bigrams("ab C") == {"ab", "bc"}
    assert bigrams("買") == {"買"}
    assert bigrams("、。") == frozenset()
    assert overlap("買い物", "買い物に") == 80
    assert overlap("", "買い物") == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_an_overlap_is_the_same_both_ways_and_between_0_and_100(one: str, other: str) -> None:
    assert overlap(one, other) == overlap(other, one)
    assert 0 <= overlap(one, other) <= 100

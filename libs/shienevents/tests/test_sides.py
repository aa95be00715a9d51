"""What was expected beside what came."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from shienevents.testing._sides import lines_of, listed, sides


@dataclass(frozen=True)
class Point:
    x: int
    y: str


class Place(BaseModel):
    venue: str


def test_a_value_is_shown_a_field_a_line() -> None:
    assert list(lines_of(Point(1, "a"))) == ["Point", "    x = 1", "    y = 'a'"]
    assert list(lines_of(Place(venue="hall"))) == ["Place", "    venue = 'hall'"]
    assert list(lines_of({"plain": 1})) == ["{'plain': 1}"]
    assert list(lines_of(Point)) == [repr(Point)]


def test_no_values_are_shown_as_nothing() -> None:
    assert listed([]) == ["nothing"]


def test_a_difference_is_marked_and_what_is_equal_is_not() -> None:
    assert sides("then", ["a", "b", "c"], ["a", "x", "c", "d"]) == (
        "then\n  - expected, + got\n    a\n  - b\n  + x\n    c\n  + d"
    )


lines = st.lists(st.sampled_from("abc"))


@given(lines, lines)
def test_each_side_can_be_read_back_from_its_marks(expected: list[str], got: list[str]) -> None:
    shown = sides("then", expected, got).splitlines()[2:]
    assert [line[4:] for line in shown if not line.startswith("  +")] == expected
    assert [line[4:] for line in shown if not line.startswith("  -")] == got

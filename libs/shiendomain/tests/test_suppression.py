"""No published table gives a count of few people back: by equations, by bounds, or by the tables of other years."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shiendomain.suppression import Figures, few, hidden_of
from shienevents.testing import examples

Sums = Sequence[tuple[Hashable, Sequence[Hashable]]]
MOST_TRIES = 30_000
"""Tables whose hidden figures have more combinations are not drawn: nine of them may have a million million."""


def solved(figures: Figures[Any], hidden: Collection[Any], sums: Sums) -> dict[Any, Fraction]:
    """What an attacker finds out who solves the equations between what is published and what is not.

    Gauss and Jordan over fractions. It shares nothing with the module.
    """
    unknown = sorted(hidden, key=repr)
    rows = []
    for total, parts in sums:
        signs = {total: -1} | dict.fromkeys(parts, 1)
        known = sum(sign * figures.numbers[one] for one, sign in signs.items() if one not in hidden)
        rows.append([Fraction(signs.get(one, 0)) for one in unknown] + [Fraction(-known)])
    done = 0
    for column in range(len(unknown)):
        pivot = next((row for row in rows[done:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        rows.insert(done, pivot)
        done += 1
    found = {}
    for row in rows[:done]:
        if len(places := [n for n, value in enumerate(row[:-1]) if value]) == 1:
            found[unknown[places[0]]] = row[-1]
    return found


def possible(figures: Figures[Any], hidden: Collection[Any], most: int = 7) -> dict[Any, set[int]]:
    """Each number that a hidden figure may be, by trying all: few are 1 to 4, nothing is below 0, and rules hold."""
    unknown = sorted(hidden, key=repr)
    spans = spans_of(figures, unknown, most)
    found: dict[Any, set[int]] = {one: set() for one in unknown}
    for tried in product(*spans):
        numbers = {**figures.numbers, **dict(zip(unknown, tried, strict=True))}
        adds_up = all(numbers[total] == sum(numbers[part] for part in parts) for total, parts in figures.sums)
        if adds_up and all(numbers[people] >= numbers[things] for people, things in figures.at_least):
            for one in unknown:
                found[one].add(numbers[one])
    return found


def spans_of(figures: Figures[Any], hidden: Collection[Any], most: int) -> list[range]:
    """The numbers to try for each hidden figure."""
    return [range(1, 5) if one in figures.people and few(figures.numbers[one]) else range(most + 1) for one in hidden]


def column(*parts: int, areas: Sequence[int] = (), things: Sequence[int] = ()) -> Figures[Any]:
    """A column of people by kind with its total, perhaps also by area, perhaps with the things of each kind."""
    by_kind = {("kind", n): number for n, number in enumerate(parts)}
    by_area = {("area", n): number for n, number in enumerate(areas)}
    needs = {("things", n): number for n, number in enumerate(things)}
    people: dict[Any, int] = {**by_kind, **by_area, "total": sum(parts)}
    sums: list[tuple[Any, Sequence[Any]]] = [("total", tuple(by_kind))]
    sums += [("total", tuple(by_area))] if areas else []
    sums += [("all things", tuple(needs))] if things else []
    of_all = {"all things": sum(things)} if things else {}
    pairs = [(("kind", n), ("things", n)) for n in range(len(things))]
    return Figures({**people, **needs, **of_all}, tuple(people), sums, pairs)


def hidden(figures: Figures[Any]) -> list[Any]:
    return sorted(hidden_of(figures), key=repr)


def test_few_people_are_one_to_four() -> None:
    assert [number for number in range(8) if few(number)] == [1, 2, 3, 4]


def test_a_table_of_nobody_and_of_many_is_published_whole() -> None:
    assert hidden(column(0, 5, 12, 0)) == []


def test_the_smallest_figure_that_is_not_zero_hides_a_count_of_few_people() -> None:
    assert hidden(column(3, 0, 9, 7)) == [("kind", 0), ("kind", 3)]


def test_what_is_hidden_of_a_sum_is_together_no_count_of_few_people() -> None:
    assert hidden(column(1, 1, 10, 0, 20)) == [("kind", 0), ("kind", 1), ("kind", 2)]


def test_a_total_of_few_people_is_hidden_with_the_one_part_that_makes_it() -> None:
    assert hidden(column(0, 3, 0, areas=(0, 3))) == ["total", ("area", 1), ("kind", 1)]


def test_the_other_breakdown_of_a_hidden_total_gives_nothing_back() -> None:
    figures = column(2, 8, areas=(10, 0))
    assert hidden(figures) == [("kind", 0), ("kind", 1)]
    assert hidden(column(2, 8, areas=(4, 6))) == [("area", 0), ("area", 1), ("kind", 0), ("kind", 1)]


def test_as_many_things_as_people_are_hidden_with_them() -> None:
    figures = column(4, 9, 12, things=(4, 3, 2))
    assert ("things", 0) in hidden_of(figures)
    assert ("things", 0) not in hidden_of(column(4, 9, 12, things=(1, 3, 2)))


def test_the_same_figures_hide_the_same() -> None:
    one, other = column(3, 6, 6, areas=(9, 6)), column(3, 6, 6, areas=(9, 6))
    assert hidden_of(one) == hidden_of(other)


def test_where_nothing_else_is_left_all_that_is_connected_is_hidden() -> None:
    figures = column(1, 1, 1, 1, 0)
    assert hidden_of(figures) == set(figures.numbers)


numbers = st.one_of(st.just(0), st.integers(1, 6), st.integers(5, 40))


@st.composite
def cross_tables(draw: st.DrawFn) -> Figures[Any]:
    """People by kind and area, with totals of kinds, of areas, of areas above areas, and of all."""
    kinds, areas = range(draw(st.integers(1, 4))), range(draw(st.integers(1, 5)))
    above = {n: draw(st.integers(0, n - 1)) for n in areas if n}  # the parent of each area but the first
    own = {(area, kind): draw(numbers) for area in areas for kind in kinds}
    children: dict[int, list[int]] = {n: [one for one, parent in above.items() if parent == n] for n in areas}
    found: dict[Any, int] = {("own", *cell): number for cell, number in own.items()}
    sums: list[tuple[Any, Sequence[Any]]] = []
    for area in reversed(areas):
        for kind in kinds:
            parts = [("own", area, kind), *(("below", child, kind) for child in children[area])]
            found["below", area, kind] = sum(found[one] for one in parts)
            sums.append((("below", area, kind), parts))
        parts = [("below", area, kind) for kind in kinds]
        found["all", area] = sum(found[one] for one in parts)
        sums.append((("all", area), parts))
    return Figures(found, tuple(found), sums)


@st.composite
def years(draw: st.DrawFn) -> tuple[Figures[Any], Sums]:
    """The columns of several years, and the sums over the years, which nobody publishes."""
    kinds, dates = range(draw(st.integers(1, 4))), range(draw(st.integers(2, 4)))
    found: dict[Any, int] = {}
    sums: list[tuple[Any, Sequence[Any]]] = []
    for date in dates:
        parts = [(date, kind) for kind in kinds]
        found |= {one: draw(numbers) for one in parts}
        found[date, "total"] = sum(found[one] for one in parts)
        sums.append(((date, "total"), parts))
    until: list[tuple[Any, Sequence[Any]]] = []
    for date, kind in product(dates, (*kinds, "total")):
        before: list[Any] = [(("until", date - 1), kind)] if date else []
        until.append(((("until", date), kind), [*before, (date, kind)]))
    for total, added in until:
        found[total] = sum(found[one] for one in added)
    return Figures(found, tuple(found), sums), until


@st.composite
def reorganised(draw: st.DrawFn) -> tuple[Figures[Any], Sums]:
    """Who waits by area and kind at the ends of two years between which areas were merged and one was divided.

    And the sums between the years: who waited in an area waits in its one successor, or in one of those among which it
    was divided, unless they were helped or withdrawn in the meantime, which nobody publishes.
    """
    kinds, before = range(draw(st.integers(1, 3))), range(draw(st.integers(2, 5)))
    after = range(100, 100 + draw(st.integers(2, 4)))
    heirs = {area: draw(st.sampled_from(after)) for area in before}
    divided = draw(st.sampled_from(before))
    found: dict[Any, int] = {}
    sums: list[tuple[Any, Sequence[Any]]] = []
    between: list[tuple[Any, Sequence[Any]]] = []
    for kind in kinds:
        found |= {("before", area, kind): draw(numbers) for area in before}
        for heir in after:
            came = [("before", area, kind) for area in before if area != divided and heirs[area] == heir]
            found["part", heir, kind] = 0  # how many of the divided area came here, which nobody publishes
            found["new", heir, kind] = draw(numbers)
            between.append((("in", heir, kind), [*came, ("part", heir, kind), ("new", heir, kind)]))
        found["part", draw(st.sampled_from(after)), kind] = found["before", divided, kind]
        between.append((("before", divided, kind), [("part", heir, kind) for heir in after]))
        for heir in after:
            found["in", heir, kind] = sum(found[one] for one in dict(between)["in", heir, kind])
            found["after", heir, kind] = draw(st.integers(0, found["in", heir, kind]))
            found["gone", heir, kind] = found["in", heir, kind] - found["after", heir, kind]
            between.append((("in", heir, kind), [("after", heir, kind), ("gone", heir, kind)]))
    for when, areas in (("before", before), ("after", after), ("new", after)):
        for number, name in ((kind, "kind") for kind in kinds):
            found[when, name, number] = sum(found[when, area, number] for area in areas)
            sums.append(((when, name, number), [(when, area, number) for area in areas]))
        for area in areas:
            found[when, "area", area] = sum(found[when, area, kind] for kind in kinds)
            sums.append(((when, "area", area), [(when, area, kind) for kind in kinds]))
        found[when, "all"] = sum(found[when, "kind", kind] for kind in kinds)
        sums.append(((when, "all"), [(when, "kind", kind) for kind in kinds]))
        sums.append(((when, "all"), [(when, "area", area) for area in areas]))
    return Figures(found, tuple(found), sums), between


@pytest.mark.slow
@settings(max_examples=examples(150))
@given(reorganised())
def test_who_has_the_tables_before_and_after_a_reorganisation_finds_no_hidden_figure(
    found: tuple[Figures[Any], Sums],
) -> None:
    figures, between = found
    kept_back = {one for one in figures.numbers if one[0] in ("part", "in", "gone")}
    numbers_of = {one: number for one, number in figures.numbers.items() if one not in kept_back}
    gone: set[Any] = set()
    for year in (("before",), ("after", "new")):  # the report of a year is published by itself
        of_year = {one: number for one, number in numbers_of.items() if one[0] in year}
        sums = [(total, parts) for total, parts in figures.sums if total in of_year]
        gone |= hidden_of(Figures(of_year, tuple(of_year), sums))
    assert {one for one, number in numbers_of.items() if few(number)} <= gone
    recovered = solved(figures, {*gone, *kept_back}, [*figures.sums, *between])
    assert recovered.keys() & gone == set()


@settings(max_examples=examples(200))
@given(cross_tables())
def test_who_solves_the_equations_of_a_table_finds_no_hidden_figure(figures: Figures[Any]) -> None:
    gone = hidden_of(figures)
    assert {one for one in figures.people if few(figures.numbers[one])} <= gone
    assert solved(figures, gone, figures.sums) == {}


@settings(max_examples=examples(200))
@given(years())
def test_who_has_the_tables_of_all_years_finds_no_hidden_figure(found: tuple[Figures[Any], Sums]) -> None:
    figures, until = found
    published = {one: number for one, number in figures.numbers.items() if one not in dict(until)}
    by_year = Figures(published, tuple(published), figures.sums)
    gone = hidden_of(by_year)
    whole = Figures(figures.numbers, figures.people, [*figures.sums, *until])
    recovered = solved(whole, {*gone, *dict(until)}, whole.sums)
    assert recovered.keys() & gone == set()


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.filter_too_much])
@given(
    st.lists(st.integers(0, 7), min_size=1, max_size=4).flatmap(
        lambda parts: st.tuples(st.just(parts), st.tuples(*(st.integers(0, part) for part in parts)))
    ),
    st.booleans(),
)
def test_who_tries_all_numbers_that_are_possible_finds_two_for_each_hidden_figure(
    drawn: tuple[list[int], tuple[int, ...]], with_things: bool
) -> None:
    parts, things = drawn
    figures = column(*parts, things=things if with_things else ())
    gone, most = hidden_of(figures), 2 + sum(parts)
    assume(prod(map(len, spans_of(figures, gone, most))) <= MOST_TRIES)
    if gone != set(figures.numbers):  # where all is hidden, nobody can tell which of it are the few
        assert {one: found for one, found in possible(figures, gone, most).items() if len(found) < 2} == {}


@pytest.mark.parametrize("parts", [(3, 9, 7), (1, 1, 10), (4, 4, 0, 8)])
def test_the_attacker_of_these_tests_recovers_what_is_hidden_alone(parts: tuple[int, ...]) -> None:
    """Otherwise the tests above would see nothing."""
    figures = column(*parts)
    alone = [next(one for one in figures.numbers if few(figures.numbers[one]))]
    assert solved(figures, alone, figures.sums) == {alone[0]: figures.numbers[alone[0]]}

"""The tree of areas and the part of it that somebody was given; whatever was recorded, it does not hang."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shiendomain.areas import AreaNode, AreaTree, Territory
from shiendomain.areas_view import areas_view
from shiendomain.registry import AreaDefined, AreaReorganizationWithdrawn, AreaReorganized
from shiendomain.vocabulary import AreaKind, Tier
from shienevents.testing import check_fold_laws

TREE = AreaTree(
    [
        AreaNode("1", None, "1", name="市"),
        AreaNode("1-a", "1", "1", valid_from=date(2020, 4, 1)),
        AreaNode("1-a-x", "1-a", "1"),
        AreaNode("1-b", "1", "1", closed_on=date(2024, 1, 1), successors=("1-a",)),
        AreaNode("2", None, "2"),
    ]
)
CODES = [str(n) for n in range(6)]


def test_a_tree_knows_who_is_above_and_below() -> None:
    assert TREE.subtree("1") == ("1", "1-a", "1-a-x", "1-b")
    assert (TREE.subtree("1-a-x"), TREE.subtree("9")) == (("1-a-x",), ())
    assert (TREE.ancestors("1-a-x"), TREE.ancestors("2"), TREE.ancestors("9")) == (("1-a", "1"), (), ())
    assert (TREE.parent("1-a"), TREE.parent("1"), TREE.children("1")) == ("1", None, ("1-a",))
    assert (TREE.municipality("1-a-x"), TREE.municipality("9")) == ("1", None)
    assert (TREE.name("1"), TREE.name("2"), TREE.name("9")) == ("市", "2", "9")
    assert ("1" in TREE, "9" in TREE) == (True, False)


def test_an_area_is_open_from_its_beginning_to_the_day_before_its_end() -> None:
    assert [TREE.open_on("1-a", day) for day in (date(2020, 3, 31), date(2020, 4, 1))] == [False, True]
    assert [TREE.open_on("1-b", day) for day in (date(2023, 12, 31), date(2024, 1, 1))] == [True, False]
    assert (TREE.open_on("1", date.min), TREE.open_on("9", date(2024, 1, 1))) == (True, False)


def test_a_territory_is_what_was_given_and_all_below_closed_areas_too() -> None:
    territory = TREE.territory(["1", "9"])
    assert territory == Territory(("1", "9"), ("1", "1-a", "1-a-x", "1-b", "9"))
    assert [territory.covers(code) for code in ("1-b", "9", "2")] == [True, True, False]


def ended(code: str, *successors: str, day: date = date(2026, 4, 1)) -> AreaNode:
    return AreaNode(code, "1", "1", closed_on=day, successors=successors)


NEW = [AreaNode("1", None, "1"), AreaNode("1-n", "1", "1"), AreaNode("1-m", "1", "1")]


def test_an_area_that_became_part_of_one_other_lies_below_it_from_that_day_on() -> None:
    nodes = [*NEW, ended("1-a", "1-n"), ended("1-b", "1-a")]
    before, after = AreaTree(nodes, date(2026, 3, 31)), AreaTree(nodes, date(2026, 4, 1))
    assert (before.subtree("1-n"), after.subtree("1-n")) == (("1-n",), ("1-a", "1-b", "1-n"))
    assert [after.territory(["1-n"]).covers(code) for code in ("1-a", "1-b", "1-m")] == [True, True, False]
    assert (after.ancestors("1-b"), before.ancestors("1-b")) == (("1-a", "1", "1-n"), ("1",))
    assert (after.line("1-b"), before.line("1-b")) == (("1-a", "1-n", "1"), ("1",))
    assert after.subtree("1") == ("1", "1-a", "1-b", "1-m", "1-n")


def test_an_area_that_was_divided_is_of_the_territory_of_each_successor_and_counts_for_none() -> None:
    tree = AreaTree([*NEW, ended("1-a", "1-n", "1-m")], date(2026, 4, 1))
    assert [tree.territory([code]).covers("1-a") for code in ("1-n", "1-m")] == [True, True]
    assert [tree.subtree(code) for code in ("1-n", "1-m", "1")] == [("1-n",), ("1-m",), ("1", "1-a", "1-m", "1-n")]
    assert (tree.ancestors("1-a"), tree.line("1-a")) == (("1-n", "1-m", "1"), ("1",))


def test_an_area_recorded_by_mistake_lies_below_none_and_stays_in_the_territory() -> None:
    tree = AreaTree([*NEW, ended("1-a"), AreaNode("1-a-x", "1-a", "1")])
    assert (tree.subtree("1"), tree.children("1")) == (("1", "1-a-x", "1-m", "1-n"), ("1-m", "1-n"))
    assert (tree.subtree("1-a"), tree.territory(["1"]).covers("1-a")) == (("1-a", "1-a-x"), True)


def test_an_end_with_successors_that_lead_nowhere_leaves_the_area_where_it_was() -> None:
    ring = AreaTree([*NEW, ended("1-a", "1-b"), ended("1-b", "1-a"), ended("1-c", "gone")])
    assert ring.subtree("1") == ("1", "1-a", "1-b", "1-c", "1-m", "1-n")


def test_a_successor_below_the_area_that_ended_takes_nothing_out_of_the_city() -> None:
    city, child = AreaNode("1", None, "1"), AreaNode("1-n", "1-a", "1")
    tree = AreaTree([city, ended("1-a", "1-n"), child, AreaNode("1-o", "1-a", "1")])
    assert tree.territory(["1"]).codes == tree.subtree("1") == ("1", "1-a", "1-n", "1-o")
    assert (tree.heirs("1-a"), tree.ancestors("1-n"), tree.ancestors("1-a")) == ((), ("1-a", "1"), ("1",))
    assert tree.territory(["1-n"]).codes == ("1-n",)
    whole = AreaTree(
        [AreaNode("1", None, "1", closed_on=date(2024, 1, 1), successors=("1-b",)), AreaNode("1-b", "1", "1")]
    )
    assert (whole.territory(["1"]).codes, whole.parent("1-b")) == (("1", "1-b"), "1")


def test_an_area_leads_to_what_is_above_and_to_successors_of_later_days() -> None:
    tree = AreaTree([*NEW, ended("1-a", "1-n"), AreaNode("1-a-x", "1-a", "1")], date(2026, 3, 31))
    assert tree.leads_to("1-a-x") == {"1-a-x", "1-a", "1-n", "1"}
    assert tree.leads_to("1-n", {"1-n": "1-m", "1-m": "1-a"}) == {"1-n", "1-m", "1-a", "1"}


AREAS = st.fixed_dictionaries(
    {
        code: st.tuples(
            st.sampled_from([*CODES, None, "gone"]),
            st.lists(st.sampled_from([*CODES, "gone"]), max_size=2, unique=True),
        )
        for code in CODES
    }
)


@given(AREAS)
def test_rings_and_orphans_do_not_hang_it_and_nothing_leaves_its_city(
    areas: dict[str, tuple[str | None, list[str]]],
) -> None:
    tree = AreaTree(
        AreaNode(code, parent, "0", closed_on=date(2024, 1, 1) if heirs else None, successors=tuple(heirs))
        for code, (parent, heirs) in areas.items()
    )
    roots = [code for code in areas if tree.parent(code) is None or tree.parent(code) not in areas]
    assert tree.territory(roots).codes == tuple(CODES)
    assert "0" in roots
    assert all(areas[code][0] in (None, "gone") for code in roots if code != "0")
    for code in areas:
        assert code not in tree.ancestors(code)
        assert not any(code in tree.ancestors(above) for above in tree.ancestors(code))
        assert tree.territory([code]).covers(code)
        assert set(tree.subtree(code)) <= set(tree.territory([code]).codes)
        assert len(tree.ancestors(code)) == len(set(tree.ancestors(code)))


DAYS = [date(2024, 1, n) for n in range(1, 7)]


@given(AREAS, st.lists(st.sampled_from(DAYS), min_size=len(CODES), max_size=len(CODES)))
def test_a_tree_on_another_day_is_the_tree_of_that_day(
    areas: dict[str, tuple[str | None, list[str]]], ends: list[date]
) -> None:
    nodes = [
        AreaNode(code, parent, "0", closed_on=ends[int(code)] if heirs else None, successors=tuple(heirs))
        for code, (parent, heirs) in areas.items()
    ]
    for first in (*DAYS, None):
        tree = AreaTree(nodes, first)
        for day in DAYS:
            then, expected = tree.on(day), AreaTree(nodes, day)
            assert then.day == day
            assert tree.day == first
            for code in areas:
                assert then.subtree(code) == expected.subtree(code)
                assert then.ancestors(code) == expected.ancestors(code)
                assert then.territory([code]) == expected.territory([code])


def test_a_tree_is_not_made_again_for_a_day_on_which_no_area_ends() -> None:
    tree = AreaTree(TREE.areas.values(), date(2024, 1, 2))
    assert tree.on(date(2024, 1, 2)) is tree
    assert tree.on(date(2026, 1, 2)).territory(["1"]) == tree.territory(["1"])
    assert tree.on(date(2026, 1, 2)).areas is tree.areas
    before = tree.on(date(2023, 1, 1))
    assert before.on(date(2023, 1, 1)) is before is tree.on(date(2023, 1, 1))


@given(st.dictionaries(st.sampled_from(CODES), st.sampled_from([*CODES, None, "gone"])))
def test_rings_and_orphans_of_areas_that_exist_do_not_hang_it(parents: dict[str, str | None]) -> None:
    tree = AreaTree(AreaNode(code, parent, "0") for code, parent in parents.items())
    for code in parents:
        below, above = tree.subtree(code), tree.ancestors(code)
        assert code in below
        assert list(below) == sorted(set(below))
        assert (code not in above, len(set(above))) == (True, len(above))
        assert all(code in tree.subtree(one) for one in above)
        assert all(code in tree.ancestors(one) or one in tree.ancestors(code) or one == code for one in below)


def test_the_parts_of_an_area_lie_below_it_by_their_parents_and_not_because_they_became_part_of_it() -> None:
    nodes = [
        AreaNode("1", None, "1"), AreaNode("1-a", "1", "1"), AreaNode("1-a-x", "1-a", "1"), AreaNode("1-b", "1", "1"),
        AreaNode("1-old", "1", "1", closed_on=date(2024, 1, 1), successors=("1-a",)),
        AreaNode("2", "3", "2"), AreaNode("3", "2", "2"),
    ]  # fmt: skip
    tree = AreaTree(nodes)
    assert tree.parts("1") == {"1-a", "1-a-x", "1-b", "1-old"}
    assert [set(tree.parts(code)) for code in ("1-a", "1-b", "unknown")] == [{"1-a-x"}, set(), set()]
    assert "1-old" in tree.subtree("1-a")
    assert tree.parts("2") == {"3"}  # a ring


def test_the_areas_of_a_municipality_are_known_and_not_looked_for_among_all() -> None:
    tree = AreaTree(
        [AreaNode("1", None, "1"), AreaNode("1-a", "1", "1", closed_on=date(2024, 1, 1)), AreaNode("2", None, "2")]
    )
    assert tree.areas_of("1") == {"1", "1-a"}
    assert tree.areas_of("1") is tree.areas_of("1")
    assert tree.areas_of("3") == frozenset()


defined = st.builds(
    AreaDefined,
    area=st.just("1-a"),
    parent=st.sampled_from([None, "1"]),
    municipality=st.just("272108"),
    kind=st.sampled_from(AreaKind),
    tiers=st.sampled_from([(), (Tier.TIER2,), (Tier.TIER1, Tier.TIER2)]),
    name=st.sampled_from(["北", "𠮷野"]),
    valid_from=st.dates(),
)
reorganized = st.builds(
    AreaReorganized, area=st.just("1-a"), successors=st.sampled_from([(), ("1-b", "1-c")]), valid_from=st.dates()
)


def test_the_view_of_areas_keeps_the_laws_of_a_fold() -> None:
    withdrawn = st.builds(AreaReorganizationWithdrawn, area=st.just("1-a"), reason=st.sampled_from(["誤り", "延期"]))
    check_fold_laws(areas_view, st.tuples(st.lists(st.one_of(defined, reorganized, withdrawn), max_size=4)))

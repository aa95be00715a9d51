"""Lists: filters, further conditions, order and pages."""

from __future__ import annotations

import pytest

from shienevents import Contract
from shienweb import Condition, Paging, contains, fetch_where, ranked_page_of
from shienweb._lists import page_of

from .world import NORTH, SOUTH, ThingRow, Town, things


async def names(town: Town, query: str) -> list[str]:
    """The names on the page."""
    async with town.client(NORTH, SOUTH) as client:
        answer = await client.get(f"/things?{query}")
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def test_rows_are_filtered_by_value_by_any_of_several_by_array_and_by_condition(town: Town) -> None:
    async with town.caller(NORTH, SOUTH) as caller:
        for name, area, labels in (("a", NORTH, ["x", "y"]), ("b", SOUTH, ["y"]), ("ab", NORTH, [])):
            await caller.wrote("/things", {"name": name, "area": area, "labels": labels})
        last = (await caller.saw("/things?q=ab"))["items"][0]["thing"]
        await caller.wrote(f"/things/{last}/name", {"name": "abc"}, method="PUT")
        await caller.saw("/things")
    assert await names(town, "") == ["a", "abc", "b"]
    assert await names(town, f"area={NORTH}") == ["a", "abc"]
    assert await names(town, "label=y") == ["a", "b"]
    assert await names(town, "renamed=true") == ["abc"]
    assert await names(town, "renamed=false") == ["a", "b"]
    assert await names(town, f"q=b&area={SOUTH}") == ["b"]
    assert await names(town, "label=y&renamed=true") == []
    assert (await names(town, "newest=true"))[0] == "abc"


async def test_pages_in_both_directions_hold_every_row_once_where_sort_values_are_equal(town: Town) -> None:
    async with town.caller(NORTH) as caller:
        for _ in range(5):
            await caller.wrote("/things", {"name": "same", "area": NORTH})
        for order in ("", "&newest=true"):
            found: list[str] = []
            page = await caller.saw(f"/things?limit=2{order}")
            while True:
                found += [one["thing"] for one in page["items"]]
                if page["next_cursor"] is None:
                    break
                page = await caller.saw(f"/things?limit=2{order}&cursor={page['next_cursor']}")
            assert (len(found), len(set(found))) == (5, 5)
            assert found == sorted(found, reverse=bool(order))


async def test_pages_by_a_number_that_is_computed_hold_every_row_once_where_it_is_equal(town: Town) -> None:
    async with town.caller(NORTH) as caller:
        for name in ("long name", "b", "a", "longer name", "c"):
            await caller.wrote("/things", {"name": name, "area": NORTH})
        await caller.saw("/things")
    rank = Condition("length(name) * {}::int", 10)
    mine = {"area": [NORTH]}
    where = [Condition("name <> {}", "longer name"), None]
    async with town.service.snapshot() as snapshot:
        cursor, found = None, list[tuple[str, int]]()
        while True:
            paging = Paging("ranked", 2, cursor)
            page = await ranked_page_of(
                snapshot, things, mine, paging, rank=rank, where=where, as_=lambda row, number: (row.name, number)
            )
            found += page.items
            if (cursor := page.next_cursor) is None:
                break
        assert [number for _, number in found] == [10, 10, 10, 90]
        assert sorted(found) == [("a", 10), ("b", 10), ("c", 10), ("long name", 90)]
        what = Condition("length(name) + {}::int, count(*)", 1)
        counted = await fetch_where(snapshot, things, what, mine, where=where, group_by="1")
    assert sorted(map(tuple, counted)) == [(2, 3), (10, 1)]


async def test_columns_are_those_of_the_row_and_order_is_total_and_never_null(town: Town) -> None:
    paging = Paging("list", 1, None)
    wrong: list[tuple[dict[str, object], tuple[str, ...], str]] = [
        ({"colour": "red"}, ("thing",), "view things has no columns colour"),
        ({"1=1 or area": "x"}, ("thing",), "has no columns"),
        ({}, ("touched", "thing"), "ThingRow cannot be sorted by touched"),
        ({}, ("labels", "thing"), "cannot be sorted by labels"),
        ({}, ("thing; drop table things",), "cannot be sorted by"),
        ({}, ("name",), "the order name lacks its key thing"),
    ]
    async with town.service.snapshot() as snapshot:
        for filters, order, why in wrong:
            with pytest.raises(Contract, match=why):
                await page_of(snapshot, things, filters, paging, order=order, as_=ThingRow.digest)


def test_a_filter_without_a_value_filters_nothing() -> None:
    assert contains(None) is None

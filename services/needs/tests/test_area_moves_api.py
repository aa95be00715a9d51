"""What needs does with a mapping that the registry published, on a real Postgres and a real Kafka."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shiendomain.registry import AreaReorganized, AreaWorkMapped, AreaWorkMappingReversed
from shiendomain.vocabulary import AreaThing, KindSuccessor
from shienevents import Event
from shienweb.testing import Caller

from .test_issues_api import raised, recorded
from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def publish(caller: Caller, city: City, *events: Event) -> None:
    """The registry publishes these events of the north, and needs has read them."""
    for event in events:
        caller.position = await city.world.read_up_to(await city.world.publish(city.north, event, city.north))


def mapped(city: City, mapping_id: UUID, *kinds: AreaThing) -> AreaWorkMapped:
    """A mapping of these kinds to the south."""
    to = tuple(KindSuccessor(kind=kind, successor=city.south) for kind in kinds)
    return AreaWorkMapped(mapping_id=mapping_id, area=city.north, kinds=to, reason="校区の統合")


async def until(caller: Caller, city: City, **now: str) -> dict[str, Any]:
    """The work of the north, when its things are in these areas: by their id."""

    def there(found: Any) -> bool:
        return {one["id"]: one["now"] for one in found["items"]} == now

    found = await caller.until(f"/areas/{city.north}/work", there)
    return {one["id"]: one for one in found["items"]}


async def test_needs_and_an_issue_with_its_needs_go_by_a_mapping_and_come_back(north: Caller, city: City) -> None:
    alone, first, second = await recorded(north, city, 3)
    path = await raised(north, city, first, second)
    issue, mapping = path.rpartition("/")[2], uuid4()
    ends = AreaReorganized(area=city.north, successors=(city.south,), valid_from=date(2026, 4, 1))
    await publish(north, city, ends, mapped(city, mapping, AreaThing.NEEDS, AreaThing.ISSUES))
    await until(north, city, **dict.fromkeys((alone, first, second, issue), city.south))
    async with city.world.caller(city.south) as south:
        south.position = north.position
        seen = await south.saw(path)
        assert (seen["area"], seen["state"], seen["needs"]) == (city.south, "raised", [first, second])
        assert {one["need_id"] for one in (await south.saw("/needs"))["items"]} == {alone, first, second}
        assert {one["area"] for one in (await south.saw("/needs"))["items"]} == {city.south}
        later = str((await south.wrote("/needs", city.a_need(city.south)))["id"])
        await south.wrote(f"{path}/needs", {"needs": [later]})
        north.position = south.position

    undo = AreaWorkMappingReversed(mapping_id=mapping, area=city.north, reason="統合の延期")
    await publish(north, city, undo)
    stays = await until(north, city, **{alone: city.north}, **dict.fromkeys((first, second, issue), city.south))
    assert {one: stays[one]["stays"] for one in (issue, first, second)} == {
        issue: "mapping.issue_need_elsewhere", first: "mapping.need_in_issue", second: "mapping.need_in_issue",
    }  # fmt: skip
    assert stays[issue]["stays_ja"]
    assert (await north.saw(f"/needs/{alone}"))["area"] == city.north


async def test_a_need_stays_whose_issue_is_left_out(north: Caller, city: City) -> None:
    alone, grouped = await recorded(north, city, 2)
    path = await raised(north, city, grouped)
    issue = path.rpartition("/")[2]
    ends = AreaReorganized(area=city.north, successors=(city.south,), valid_from=date(2026, 4, 1))
    await publish(north, city, ends, mapped(city, uuid4(), AreaThing.NEEDS))
    found = await until(north, city, **{alone: city.south, grouped: city.north, issue: city.north})
    assert (found[grouped]["stays"], found[issue]["stays"]) == ("mapping.need_in_issue", "mapping.left_out")

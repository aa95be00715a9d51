"""The mapping of an ended area to its successors: what may be mapped, what is in force, and the way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st

from registry.decider import area
from registry.decider.area_commands import WithdrawReorganization
from registry.decider.area_mapping import MapAreaWork, ReverseMapping
from shiendomain.area_mappings import (
    MOVED,
    AreaMappingRow,
    LastMoveRow,
    area_mappings,
    destination,
    in_force,
    last_moves,
)
from shiendomain.moves import Move
from shiendomain.registry import AreaReorganizationWithdrawn, AreaReorganized, AreaWorkMappingReversed
from shiendomain.vocabulary import AreaThing, ByMapping, KindSuccessor
from shienevents import Decider, Event, View
from shienevents.testing import FoldScenario, Scenario, check_fold_laws

from .facts import AN_ID, ANOTHER, AREA, AREA_MAPPED, MAPPING_REVERSED, NORTH_DEFINED
from .test_moves import KINDS, Command

areas = Scenario(area.decider)
EAST, WEST = "272108-04", "272108-05"
gone = AreaReorganized(area=AREA, successors=(EAST, WEST), valid_from=date(2027, 4, 1))
split = areas.given(NORTH_DEFINED, gone)
map_work = MapAreaWork(AREA, ANOTHER, AREA_MAPPED.kinds, AREA_MAPPED.things, AREA_MAPPED.reason, (AREA, EAST, WEST))
reverse = ReverseMapping(AREA, ANOTHER, MAPPING_REVERSED.reason)
NEXT = AREA_MAPPED.model_copy(update={"mapping_id": UUID(int=3), "things": ()})


def test_an_ended_area_is_mapped_to_its_successors_and_the_same_again_changes_nothing() -> None:
    split.when(map_work).then(AREA_MAPPED)
    areas.given(NORTH_DEFINED, gone, AREA_MAPPED).when(replace(map_work, mapping_id=UUID(int=3))).then()


def test_a_mapping_names_successors_of_the_area_each_kind_and_thing_once() -> None:
    areas.given(NORTH_DEFINED).when(map_work).then_rejected("area.not_ended")
    areas.given().when(map_work).then_not_found("area.unknown")
    split.when(replace(map_work, kinds=(), things=())).then_rejected("mapping.empty")
    elsewhere = KindSuccessor(kind=AreaThing.NEEDS, successor="272108-09")
    split.when(replace(map_work, kinds=(elsewhere,))).then_rejected(
        "mapping.no_successor", areas=["272108-09"], successors=[EAST, WEST]
    )
    twice = replace(map_work, kinds=(*map_work.kinds, KindSuccessor(kind=AreaThing.RESOURCES, successor=WEST)))
    split.when(twice).then_rejected("mapping.said_twice", said=[AreaThing.RESOURCES])
    split.when(replace(map_work, within=(AREA, EAST))).then_rejected("area.other_municipality")


def test_what_a_mapping_in_force_says_is_not_said_again_and_each_is_reversed_once() -> None:
    after = areas.given(NORTH_DEFINED, gone, AREA_MAPPED)
    after.when(replace(map_work, mapping_id=NEXT.mapping_id, things=())).then()
    needs = KindSuccessor(kind=AreaThing.NEEDS, successor=WEST)
    more = NEXT.model_copy(update={"kinds": (*NEXT.kinds, needs)})
    after.when(replace(map_work, mapping_id=NEXT.mapping_id, kinds=more.kinds, things=())).then(more)
    after.when(reverse).then(MAPPING_REVERSED)
    areas.given(NORTH_DEFINED, gone, AREA_MAPPED, MAPPING_REVERSED).when(reverse).then()
    areas.given(NORTH_DEFINED, gone, AREA_MAPPED, MAPPING_REVERSED).when(
        replace(map_work, mapping_id=NEXT.mapping_id)
    ).then(AREA_MAPPED.model_copy(update={"mapping_id": NEXT.mapping_id}))
    split.when(reverse).then_not_found("mapping.unknown", area=AREA)


def test_two_mappings_of_an_area_do_not_contradict_each_other_until_one_is_reversed() -> None:
    resources, thing = AREA_MAPPED.kinds[0], AREA_MAPPED.things[0]
    other = replace(map_work, mapping_id=UUID(int=4), kinds=(resources.model_copy(update={"successor": WEST}),))
    back = replace(map_work, mapping_id=UUID(int=4), things=(thing.model_copy(update={"successor": EAST}),))
    after = areas.given(NORTH_DEFINED, gone, AREA_MAPPED, NEXT)
    by_kind, by_thing = [AreaThing.RESOURCES], [thing.thing_id]
    after.when(other).then_rejected("mapping.contradicts", area=AREA, mapping_id=NEXT.mapping_id, said=by_kind)
    after.when(back).then_rejected("mapping.contradicts", area=AREA, mapping_id=ANOTHER, said=by_thing)
    last = AreaWorkMappingReversed(mapping_id=NEXT.mapping_id, area=AREA, reason="誤り")
    areas.given(NORTH_DEFINED, gone, AREA_MAPPED, NEXT, MAPPING_REVERSED, last).when(other).then(
        AREA_MAPPED.model_copy(update={"mapping_id": UUID(int=4), "kinds": other.kinds})
    )


def test_an_area_that_goes_on_has_its_mappings_reversed() -> None:
    withdrawn = AreaReorganizationWithdrawn(area=AREA, reason="延期")
    both = areas.given(NORTH_DEFINED, gone, AREA_MAPPED, NEXT, MAPPING_REVERSED)
    last = AreaWorkMappingReversed(mapping_id=NEXT.mapping_id, area=AREA, reason="延期")
    both.when(WithdrawReorganization(AREA, "延期")).then(last, withdrawn)


@pytest.mark.parametrize(
    ("decider", "view", "first", "moved", "command"), KINDS, ids=lambda one: getattr(one, "name", "")
)
def test_a_mapping_moves_a_thing_once_and_back_unless_people_moved_it_since(
    decider: Decider[Any, Any, Any], view: View[Any], first: Event, moved: type[Event], command: Command
) -> None:
    (key,) = view.row.key
    thing, within = getattr(first, key), {AREA, EAST, WEST}
    by, by_back = ByMapping(mapping_id=ANOTHER), ByMapping(mapping_id=ANOTHER, back=True)
    out, back = Move(EAST, within, "分割", by, AREA), Move(AREA, within, "取消し", by_back, EAST)
    there = moved.model_validate({key: thing, "from_area": AREA, "area": EAST, "reason": "分割", "by_mapping": by})
    here = moved.model_validate(
        {key: thing, "from_area": EAST, "area": AREA, "reason": "取消し", "by_mapping": by_back}
    )
    on = moved.model_validate({key: thing, "from_area": EAST, "area": WEST, "reason": "西のもの"})
    rules, seen = Scenario(decider), FoldScenario(last_moves)
    rules.given(first).when(command(thing, out)).then(there)
    rules.given(first, there).when(command(thing, out)).then()
    rules.given(first, there).when(command(thing, back)).then(here)
    rules.given(first, there, on).when(command(thing, out)).then()
    rules.given(first, there, on).when(command(thing, back)).then()
    rules.given(first, there, here).when(command(thing, back)).then()
    kind = MOVED[moved][0]
    seen.given(there).then(LastMoveRow(thing_id=thing, kind=kind, area=EAST, mapping_id=ANOTHER))
    seen.given(there, here).then(LastMoveRow(thing_id=thing, kind=kind, area=AREA, mapping_id=None))
    seen.given(there, on).then(LastMoveRow(thing_id=thing, kind=kind, area=WEST, mapping_id=None))


def test_a_mapping_says_where_a_thing_goes_by_itself_by_what_it_is_of_or_by_its_kind() -> None:
    kinds = AreaMappingRow(mapping_id=ANOTHER, area=AREA, kinds={"resources": EAST}, version=5)
    things = AreaMappingRow(mapping_id=AN_ID, area=AREA, things={str(AN_ID): WEST}, version=3)
    both = AreaMappingRow(mapping_id=ANOTHER, area=AREA, kinds=kinds.kinds, things=things.things)
    for mappings in ([both], [kinds, things]):
        for kind, ids, to in (
            (AreaThing.RESOURCES, (ANOTHER,), EAST),
            (AreaThing.RESOURCES, (AN_ID,), WEST),
            (AreaThing.RESOURCES, (ANOTHER, AN_ID), WEST),
            (AreaThing.NEEDS, (ANOTHER, AN_ID), WEST),
        ):
            assert (found := destination(mappings, kind, ids)), (kind, ids)
            assert found.successor == to, (kind, ids)
        assert destination(mappings, AreaThing.NEEDS, (ANOTHER,)) is None
    assert destination([kinds, things], AreaThing.RESOURCES, (AN_ID,)) == (WEST, things)


def test_every_mapping_is_in_force_until_it_is_reversed() -> None:
    first, second = (AreaMappingRow(mapping_id=one, area=AREA, version=n) for one, n in ((ANOTHER, 3), (AN_ID, 5)))
    assert in_force([first, second]) == {AREA: [second, first]}
    assert in_force([replace(second, reversed_for="誤り"), first]) == {AREA: [first]}
    assert in_force([replace(first, reversed_for="誤り")]) == {}


def test_mappings_keep_the_laws_of_a_fold() -> None:
    streams = st.permutations([AREA_MAPPED, NEXT, MAPPING_REVERSED]).map(lambda events: (events,))
    check_fold_laws(area_mappings, streams, examples=20)

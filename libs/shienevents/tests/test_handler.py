"""The handler: load, decide, append. A no is raised, a race is tried again, then told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from shienevents import (
    Contract,
    Decider,
    Event,
    EventTooLarge,
    EventTypes,
    Handler,
    Home,
    Malformed,
    NotFound,
    Rejected,
    Store,
    StreamConflict,
    Unreadable,
    Written,
    shard_of,
)
from shienops._databases import Database

from .world import (
    ALICE,
    AREAS,
    SHARDS,
    TYPES,
    BoxEvent,
    BoxFilled,
    Look,
    Put,
    Take,
    a_store,
    again,
    append,
    box,
    check_log,
    connected,
    outcome,
)


def handler(store: Store, *deciders: Decider[Any, Any, Any]) -> Handler:
    return Handler(store, TYPES, deciders or [box])


async def test_a_command_is_decided_on_its_stream_and_appended_where_it_was_born(database: Database) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        born = await handle(Put("a", 5, AREAS[2]), ALICE)
        moved = await handle(Put("a", 1, AREAS[1]), ALICE)  # a stream stays where it was born
        taken = await handle(Take("a", 6), ALICE)
        assert [(w.stream, w.version, w.shard, w.seq) for w in (born, moved, taken)] == [
            ("box-a", 1, 2, 1),
            ("box-a", 2, 2, 2),
            ("box-a", 3, 2, 3),
        ]
        records = await check_log(store)
        assert [(r.envelope.type, r.envelope.area, r.data) for r in records] == [
            ("needs.box_filled.v1", AREAS[2], b'{"amount":5,"box":"a"}'),
            ("needs.box_filled.v1", AREAS[2], b'{"amount":1,"box":"a"}'),
            ("needs.box_taken.v1", AREAS[2], b'{"amount":6,"box":"a"}'),
        ]
        assert shard_of(AREAS[2], SHARDS) == 2


async def test_a_hundred_writers_on_one_stream_give_exactly_a_hundred_versions(database: Database) -> None:
    async with a_store(database) as one, again(database) as other:
        handlers = handler(one), handler(other)
        written = await asyncio.gather(*[handlers[n % 2].handle(Put("a", 1), ALICE) for n in range(100)])
        assert sorted(w.version for w in written) == list(range(1, 101))
        assert len(await check_log(one)) == 100


async def test_fifty_takers_of_the_last_one_give_one(database: Database) -> None:
    async with a_store(database) as one, again(database) as other:
        await handler(one).handle(Put("a", 1), ALICE)
        handlers = handler(one), handler(other)
        results = await asyncio.gather(*[outcome(handlers[n % 2].handle(Take("a", 1), ALICE)) for n in range(50)])
        kinds = sorted(type(result).__name__ for result in results)
        assert kinds == ["Rejected"] * 49 + ["Written"]
        assert len(await check_log(one)) == 2


async def test_if_match_takes_the_version_it_names_and_no_other(database: Database) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        assert (await handle(Put("a", 1), ALICE, expected=0)).version == 1
        assert (await handle(Put("a", 1), ALICE, expected=1)).version == 2
        for wrong in (0, 1, 3, 99, -1, 2**40):
            with pytest.raises(StreamConflict) as conflict:
                await handle(Put("a", 1), ALICE, expected=wrong)
            assert (conflict.value.code, conflict.value.stream) == ("stream.conflict", "box-a")
        with pytest.raises(StreamConflict):
            await handle(Look("a"), ALICE, expected=1)
        assert (await handle(Put("a", 1), ALICE)).version == 3
        assert len(await check_log(store)) == 3


async def test_of_many_who_saw_the_same_version_one_wins(database: Database) -> None:
    async with a_store(database) as one, again(database) as other:
        handlers = handler(one), handler(other)
        for version in range(5):
            results = await asyncio.gather(
                *[outcome(handlers[n % 2].handle(Put("a", 1), ALICE, expected=version)) for n in range(20)]
            )
            kinds = sorted(type(result).__name__ for result in results)
            assert kinds == ["StreamConflict"] * 19 + ["Written"]
        assert len(await check_log(one)) == 5


@dataclass(frozen=True)
class Fight:
    box: str


@contextmanager
def another_process(database: Database) -> Iterator[Callable[[int], None]]:
    """Something that appends to "fight-x" while this process thinks: `write(version)` returns when it is done."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def write(version: int) -> None:
        async with again(database) as store:
            await store.append(append("fight-x", -1, after=version))

    try:
        yield lambda version: asyncio.run_coroutine_threadsafe(write(version), loop).result(20)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def fight(meanwhile: Callable[[int], None], wins: int) -> tuple[Decider[Any, Any, Any], list[int]]:
    """A decider during whose thinking another process writes to the stream, the first `wins` times."""
    thoughts: list[int] = []

    def decide(command: Fight, version: int) -> list[BoxEvent]:
        thoughts.append(version)
        if len(thoughts) <= wins:
            meanwhile(version)
        return [BoxFilled(box=command.box, amount=version)]

    decider = Decider[Any, Any, Any](
        name="fight",
        commands=(Fight,),
        events=(BoxFilled,),
        stream=lambda command: command.box,
        home=lambda command: Home("272108", AREAS[0]),
        initial=0,
        decide=decide,
        evolve=lambda version, event: version + 1,
    )
    return decider, thoughts


async def test_a_race_is_decided_again_on_what_the_winner_wrote(database: Database) -> None:
    async with a_store(database) as store:
        with another_process(database) as meanwhile:
            decider, thoughts = fight(meanwhile, wins=3)
            written = await handler(store, decider).handle(Fight("x"), ALICE)
        assert written.version == 4
        assert thoughts == [0, 1, 2, 3]
        assert [r.data for r in await check_log(store)][-1] == b'{"amount":3,"box":"x"}'


async def test_a_race_that_is_lost_again_and_again_is_reported(database: Database) -> None:
    async with a_store(database) as store:
        with another_process(database) as meanwhile:
            decider, thoughts = fight(meanwhile, wins=99)
            with pytest.raises(StreamConflict) as conflict:
                await handler(store, decider).handle(Fight("x"), ALICE)
        assert conflict.value.stream == "fight-x"
        assert thoughts == list(range(11))  # unread, then ten times on what was read
        assert {r.data for r in await check_log(store)} == {b'{"amount":-1,"box":"fight-x"}'}


async def test_a_race_lost_once_is_reported_at_once_to_a_caller_that_named_a_version(database: Database) -> None:
    async with a_store(database) as store:
        with another_process(database) as meanwhile:
            decider, thoughts = fight(meanwhile, wins=1)
            with pytest.raises(StreamConflict):
                await handler(store, decider).handle(Fight("x"), ALICE, expected=0)
        assert thoughts == [0]
        assert {r.data for r in await check_log(store)} == {b'{"amount":-1,"box":"fight-x"}'}


async def test_a_command_that_changes_nothing_writes_nothing_and_says_where_its_stream_stands(
    database: Database,
) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        await handle(Put("a", 5, AREAS[1]), ALICE)
        await handle(Put("b", 5, AREAS[1]), ALICE)
        looked = await handle(Look("a"), ALICE)
        assert (looked.source, looked.stream, looked.version, looked.shard, looked.seq) == ("needs", "box-a", 1, 1, 2)
        nowhere = await handle(Look("z"), ALICE)
        assert (nowhere.stream, nowhere.version) == ("box-z", 0)
        assert len(await check_log(store)) == 2


homely = replace(box, home=lambda command: Home("272108", AREAS[2]))  # any command might begin a stream


async def test_a_stream_taken_for_new_is_read_before_anything_but_success_is_reported(
    database: Database,
) -> None:
    async with a_store(database) as store:
        await handler(store).handle(Put("a", 5, AREAS[1]), ALICE)
        # Each handler meets the stream for the first time: on an empty box these would be a no, nothing, and a begin.
        taken = await handler(store, homely).handle(Take("a", 2), ALICE)
        looked = await handler(store, homely).handle(Look("a"), ALICE)
        filled = await handler(store, homely).handle(Put("a", 1), ALICE)
        assert [(w.version, w.shard, w.seq) for w in (taken, looked, filled)] == [(2, 1, 2), (2, 1, 2), (3, 1, 3)]
        with pytest.raises(Rejected) as no:
            await handler(store, homely).handle(Take("a", 5), ALICE)
        assert no.value.facts == {"held": 4}
        assert {r.envelope.area for r in await check_log(store)} == {AREAS[1]}


async def test_an_event_that_is_too_large_only_for_an_empty_stream_is_not_reported(database: Database) -> None:
    async with a_store(database, limit_bytes=100) as store:
        odd = replace(box, decide=lambda command, held: [BoxFilled(box="a" if held else "x" * 100, amount=1)])
        await handler(store).handle(Put("a", 1), ALICE)
        assert (await handler(store, odd).handle(Put("a", 1), ALICE)).version == 2


async def test_a_no_writes_nothing(database: Database) -> None:
    async with a_store(database) as store:
        with pytest.raises(Rejected) as no:
            await handler(store).handle(Take("a", 1), ALICE)
        assert (no.value.code, no.value.facts) == ("box.short", {"held": 0})
        assert not isinstance(no.value, NotFound)
        assert await check_log(store) == []


async def test_an_event_too_large_is_refused_and_the_stream_is_usable(database: Database) -> None:
    async with a_store(database, limit_bytes=100) as store:
        odd = replace(box, decide=lambda command, held: [BoxFilled(box="x" * getattr(command, "amount", 0), amount=1)])
        handle = handler(store, odd).handle
        with pytest.raises(EventTooLarge):
            await handle(Put("a", 100), ALICE)
        assert (await handle(Put("a", 10), ALICE)).version == 1


async def test_a_stream_that_begins_without_a_home_is_the_deciders_fault(database: Database) -> None:
    async with a_store(database) as store:
        homeless = replace(box, decide=lambda command, held: [BoxFilled(box="a", amount=1)])
        with pytest.raises(Contract, match="Take begins a stream but its decider gives it no home"):
            await handler(store, homeless).handle(Take("a", 1), ALICE)


@pytest.mark.parametrize("name", ["x" * 256, "a\0b", "a\nb", "\ud800", "a\u202eb"])
async def test_a_name_that_cannot_be_a_stream_is_malformed(database: Database, name: str) -> None:
    async with a_store(database) as store:
        with pytest.raises(Malformed, match="at most 255 printable characters"):
            await handler(store).handle(Put(name, 1, AREAS[0]), ALICE)


async def test_the_longest_name_in_the_widest_characters_is_a_stream(database: Database) -> None:
    async with a_store(database) as store:
        written = await handler(store).handle(Put("𠮷" * 251, 1, AREAS[0]), ALICE)
        assert (await store.load(written.stream)).version == 1


async def test_two_deciders_for_one_command_and_a_command_without_one_are_refused(database: Database) -> None:
    async with a_store(database) as store:
        with pytest.raises(Contract, match="two deciders answer Put"):
            handler(store, box, replace(box, name="other"))
        with pytest.raises(Contract, match="no decider answers Fight"):
            await handler(store).handle(Fight("x"), ALICE)


async def test_a_stream_whose_history_does_not_parse_is_not_decided_on(database: Database) -> None:
    async with a_store(database) as store, connected(database.owner_dsn) as owner:
        await handler(store).handle(Put("a", 1), ALICE)
        await owner.execute("update events set data = '{}'")
        with pytest.raises(Unreadable):
            await handler(store).handle(Put("a", 1), ALICE)


async def test_an_event_type_this_code_does_not_know_is_not_decided_on(database: Database) -> None:
    """Deciding without it would be deciding on another state: a newer deployment wrote to this stream."""
    async with a_store(database) as store:
        await handler(store).handle(Put("a", 1), ALICE)
        old = Handler(store, EventTypes([]), [box])
        with pytest.raises(Contract):
            await old.handle(Put("a", 1), ALICE)


async def test_commands_for_many_streams_at_once_are_all_answered(database: Database) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        written = await asyncio.gather(*[handle(Put(f"b{n % 40}", 1), ALICE) for n in range(200)])
        assert all(isinstance(w, Written) for w in written)
        records = await check_log(store)
        assert len(records) == 200
        assert {r.envelope.stream for r in records} == {f"box-b{n}" for n in range(40)}


async def test_a_caller_that_is_cancelled_does_not_block_its_stream(database: Database) -> None:
    async with a_store(database) as store:
        handle = handler(store).handle
        tasks = [asyncio.create_task(handle(Put("a", 1), ALICE)) for _ in range(20)]
        await asyncio.sleep(0)
        for task in tasks[1::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(60):
            assert (await handle(Put("a", 1), ALICE)).version >= 11
        await check_log(store)


async def threads(store: Store, stream: str) -> list[Any]:
    """The correlation of each event of a stream."""
    return [record.envelope.correlation for record in await store.read_stream(stream)]


async def test_a_command_belongs_to_the_thread_of_its_streams_first_event(database: Database) -> None:
    async with a_store(database) as store, again(database) as elsewhere:
        await handler(store).handle(Put("a", 5), ALICE)
        await handler(store).handle(Put("a", 1), ALICE)
        await handler(elsewhere).handle(Take("a", 2), ALICE)
        first = (await store.read_stream("box-a"))[0].envelope.id
        assert await threads(store, "box-a") == [first, first, first]


async def test_a_thread_that_the_caller_names_goes_before_the_streams_own(database: Database) -> None:
    async with a_store(database) as store:
        mine, other = UUID(int=1), UUID(int=2)
        handle = handler(store).handle
        await handle(Put("a", 5), replace(ALICE, correlation=mine))
        await handle(Put("a", 5), replace(ALICE, correlation=other))
        await handle(Put("a", 5), ALICE)
        assert await threads(store, "box-a") == [mine, other, mine]


async def test_a_part_of_a_stream_has_a_thread_of_its_own(database: Database) -> None:
    """As matches in the stream of their resource: here what is put into a box by the same amount is one part."""
    parted = replace(box, part=lambda message: message.amount)
    async with a_store(database) as store:
        handle = handler(store, parted).handle
        for amount in (5, 7, 5, 7):
            await handle(Put("a", amount), ALICE)
        ids = [record.envelope.id for record in await store.read_stream("box-a")]
        assert await threads(store, "box-a") == [ids[0], ids[1], ids[0], ids[1]]


async def test_the_right_to_a_moved_thing_is_judged_where_it_was_moved_and_its_stream_stays(database: Database) -> None:
    class Carried(Event, wire="world.carried.v1"):
        area: str

    def carry(command: Any, held: int) -> Any:
        return [Carried(area=AREAS[1])] if command == Take("a", 0) else box.decide(command, held)

    def evolve(held: int, event: Any) -> int:
        return held if isinstance(event, Carried) else box.evolve(held, event)

    carrying = replace(box, events=(*box.events, Carried), decide=carry, evolve=evolve, moves=(Carried,))
    async with a_store(database) as store:
        handle = Handler(store, EventTypes([*TYPES, Carried]), [carrying]).handle
        before = await handle(Put("a", 5, AREAS[0]), ALICE)
        await handle(Take("a", 0), ALICE)
        with pytest.raises(NotFound, match=r"box\.unknown"):
            await handle(Take("a", 1), ALICE, allowed=lambda home: home.area == AREAS[0])
        after = await handle(Take("a", 1), ALICE, allowed=lambda home: home.area == AREAS[1])
        assert (after.shard, after.version) == (before.shard, 3)
        assert {record.envelope.area for record in await store.read_stream("box-a")} == {AREAS[0]}


async def test_what_does_not_exist_for_the_caller_is_unknown_whatever_version_is_named(database: Database) -> None:
    def unknown(command: Any, held: int) -> Any:
        if not held and not isinstance(command, Put):
            raise NotFound("box.unknown")
        return box.decide(command, held)

    strict = replace(box, decide=unknown)
    async with a_store(database) as store:
        handle = handler(store, strict).handle
        await handle(Put("a", 5), ALICE)
        for expected in (None, 0, 1, 7):
            with pytest.raises(NotFound, match=r"box\.unknown"):
                await handle(Take("b", 1), ALICE, expected=expected)
            with pytest.raises(NotFound, match=r"box\.unknown"):
                await handle(Take("a", 1), ALICE, expected=expected, allowed=lambda home: False)
        with pytest.raises(StreamConflict):
            await handle(Take("a", 99), ALICE, expected=7)  # not the rule's answer: that was about another version

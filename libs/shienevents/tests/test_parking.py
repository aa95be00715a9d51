"""An event that a unit cannot take is parked for it, with all later events of its stream; all else goes on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shienevents import Decider, Envelope, Event, EventTypes, Home, Reaction, Row, Store, StoreSource, View, replay
from shienevents.consume.parking import replay_parked
from shienops._databases import Database

from .listening import figure, heard, listening
from .world import (
    TYPES,
    BoxEvent,
    BoxFilled,
    BoxRow,
    a_consumer,
    a_store,
    append,
    areas_filled,
    boxes,
    caught_up,
    digests,
    fold_box,
    parked_in,
    reached,
    replayed,
    rows,
    running,
    until,
)

BAD = 13  # the amount that a unit cannot take


def bad(event: Event) -> bool:
    return isinstance(event, BoxFilled) and event.amount == BAD


def raising_keys(event: BoxEvent, envelope: Envelope) -> Sequence[Hashable]:
    if bad(event):
        raise ZeroDivisionError("keys")
    return [event.box]


def keys_that_are(key: Any) -> Callable[[BoxEvent, Envelope], Sequence[Hashable]]:
    return lambda event, envelope: [key if bad(event) else event.box]


def evolve_to(change: Callable[[BoxRow], Any]) -> Callable[[BoxRow, BoxEvent, Envelope], Any]:
    def evolve(row: BoxRow, event: BoxEvent, envelope: Envelope) -> Any:
        after = fold_box(row, event, envelope)
        return change(after) if after and bad(event) else after

    return evolve


def raising(row: BoxRow) -> BoxRow:
    raise RuntimeError(f"\ud800\0 {row.box}")


def held(value: Any) -> Callable[[BoxRow], BoxRow]:
    return lambda row: replace(row, held=value)


POISON: dict[str, View[Any]] = {
    "keys raise": replace(boxes, keys=raising_keys),
    "a key of another type": replace(boxes, keys=keys_that_are(7)),
    "a key with NUL": replace(boxes, keys=keys_that_are("a\0")),
    "a key with half a character": replace(boxes, keys=keys_that_are("\ud800")),
    "a key of two": replace(boxes, keys=keys_that_are(("a", "b"))),
    "a key that has no hash": replace(boxes, keys=keys_that_are([])),
    "a key no index can hold": replace(boxes, keys=keys_that_are("".join(chr(0x4E00 + n) for n in range(3000)))),
    "evolve raises": replace(boxes, evolve=evolve_to(raising)),
    "evolve gives a number": replace(boxes, evolve=evolve_to(lambda row: 5)),
    "evolve gives another row": replace(boxes, evolve=evolve_to(lambda row: replace(row, box="another"))),
    "a number beyond a double": replace(boxes, evolve=evolve_to(held(2**53 + 1))),
    "a number beyond bigint": replace(boxes, evolve=evolve_to(held(2**63))),
    "text for a number": replace(boxes, evolve=evolve_to(held("many"))),
    "true for a number": replace(boxes, evolve=evolve_to(held(True))),
    "nothing for a number": replace(boxes, evolve=evolve_to(held(None))),
}


async def four_streams(store: Store) -> None:
    """The second event of box-a and of box-c is bad; box-b shares a shard with box-a."""
    await store.append(append("box-a", 1, BAD, 3))
    await store.append(append("box-b", 4, 5))
    await store.append(append("box-c", 6, BAD, shard=1))
    await store.append(append("box-d", 7, shard=2))


@pytest.mark.parametrize("why", POISON)
async def test_poison_parks_that_event_and_later_ones_of_its_stream_for_that_view_alone(
    database: Database, why: str
) -> None:
    views = (POISON[why], areas_filled)
    async with a_store(database) as store:
        await four_streams(store)
        async with running(a_consumer(store, views=views)):
            await caught_up(store)
            await store.append(append("box-a", 8, after=3))
            await store.append(append("box-b", 9, after=2))
            await caught_up(store)
        assert [(unit, stream, seq) for unit, stream, seq, _ in await parked_in(store)] == [
            ("boxes@1", "box-a", 2),
            ("boxes@1", "box-a", 3),
            ("boxes@1", "box-a", 6),
            ("boxes@1", "box-c", 2),
        ]
        assert {key: (row.held, row.touched) for key, row in (await rows(store, boxes)).items()} == {
            "box-a": (1, 1),
            "box-b": (18, 3),
            "box-c": (6, 1),
            "box-d": (7, 1),
        }
        assert sum(row.filled for row in (await rows(store, areas_filled)).values()) == 56 + 13
        assert await digests(store, *views) == await replayed(store, views=views)


async def test_a_key_that_only_ever_deletes_is_refused_in_memory_as_in_postgres(database: Database) -> None:
    views = (replace(boxes, keys=keys_that_are("a\0"), evolve=lambda row, event, envelope: None),)
    async with a_store(database) as store:
        await store.append(append("box-a", BAD, 1))
        async with running(a_consumer(store, views=views)):
            await caught_up(store)
        in_memory = await replay(TYPES, views, [StoreSource(store)], await reached(store))
        assert [(p.subscriber, p.record.envelope.seq) for p in in_memory.parked] == [("boxes@1", 1), ("boxes@1", 2)]
        assert [(unit, seq) for unit, _, seq, _ in await parked_in(store)] == [("boxes@1", 1), ("boxes@1", 2)]


class Dated(Row, key=("box",)):
    """When it was last touched, as the view would have it."""

    box: str
    at: datetime | None = None


@pytest.mark.parametrize("moment", [datetime(2026, 4, 1), datetime(1, 1, 1, tzinfo=UTC), datetime.max])  # noqa: DTZ001, DTZ901
async def test_a_moment_that_means_nothing_everywhere_is_parked(database: Database, moment: datetime) -> None:
    dated = View(
        name="dated",
        version=1,
        row=Dated,
        subscribes_to=(BoxFilled,),
        keys=lambda event, envelope: [event.box],
        evolve=lambda row, event, envelope: replace(row, at=moment if bad(event) else envelope.recorded_at),
    )
    async with a_store(database) as store:
        await four_streams(store)
        async with running(a_consumer(store, views=(dated,))):
            await caught_up(store)
        assert [(stream, seq) for _, stream, seq, _ in await parked_in(store)] == [
            ("box-a", 2),
            ("box-a", 3),
            ("box-c", 2),
        ]
        assert await digests(store, dated) == await replayed(store, views=(dated,))


async def test_bytes_that_do_not_parse_are_parked_for_every_subscriber_of_their_type(
    database: Database, kafka: str, topic_name: str
) -> None:
    async with listening(database, kafka, topic_name) as at, running(at.consumer):
        await at.topic.publish(
            heard(1),
            heard(2, data=b"{\xff not JSON}"),
            heard(3),
            heard(4, stream="box-g", data=b'{"box":"g","amount":1e400}'),
            heard(5, stream="box-h", data=b'{"box":"h","amount":5}'),
            heard(6, stream="box-i", data=b'{"box":' + b"[" * 10_000 + b"}"),
            heard(7, stream="box-k", data=b'{"box":"k\\u0000","amount":5}'),
            heard(1, 1),
        )
        await at.reached(7, 1)
        expected = [("box-f0", 2), ("box-f0", 3), ("box-g", 4), ("box-i", 6), ("box-k", 7)]
        assert [(unit, stream, seq) for unit, stream, seq, _ in await parked_in(at.store)] == [
            (unit, stream, seq) for unit in ("areas_filled@1", "boxes@1") for stream, seq in expected
        ]
        assert {key: row.held for key, row in (await rows(at.store, boxes)).items()} == {"f": 2, "h": 5}
        assert await at.replayed_from_kafka() == await digests(at.store)


async def test_an_upcaster_that_raises_anything_parks_the_event(
    database: Database, kafka: str, topic_name: str
) -> None:
    def upcast(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "amount": 12 // data["amount"]}

    types = EventTypes(TYPES, {("needs.box_poured.v1", BoxFilled.wire): upcast})
    async with listening(database, kafka, topic_name, types=types) as at, running(at.consumer):
        await at.topic.publish(
            heard(1, type_="needs.box_poured.v1", data=b'{"box":"f","amount":3}'),
            heard(2, type_="needs.box_poured.v1", data=b'{"box":"f","amount":0}', stream="box-g"),
            heard(3),
        )
        await at.reached(3)
        assert [(unit, stream) for unit, stream, _, _ in await parked_in(at.store)] == [
            ("areas_filled@1", "box-g"),
            ("boxes@1", "box-g"),
        ]
        assert (await rows(at.store, boxes))["f"].held == 4 + 3


class Noted(Event, wire="needs.noted.v1"):
    box: str
    amount: int


class Note:
    """Note what was put into a box."""

    def __init__(self, box: str, amount: int) -> None:
        self.box = box
        self.amount = amount


def noting(failing: bool) -> Decider[Any, Any, Any]:
    def decide(command: Note, state: int) -> Sequence[Noted]:
        if failing and command.amount == BAD:
            raise RuntimeError("decider")
        return [Noted(box=command.box, amount=command.amount)]

    return Decider(
        name="note",
        commands=(Note,),
        events=(Noted,),
        stream=lambda command: command.box,
        home=lambda command: Home("272108", "a1"),
        initial=0,
        decide=decide,
        evolve=lambda state, event: state + event.amount,
    )


NOTING_TYPES = EventTypes([*TYPES, Noted])


def reaction(failing: bool) -> Reaction:
    def react(event: BoxFilled, envelope: Envelope) -> Sequence[Note]:
        if failing and bad(event):
            raise RuntimeError("react")
        return [Note(event.box, event.amount)]

    return Reaction("note", (BoxFilled,), react)


async def notes(store: Store) -> dict[str, list[int]]:
    found = {}
    for name in ("note-box-a", "note-box-b", "note-box-c", "note-box-d"):
        records = await store.read_stream(name)
        events = [NOTING_TYPES.parse(record.envelope.type, record.data) for record in records]
        found[name[-1]] = [event.amount for event in events if isinstance(event, Noted)]
    return found


@pytest.mark.parametrize("where", ["reaction", "decider"])
async def test_what_a_reaction_cannot_take_is_parked_for_it_and_taken_in_order_after_the_mend(
    database: Database, where: str
) -> None:
    async with a_store(database) as store:
        await four_streams(store)
        sick = a_consumer(
            store, types=NOTING_TYPES, reactions=[reaction(where == "reaction")], deciders=[noting(where == "decider")]
        )
        async with running(sick):
            await until(lambda: notes_are(store, {"a": [1], "b": [4, 5], "c": [6], "d": [7]}))
            await caught_up(store)
        assert [(unit, stream, seq) for unit, stream, seq, _ in await parked_in(store)] == [
            ("note", "box-a", 2),
            ("note", "box-a", 3),
            ("note", "box-c", 2),
        ]
        assert await digests(store) == await replayed(store, types=NOTING_TYPES)
        well = a_consumer(store, types=NOTING_TYPES, reactions=[reaction(False)], deciders=[noting(False)])
        async with running(well):
            await until(lambda: well.active)
            assert await replay_parked(store, well, "note") == (3, 0)
            await store.append(append("box-a", 8, after=3))
            await until(lambda: notes_are(store, {"a": [1, BAD, 3, 8], "b": [4, 5], "c": [6, BAD], "d": [7]}))
            await caught_up(store)
        assert await parked_in(store) == []
        assert figure("shien_parked_events", service="needs", unit="note") == 0


async def notes_are(store: Store, expected: dict[str, list[int]]) -> bool:
    return await notes(store) == expected


async def test_after_the_mend_a_view_is_as_if_it_had_never_failed_and_what_still_fails_stays_in_order(
    database: Database,
) -> None:
    async with a_store(database) as store:
        await four_streams(store)
        async with running(a_consumer(store, views=(POISON["keys raise"], areas_filled))):
            await caught_up(store)

        def half_repaired(event: BoxEvent, envelope: Envelope) -> Sequence[Hashable]:
            if bad(event) and envelope.stream == "box-a":
                raise ZeroDivisionError("still")
            return [event.box]

        half = a_consumer(store, views=(replace(boxes, keys=half_repaired), areas_filled))
        async with running(half):
            await until(lambda: half.active)
            assert await replay_parked(store, half, "boxes@1") == (1, 2)
            await store.append(append("box-a", 8, after=3))
            await store.append(append("box-c", 9, after=2, shard=1))
            await caught_up(store)
        assert [(stream, seq) for _, stream, seq, _ in await parked_in(store)] == [("box-a", n) for n in (2, 3, 6)]
        assert (await rows(store, boxes))["box-c"].held == 6 + BAD + 9
        repaired = a_consumer(store)
        async with running(repaired):
            await until(lambda: repaired.active)
            assert await replay_parked(store, repaired, "boxes@1") == (3, 0)
            await store.append(append("box-a", 10, after=4))
            await caught_up(store)
        assert await parked_in(store) == []
        assert (await rows(store, boxes))["box-a"].held == 1 + BAD + 3 + 8 + 10
        assert await digests(store) == await replayed(store)


async def test_events_parked_for_a_subscriber_that_is_no_more_stay(database: Database) -> None:
    async with a_store(database) as store:
        await four_streams(store)
        sick = a_consumer(store, types=NOTING_TYPES, reactions=[reaction(True)], deciders=[noting(False)])
        async with running(sick):
            await until(lambda: notes_are(store, {"a": [1], "b": [4, 5], "c": [6], "d": [7]}))
        without = a_consumer(store, types=NOTING_TYPES)
        async with running(without):
            await until(lambda: without.active)
            assert await replay_parked(store, without, "note") == (0, 3)
        assert len(await parked_in(store)) == 3


async def test_too_many_parked_events_stop_their_shard_with_the_remedy_and_it_goes_on_after_the_mend(
    database: Database,
) -> None:
    async with a_store(database) as store:
        for n in range(4):
            await store.append(append(f"box-{n}", BAD, n))
        sick = a_consumer(store, views=(POISON["evolve raises"], areas_filled), parked_limit=5)
        async with running(sick):
            await until(lambda: bool(sick.stopped))
            for n in range(4, 8):
                await store.append(append(f"box-{n}", 1))
            await store.append(append("box-x", 2, shard=1))
            await caught_up(store, {("needs", 1): 1})
            [stopped] = sick.stopped.values()
        assert (stopped.source, stopped.shard) == ("needs", 0)
        assert "repair boxes@1 and start needs again" in stopped.en
        assert "boxes@1 を直して needs を起動し直す" in stopped.ja
        assert (await reached(store)).seqs == {("needs", 0): 8, ("needs", 1): 1}
        repaired = a_consumer(store, parked_limit=5)
        async with running(repaired):
            await until(lambda: bool(repaired.stopped))
            await store.append(append("box-y", 1))  # passed over while the shard is stopped
            assert await replay_parked(store, repaired, "boxes@1") == (8, 0)
            await caught_up(store)
            assert repaired.stopped == {}
        assert await digests(store) == await replayed(store)
        assert len(await rows(store, boxes)) == 10

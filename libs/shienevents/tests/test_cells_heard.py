"""A service that hears another cell beside its own: names, whose a municipality is, what one does to another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from shienevents import (
    Cell,
    Connection,
    Contract,
    Positions,
    Service,
    View,
    as_heard,
    cells_of,
    comparing,
    ensure_topic,
    event_types,
    municipalities_of,
    parse_token,
    replay,
    token_of,
)
from shienevents.consume.sources import KafkaSource
from shienops._databases import Database

from .listening import OTHER
from .serving import opened, settings_for
from .world import (
    VIEWS,
    MatchSeen,
    Publisher,
    a_topic,
    caught_up,
    foreign_record,
    parked_in,
    prepared,
    seen_abroad,
    until,
)

OSAKA = f"{OTHER}@osaka"
STORE_IN_OSAKA = UUID(int=78)
HEARD: list[View[Any]] = [*VIEWS, seen_abroad]
CITY, BEYOND = "282014", "272108"  # of the own cell, and of Osaka


async def in_views(connection: Connection) -> Collection[str]:
    """What the views of these tests would say: they hold the own city alone."""
    return [CITY] if await connection.fetchval("select count(*) from seen_abroad") else []


@asynccontextmanager
async def hearing(
    database: Database, kafka: str, prefix: str, *, cells: Collection[str] = ("osaka",)
) -> AsyncIterator[Service]:
    """The service of the world, which hears these cells too."""
    await prepared(database)
    named = tuple(Cell(name, f"{prefix}{name}.", f"https://{name}.example") for name in cells)
    settings = replace(settings_for(database, kafka, prefix), cells=named)
    async with await opened(settings, HEARD, known=in_views) as service:
        yield service


class Cells:
    """Both cells' topics of the other service."""

    def __init__(self, own: Publisher, osaka: Publisher) -> None:
        self.own, self.osaka = own, osaka

    async def tell(self, box: str, *numbers: int, municipality: str = CITY) -> None:
        """The own cell's other service sees a box."""
        event = MatchSeen(box=box)
        records = (foreign_record(n, event, source=OTHER, stream=box, municipality=municipality) for n in numbers)
        await self.own.publish(*records)

    async def tell_in_osaka(
        self, box: str, *numbers: int, municipality: str = BEYOND, store: UUID = STORE_IN_OSAKA
    ) -> None:
        """That of Osaka does. In its records it has the same name, and the numbers are its own."""
        event = MatchSeen(box=box)
        await self.osaka.publish(
            *(
                foreign_record(n, event, source=OTHER, store=store, stream=box, municipality=municipality)
                for n in numbers
            )
        )


@pytest.fixture
async def cells(kafka: str, topic_name: str) -> AsyncIterator[Cells]:
    async with (
        a_topic(kafka, f"{topic_name}.{OTHER}.events") as own,
        a_topic(kafka, f"{topic_name}.osaka.{OTHER}.events") as osaka,
    ):
        yield Cells(own, osaka)


async def seen(service: Service) -> dict[str, int]:
    async with service.snapshot() as snapshot:
        return {row.box: row.times for row in (await snapshot.rows(seen_abroad)).values()}


async def reached(service: Service, own: int, osaka: int) -> None:
    await caught_up(service.store, {(OTHER, 0): own, (OSAKA, 0): osaka})


async def folded_again(service: Service) -> list[bool]:
    """Whether each view is what stores and topics make of it, and stays so when it is folded anew beside its table."""
    found = []
    for _ in range(2):
        async with service.snapshot() as snapshot:
            live = {view.name: await snapshot.digest(view) for view in HEARD}
            whose, until_then = await municipalities_of(snapshot), Positions(snapshot.positions.points)
        again = await replay(TYPES_HEARD, HEARD, service.sources(), until_then, municipalities=whose)
        found.append(again.digests == live)
        async with comparing(service.settings.dsn, HEARD) as comparison:
            async with service.snapshot() as snapshot:
                await comparison.note(snapshot)
            compared = await comparison.with_log(TYPES_HEARD, service.sources(), until_then)
        found += [one.live.digest == one.replayed for one in compared.values()]
        await service.rebuild("seen_abroad")
    return found


TYPES_HEARD = event_types((), HEARD)


async def test_each_cell_is_read_under_a_name_of_its_own(
    database: Database, kafka: str, topic_name: str, cells: Cells
) -> None:
    async with hearing(database, kafka, f"{topic_name}.") as service:
        await cells.tell("ours", 1, 2, 3)
        await cells.tell_in_osaka("theirs", 1, 2)
        await reached(service, 3, 2)
        assert await seen(service) == {"ours": 3, "theirs": 2}
        async with service.snapshot(f"{OSAKA}.0.2") as snapshot:
            assert not snapshot.stale
            assert snapshot.token == f"{OTHER}.0.3,{OSAKA}.0.2"
            whose = await municipalities_of(snapshot)
        assert whose.cells == {CITY: "", BEYOND: "osaka"}
        assert await folded_again(service) == [True] * 8

        async def told() -> bool:
            async with service.snapshot() as snapshot:
                return [(one.cell, one.told_at is not None, one.why) for one in await cells_of(snapshot)] == [
                    ("osaka", True, "")
                ]

        await until(told)


async def test_a_municipality_is_of_the_cell_that_told_of_it_first(
    database: Database, kafka: str, topic_name: str, cells: Cells
) -> None:
    async with hearing(database, kafka, f"{topic_name}.") as service:
        await cells.tell("ours", 1)
        await reached(service, 1, 0)
        await cells.tell_in_osaka("twice", 1, municipality=CITY)
        await cells.tell_in_osaka("theirs", 2)
        await cells.tell_in_osaka("twice", 3, municipality=CITY)
        await reached(service, 1, 3)
        await cells.tell("theirs too", 2, municipality=BEYOND)
        await cells.tell("ours", 3)
        await reached(service, 3, 3)
        assert await seen(service) == {"ours": 2, "theirs": 1}
        assert await folded_again(service) == [True] * 8
    async with hearing(database, kafka, f"{topic_name}.") as service:  # what was decided outlives a restart
        await cells.tell_in_osaka("twice", 4, municipality=CITY)
        await reached(service, 3, 4)
        await until(lambda: service.consumer.active)
        assert await service.replay_parked("seen_abroad@1") == (0, 4)
        parked = [(stream, seq) for _, stream, seq, _ in await parked_in(service.store)]
        assert parked == [("theirs too", 2), ("twice", 1), ("twice", 3), ("twice", 4)]
        reasons = {stream: reason for _, stream, _, reason in await parked_in(service.store)}
        assert "the portal's own cell told of 282014 first, and the cell osaka records it too" in reasons["twice"]
        assert "セル osaka の記録" in reasons["theirs too"]
        assert "shien parked skip" in reasons["twice"]
        async with service.snapshot() as snapshot:
            assert snapshot.parked == {"seen_abroad": 4}


async def test_what_the_own_cell_recorded_before_another_was_heard_stays_its_own(
    database: Database, kafka: str, topic_name: str, cells: Cells
) -> None:
    """As in a portal that is older than this table: nothing is known of its municipalities but what its views hold."""
    await cells.tell("ours", 1)
    async with hearing(database, kafka, f"{topic_name}.", cells=()) as service:
        await caught_up(service.store, {(OTHER, 0): 1})
        async with service.store.pool.acquire() as connection:
            await connection.execute("delete from municipalities")
    await cells.tell_in_osaka("twice", 1, municipality=CITY)
    async with hearing(database, kafka, f"{topic_name}.") as service:
        await reached(service, 1, 1)
        assert await seen(service) == {"ours": 1}


async def test_a_cell_that_is_named_no_longer_leaves_nothing(
    database: Database, kafka: str, topic_name: str, cells: Cells
) -> None:
    async with hearing(database, kafka, f"{topic_name}.") as service:
        await cells.tell("ours", 1)
        await reached(service, 1, 0)
        await cells.tell_in_osaka("theirs", 1)
        await cells.tell_in_osaka("twice", 2, municipality=CITY)
        await reached(service, 1, 2)
    async with hearing(database, kafka, f"{topic_name}.", cells=()) as service:
        await until(lambda: service.consumer.active and not service.consumer.behind)
        assert await seen(service) == {"ours": 1}
        assert await parked_in(service.store) == []
        async with service.snapshot() as snapshot:
            assert (await municipalities_of(snapshot)).cells == {CITY: ""}
            assert snapshot.token == f"{OTHER}.0.1"
    async with hearing(database, kafka, f"{topic_name}.") as service:  # and may be heard again, from its beginning
        await reached(service, 1, 2)
        assert await seen(service) == {"ours": 1, "theirs": 1}


async def test_a_topic_made_anew_in_one_cell_stops_that_source_alone(
    database: Database, kafka: str, topic_name: str, cells: Cells
) -> None:
    async with hearing(database, kafka, f"{topic_name}.") as service:
        await cells.tell("ours", 1)
        await cells.tell_in_osaka("theirs", 1)
        await reached(service, 1, 1)
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        try:
            await admin.delete_topics([cells.osaka.topic])

            async def gone() -> bool:
                return cells.osaka.topic not in await admin.list_topics()

            await until(gone)
        finally:
            await admin.close()
        await ensure_topic(kafka, cells.osaka.topic, service.store.shards)
        await cells.tell_in_osaka("another", 1, 2, 3, store=UUID(int=79))
        await until(lambda: bool(service.consumer.stopped))
        await cells.tell("ours", 2, 3)
        await caught_up(service.store, {(OTHER, 0): 3})
        assert set(service.consumer.stopped) == {(OSAKA, 0)}
        [why] = service.consumer.stopped.values()
        assert f"{OSAKA} shard 0 stopped" in why.en
        assert await seen(service) == {"ours": 3, "theirs": 1}
        assert set(service.away) == {"osaka"}
        assert [notice for notice in (await service.health()).notices if OSAKA in notice]

        async def said() -> bool:
            async with service.snapshot() as snapshot:
                return [one.away_since is not None for one in await cells_of(snapshot)] == [True]

        await until(said)


async def test_a_cell_with_another_number_of_shards_is_refused_by_its_name(
    database: Database, kafka: str, topic_name: str
) -> None:
    await ensure_topic(kafka, f"{topic_name}.osaka.{OTHER}.events", 2)
    async with hearing(database, kafka, f"{topic_name}.") as service:
        refusal = service.agreement.refusal
        assert refusal is not None
        assert "of the cell osaka has 2 partitions" in refusal.en
        assert "セル osaka の" in refusal.ja
        assert not (await service.health()).ready


async def test_a_cell_that_cannot_be_read_keeps_no_other_waiting(
    database: Database, kafka: str, topic_name: str, cells: Cells
) -> None:
    """Its topic is made after the start, with another number of partitions: it is away, and the own cell is heard."""
    async with hearing(database, kafka, f"{topic_name}.", cells=("kyoto",)) as service:
        await ensure_topic(kafka, f"{topic_name}.kyoto.{OTHER}.events", 2)
        await until(lambda: "kyoto" in service.away)
        await cells.tell("ours", 1)
        await caught_up(service.store, {(OTHER, 0): 1})
        assert "of the cell kyoto has 2 partitions" in service.away["kyoto"]
        assert {one.cell: bool(one.away) for one in service.heard if isinstance(one, KafkaSource)} == {
            "": False,
            "kyoto": True,
        }


async def test_more_cells_than_a_position_has_room_for_are_refused(database: Database) -> None:
    await prepared(database, shards=32)
    named = tuple(Cell(f"cell{n}", f"c{n}.", f"https://c{n}.example") for n in range(20))
    with pytest.raises(Contract, match="a position has room for") as refused:
        await opened(replace(settings_for(database), cells=named), HEARD, known=in_views)
    assert "個までです" in refused.value.ja


def test_a_position_that_another_cell_named_is_read_as_that_cells() -> None:
    token = as_heard(parse_token("needs.3.120,registry.0.7"), "osaka")
    assert token == {("needs@osaka", 3): 120, ("registry@osaka", 0): 7}
    assert token_of(token) == "needs@osaka.3.120,registry@osaka.0.7"
    assert as_heard(parse_token("needs.3.120"), "") == {("needs", 3): 120}

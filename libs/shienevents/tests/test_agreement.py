"""A store that is not the one its topic knows: noticed by bytes before anything reacts or writes, and mended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from shienevents import Record, Service
from shienevents.core.errors import Behind, Stopped
from shienevents.relay.refill import refill
from shienops._databases import Database
from shienops.pytest_plugin import MakeDatabase
from shienops.stack import Stack

from .listening import OTHER, heard
from .relaying import topic_of
from .serving import log_of, opened, put, settings_for
from .test_reactions import amounts, copying
from .world import (
    SHARDS,
    VIEWS,
    Publisher,
    a_store,
    a_topic,
    boxes,
    caught_up,
    connected,
    digests,
    parked_in,
    prepared,
    seen_abroad,
    until,
)


@asynccontextmanager
async def yesterday(postgres: Stack, database: Database) -> AsyncIterator[Database]:
    """A copy of a database as it is now, dropped in the end. Nobody may be connected."""
    name = f"t_{uuid4().hex[:16]}"
    admin = await asyncpg.connect(postgres.admin_dsn)

    def at(dsn: str) -> str:
        return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))

    try:
        await admin.execute(f"create database {name} template {database.name} owner {database.name}_owner")
        await admin.execute(f"grant connect, temporary on database {name} to {database.name}")
        yield replace(database, dsn=at(database.dsn), owner_dsn=at(database.owner_dsn))
    finally:
        await admin.execute(f"drop database if exists {name} with (force)")
        await admin.close()


@asynccontextmanager
async def a_service(database: Database, kafka: str, prefix: str) -> AsyncIterator[Service]:
    settings = settings_for(database, kafka, prefix)
    async with await opened(settings, [*VIEWS, seen_abroad], [copying]) as service:
        yield service


async def hears(service: Service, seq: int) -> None:
    """It has heard so much of the other service, folded all that is its own, and sent it."""
    await caught_up(service.store, {(OTHER, 0): seq})
    await caught_up(service.store)  # what it recorded about what it heard

    async def sent() -> bool:
        return [shard.sent for shard in service.relay.state.shards] == await service.store.heads()

    await until(sent)


async def published(kafka: str, topic: str) -> list[bytes]:
    """The values of a topic, partition by partition."""
    found = await topic_of(kafka, topic, SHARDS)
    return [message.value or b"" for partition in sorted(found) for message in found[partition]]


def in_bytes(records: Sequence[Record]) -> list[bytes]:
    return [record.structured() for record in records]


async def worked(database: Database, kafka: str, prefix: str, topic: Publisher, *numbers: int) -> list[Record]:
    """The service hears these, records something itself, and ends. Returns its log."""
    await topic.publish(*(heard(n) for n in numbers))
    async with a_service(database, kafka, prefix) as service:
        await put(service, numbers[0], name=f"n{numbers[0]}")
        await hears(service, numbers[-1])
        return await log_of(service.store)


async def test_a_store_restored_from_yesterday_neither_reacts_nor_writes_until_it_is_refilled(
    database: Database, postgres: Stack, kafka: str, topic_name: str
) -> None:
    prefix = f"{topic_name}."
    await prepared(database)
    async with a_topic(kafka, f"{prefix}{OTHER}.events") as other:
        await worked(database, kafka, prefix, other, 1, 2)
        async with yesterday(postgres, database) as restored:
            before = await worked(database, kafka, prefix, other, 3, 4)
            await other.publish(heard(5))  # waits: nobody has reacted to it
            async with a_service(restored, kafka, prefix) as service:
                old = await log_of(service.store)
                assert len(old) < len(before)
                health = await service.health()
                assert (health.live, health.ready) == (True, False)
                assert "shien store refill needs" in health.reasons[0]
                with pytest.raises(Behind, match="shien store refill needs"):
                    await put(service, 7)
                assert not service.consumer.active
                assert await log_of(service.store) == old, "nothing was written, by nobody"

                await refill(restored.owner_dsn, kafka, f"{prefix}needs.events")
                await hears(service, 5)
                assert (await service.health()).ready
                await put(service, 7)
                await hears(service, 5)
                after = await log_of(service.store)
                known = {record.envelope.id: record.structured() for record in after}
                assert [known[record.envelope.id] for record in before] == in_bytes(before)
                assert len(after) == len(before) + 3
                assert await amounts(service.store, "box-copy") == [1, -1, 2, -1, 3, -1, 4, -1, 5, -1]
                assert await parked_in(service.store) == []
                assert sorted(await published(kafka, f"{prefix}needs.events")) == sorted(in_bytes(after))


async def test_the_same_events_at_another_time_are_two_histories(
    database: Database, kafka: str, topic_name: str
) -> None:
    """What a reaction does again has the same ids: only bytes tell."""
    prefix = f"{topic_name}."
    await prepared(database)
    async with a_topic(kafka, f"{prefix}{OTHER}.events") as other:
        await worked(database, kafka, prefix, other, 1)
        async with connected(database.owner_dsn) as owner:
            await owner.execute("update events set recorded_at = recorded_at + interval '1 second'")
        async with a_service(database, kafka, prefix) as service:
            with pytest.raises(Behind, match=r"with other bytes .* --set-aside FILE"):
                await put(service, 7)
            with pytest.raises(Stopped, match="--set-aside FILE"):
                await refill(database.owner_dsn, kafka, f"{prefix}needs.events")


async def test_a_store_that_goes_back_under_a_running_service_stops_it(
    database: Database, kafka: str, topic_name: str
) -> None:
    prefix = f"{topic_name}."
    await prepared(database)
    async with a_topic(kafka, f"{prefix}{OTHER}.events"), a_service(database, kafka, prefix) as service:
        await put(service, 1, 2, 3, 4)
        await hears(service, 0)
        await until(lambda: sum(service.agreement.seen) == 4)
        async with connected(database.owner_dsn) as owner:
            await owner.execute("delete from events")
        await until(lambda: service.agreement.broken and not service.consumer.active)
        with pytest.raises(Behind, match="shien store refill needs"):
            await put(service, 7)


async def test_a_database_that_was_lost_is_made_anew_from_the_topic(
    database: Database, make_database: MakeDatabase, kafka: str, topic_name: str
) -> None:
    prefix = f"{topic_name}."
    await prepared(database)
    async with a_topic(kafka, f"{prefix}{OTHER}.events") as other:
        before = await worked(database, kafka, prefix, other, 1, 2, 3)
        async with a_store(database) as lost:
            expected = await digests(lost, boxes)
        empty = await make_database()
        await prepared(empty)
        async with a_service(empty, kafka, prefix) as service:
            with pytest.raises(Behind, match="if this store is new and empty, shien store refill needs"):
                await put(service, 7)
            topic = f"{prefix}needs.events"
            would = await refill(empty.owner_dsn, kafka, topic, execute=False)
            assert await log_of(service.store) == [], "a dry run changes nothing"
            assert await refill(empty.owner_dsn, kafka, topic) == would
            await hears(service, 3)
            assert in_bytes(await log_of(service.store)) == in_bytes(before)
            assert service.store.id == before[0].store
            await caught_up(service.store)
            assert await digests(service.store, boxes) == expected
            assert await parked_in(service.store) == []
            assert await published(kafka, topic) == in_bytes(before), "nothing was sent twice"

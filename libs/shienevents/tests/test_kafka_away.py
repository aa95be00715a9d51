"""The Kafka clients while the broker is away: they end when they are told to, and do not spin."""

from __future__ import annotations

import asyncio
import gc
import struct

import pytest

from shienevents.consume.sources import KafkaSource
from shienevents.core.positions import Positions
from shienevents.kafka.broker import ensure_topic, reading
from shienevents.kafka.packing import pack
from shienevents.kafka.producer import Producer
from shienevents.kafka.waiting import KafkaAway
from shienops.stack import Stack

from .relaying import until
from .test_kafka import STORE, row


async def test_a_source_that_waits_for_a_broker_that_is_away_stops_without_seeming_to_be_cancelled(
    own_kafka: Stack,
) -> None:
    servers = own_kafka.bootstrap_servers
    await ensure_topic(servers, "needs.events", 1)
    source = KafkaSource(servers, {"needs": "needs.events"}, 1, group="matching")
    await source.start(Positions())
    assert source._fetcher is not None
    async with reading(servers) as log:
        begins, _ = await log.bounds("needs.events", [0])
        waiting = asyncio.create_task(source.next())
        spans = {0: (begins[0], 1)}
        looking = asyncio.ensure_future(anext(log.read("needs.events", spans)))
        own_kafka.kafka.kill()
        with pytest.raises(KafkaAway):
            await looking
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await source.stop()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert left == set()


async def test_a_producer_that_knows_no_leader_does_not_spin(
    own_kafka: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    servers = own_kafka.bootstrap_servers
    await ensure_topic(servers, "needs.events", 1)
    async with Producer(servers, "needs.events", timeout_seconds=1) as producer:
        await producer.send(0, pack("needs", STORE, [row(1)], 0)[0])
        known = producer._client.cluster._partitions["needs.events"]
        known[0] = known[0]._replace(leader=-1)  # as a topic is told of that was made just now
        own_kafka.kafka.kill()
        with pytest.raises(KafkaAway):
            await producer.send(0, pack("needs", STORE, [row(2)], 0)[0])
    attempts = [record for record in caplog.records if "Unable to update metadata" in record.getMessage()]
    assert 1 <= len(attempts) < 30


async def test_a_source_that_is_cancelled_while_it_connects_leaves_nothing_behind(own_kafka: Stack) -> None:
    servers = own_kafka.bootstrap_servers
    own_kafka.kafka.kill()
    source = KafkaSource(servers, {"needs": "needs.events"}, 1, group="matching")
    for seconds in (0.0, 0.01, 0.1, 0.6):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(seconds):
                await source.start(Positions())
    await source.stop()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_client_that_is_cancelled_before_it_knows_a_broker_closes_its_connection() -> None:
    asked, left = asyncio.Event(), asyncio.Event()

    async def says_its_versions_and_no_more(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readexactly(int.from_bytes(await reader.readexactly(4)))
        answer = request[4:8] + struct.pack(">hihhh", 0, 1, 3, 0, 5)  # correlation; no error, Metadata 0 to 5
        writer.write(len(answer).to_bytes(4) + answer)
        await reader.readexactly(int.from_bytes(await reader.readexactly(4)))
        asked.set()
        assert await reader.read() == b""
        left.set()
        writer.close()

    async with asyncio.timeout(60), await asyncio.start_server(says_its_versions_and_no_more, "127.0.0.1") as server:
        host, port = server.sockets[0].getsockname()
        connecting = asyncio.create_task(Producer(f"{host}:{port}", "needs.events").__aenter__())
        await asked.wait()
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        gc.disable()  # which would close it too, with a warning
        try:
            async with asyncio.timeout(10):
                await left.wait()
        finally:
            gc.enable()


async def test_a_source_whose_broker_goes_away_connects_again_without_spinning_and_goes_on(
    own_kafka: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    servers = own_kafka.bootstrap_servers
    await ensure_topic(servers, "needs.events", 1)
    source = KafkaSource(servers, {"needs": "needs.events"}, 1, group="matching")
    await source.start(Positions())
    try:
        async with Producer(servers, "needs.events") as producer:
            await producer.send(0, pack("needs", STORE, [row(1)], 0)[0])
        assert [record.envelope.seq for record in await source.next()] == [1]
        first = source._fetcher
        waiting = asyncio.create_task(source.next())
        own_kafka.kafka.kill()
        await until(lambda: source._fetcher is not first)
        caplog.clear()
        began = asyncio.get_running_loop().time()
        await until(lambda: len(caplog.records) >= 3)
        await own_kafka.kafka.start()
        attempts = len([record for record in caplog.records if "Unable connect" in record.getMessage()])
        assert attempts <= 3 * (asyncio.get_running_loop().time() - began) + 3
        async with Producer(servers, "needs.events") as producer:
            await producer.send(0, pack("needs", STORE, [row(2)], 0)[0])
        assert [record.envelope.seq for record in await waiting] == [2]
    finally:
        await source.stop()
    assert asyncio.all_tasks() == {asyncio.current_task()}

"""What a probe sees: alive, ready or why not, and the figures."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from shienevents import KafkaSource, StreamConflict, take_figures
from shienops._databases import Database
from shienweb import health_routes

from .serving import a_service, boxes2, opened, put, settings_for
from .test_rebuild import refusing
from .world import ABROAD, VIEWS, a_topic, append, areas_filled, caught_up, foreign_record, prepared, seen_abroad, until

TWO = ("consumer", "relay")


class Probe:
    """Asks a service's routes as a probe does."""

    def __init__(self, service: Any) -> None:
        self._service = service
        self._app = FastAPI()
        self._app.include_router(health_routes(service))

    async def __call__(self, path: str) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self._app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.get(path)

    async def samples(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        await take_figures(self._service)
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(generate_latest().decode())
            for sample in family.samples
        }


def labelled(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


async def test_a_service_that_works_is_alive_and_ready(database: Database, kafka: str, topic_name: str) -> None:
    async with a_service(database, kafka, topic_name) as service:
        probe = Probe(service)
        await until(lambda: service.relay.state.active and service.consumer.active)
        live, ready = await probe("/live"), await probe("/ready")
        assert (live.status_code, live.json()) == (200, {"live": True, "ended": []})
        assert (ready.status_code, ready.json(), ready.headers.get("retry-after")) == (
            200,
            {"live": True, "ready": True, "role": "all", "active": True, "reasons": [], "notices": []},
            None,
        )


async def test_a_service_that_rebuilds_a_view_is_not_ready_and_says_how_far_it_is(database: Database) -> None:
    async with a_service(database) as service:
        await put(service, 1)
        await caught_up(service.store)
    async with a_service(database, views=[boxes2, areas_filled]) as service:
        probe = Probe(service)
        await until(lambda: service.consumer.active)
        ready = await probe("/ready")
        assert (ready.status_code, ready.headers["retry-after"]) == (503, "2")
        assert ready.json()["reasons"] == ["boxes is being rebuilt: 0%"]
        assert (await probe("/live")).status_code == 200

        async def is_ready() -> bool:
            return (await probe("/ready")).status_code == 200

        await until(is_ready)


async def test_a_service_whose_task_has_ended_is_to_be_restarted(database: Database) -> None:
    async with a_service(database) as service:
        probe = Probe(service)
        service._tasks[0].cancel()
        await until(lambda: bool(service.ended))
        live, ready = await probe("/live"), await probe("/ready")
        assert (live.status_code, live.json()) == (503, {"live": False, "ended": ["Relay.run"]})
        assert (ready.status_code, ready.json()["reasons"]) == (503, ["Relay.run has ended"])


async def test_kafka_away_is_a_notice_and_not_a_reason(database: Database) -> None:
    async with a_service(database) as service:
        probe = Probe(service)
        await until(lambda: bool(service.relay.state.trouble) and service.consumer.active)
        await put(service, 1)
        ready = await probe("/ready")
        assert (ready.status_code, ready.json()["reasons"]) == (200, [])
        (notice,) = ready.json()["notices"]
        assert "Kafka" in notice


async def test_stopped_shards_of_consumer_and_relay_are_notices_that_name_the_mend(
    database: Database, kafka: str, topic_name: str
) -> None:
    topics = {"own": f"{topic_name}.needs.events", "matching": f"{topic_name}.matching.events"}
    async with a_topic(kafka, topics["matching"]) as matching, a_topic(kafka, topics["own"]) as own:
        await matching.publish(*(foreign_record(n, source="matching") for n in (1, 3)))
        await own.publish(foreign_record(1, source="another", store=ABROAD))
        async with a_service(database, kafka, f"{topic_name}.", views=[*VIEWS, seen_abroad]) as service:
            probe = Probe(service)
            await until(lambda: bool(service.consumer.stopped) and any(s.stopped for s in service.relay.state.shards))
            ready = await probe("/ready")
            assert ready.status_code == 200
            first, second = ready.json()["notices"]
            assert "matching shard 0 stopped: number 2 is missing" in first
            assert "shien relay resend matching" in first
            assert "needs shard 0 stopped" in second
            samples = await probe.samples()
            stopped = {where: labelled("shien_stopped_shards", service="needs", where=where) for where in TWO}
            assert {where: samples[name] for where, name in stopped.items()} == dict.fromkeys(TWO, 1.0)
        samples = await probe.samples()
        assert {where: samples[name] for where, name in stopped.items()} == dict.fromkeys(TWO, 0.0), (
            "a process without the lease does not know what was mended since"
        )


async def test_every_figure_of_the_issue_is_there_and_moves_with_the_work(
    database: Database, kafka: str, topic_name: str
) -> None:
    await prepared(database)
    refused = refusing(1, "b0")
    service = await opened(settings_for(database, kafka, topic_name), [refused, areas_filled])
    probe = Probe(service)
    before = await probe.samples()
    await put(service, 1, 2, 3)
    with pytest.raises(StreamConflict):
        await service.store.append(append("x", 1, after=7))

    waiting = await probe.samples()
    assert waiting[labelled("shien_relay_lag_events", service="needs")] == 3
    assert waiting[labelled("shien_relay_lag_seconds", service="needs")] > 0
    assert waiting[labelled("shien_consumer_lag_events", service="needs", source="needs")] == 3
    assert waiting[labelled("shien_lease_held", service="needs", lease="relay")] == 0
    async with service:
        await caught_up(service.store)
        await service.rebuild("areas_filled")
        after = await probe.samples()

        def moved(name: str, **labels: str) -> float:
            return after[labelled(name, **labels)] - before.get(labelled(name, **labels), 0.0)

        assert moved("shien_events_appended_total", service="needs") == 3
        assert moved("shien_stream_conflicts_total", service="needs") >= 1
        assert moved("shien_batch_events_sum", what="append") >= 3
        assert moved("shien_batch_events_sum", what="fold") == 3
        assert moved("shien_events_folded_total", service="needs", source="needs") == 3
        assert after[labelled("shien_consumer_lag_seconds", service="needs", source="needs")] > 0
        assert after[labelled("shien_parked_events", service="needs", unit="boxes@1")] == 1
        assert after[labelled("shien_rebuild_progress_ratio", service="needs", view="areas_filled")] == 1

        async def sent() -> bool:
            samples = await probe.samples()
            return samples[labelled("shien_relay_lag_events", service="needs")] == 0

        await until(sent)
        samples = await probe.samples()
        relayed = labelled("shien_events_relayed_total", service="needs")
        assert samples[relayed] - before.get(relayed, 0.0) == 3
        assert samples[labelled("shien_relay_acknowledged_timestamp_seconds", service="needs")] <= time.time()
        assert samples[labelled("shien_consumer_lag_events", service="needs", source="needs")] == 0
        for lease in ("relay", "consumer"):
            assert samples[labelled("shien_lease_held", service="needs", lease=lease)] == 1
        assert samples[labelled("shien_ready", service="needs", role="all")] == 1


async def test_what_another_service_has_and_was_not_read_yet_is_counted_while_the_consumer_works(
    database: Database, kafka: str, topic_name: str
) -> None:
    unread = labelled("shien_consumer_lag_events", service="needs", source="matching")
    async with a_topic(kafka, f"{topic_name}.matching.events") as matching:
        await matching.publish(*(foreign_record(n, source="matching") for n in (1, 2)))
        async with a_service(database, kafka, f"{topic_name}.", views=[*VIEWS, seen_abroad]) as service:
            probe = Probe(service)

            async def read() -> bool:
                return (await probe.samples()).get(unread) == 0

            await until(read)
            source = next(source for source in service.heard if isinstance(source, KafkaSource))
            assert source.unread() == {"matching": 0}
            await source.rescan("matching", foreign_record(1).envelope.shard)
            assert source.unread() == {"matching": 2}, "what is to be read again was not read"
        assert unread not in await probe.samples(), "nobody reads now: what was unread then says nothing"


async def test_a_pool_shows_who_works_and_who_waits(database: Database) -> None:
    await prepared(database)
    service = await opened(replace(settings_for(database), reading_pool_size=1))
    probe, reading = Probe(service), service.pools["reading"]

    async def shown() -> list[float]:
        samples = await probe.samples()
        names = ("connections_limit", "connections_open", "connections_in_use", "waiting")
        return [samples[labelled(f"shien_pool_{name}", service="needs", pool="reading")] for name in names]

    assert await shown() == [1, 1, 0, 0]
    held = await reading.acquire()
    assert await shown() == [1, 1, 1, 0]
    waits = asyncio.ensure_future(reading.acquire())

    async def one_waits() -> bool:
        return await shown() == [1, 1, 1, 1]

    await until(one_waits)
    await reading.release(held)
    await reading.release(await waits)
    assert await shown() == [1, 1, 0, 0]
    await service.pools["reading"].close()
    await service.store.close()


async def test_what_cannot_be_read_is_left_out_instead_of_shown_as_it_was(database: Database) -> None:
    await prepared(database)
    service = await opened(settings_for(database))
    probe, lag = Probe(service), labelled("shien_relay_lag_events", service="needs")
    await put(service, 1)
    assert (await probe.samples())[lag] == 1
    await service.store.close()
    samples = await probe.samples()
    assert lag not in samples
    assert samples[labelled("shien_ready", service="needs", role="all")] == 0
    await service.pools["reading"].close()

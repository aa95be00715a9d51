"""What a probe sees: alive, ready or why not, and the figures."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from shienevents import StreamConflict
from shienops._databases import Database
from shienweb import health_routes

from .serving import a_service, boxes2, opened, put, settings_for
from .test_rebuild import refusing
from .world import ABROAD, VIEWS, a_topic, append, areas_filled, caught_up, foreign_record, prepared, seen_abroad, until


class Probe:
    """Asks a service's routes as a probe does."""

    def __init__(self, service: Any) -> None:
        self._app = FastAPI()
        self._app.include_router(health_routes(service))

    async def __call__(self, path: str) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self._app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.get(path)

    async def samples(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
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
            assert samples[labelled("shien_stopped_shards", service="needs", where="consumer")] == 1.0


async def test_every_figure_of_the_issue_is_there_and_moves_with_the_work(
    database: Database, kafka: str, topic_name: str
) -> None:
    await prepared(database)
    refused = refusing(1, "b0")
    service = await opened(settings_for(database, kafka, topic_name), [refused, areas_filled])
    probe = Probe(service)
    before = await probe.samples()
    stranger = asyncio.create_task(service.relay._watch())
    await put(service, 1, 2, 3)
    with pytest.raises(StreamConflict):
        await service.store.append(append("x", 1, after=7))

    async def lags() -> bool:
        samples = await probe.samples()
        return (
            samples[labelled("shien_relay_lag_events", service="needs")] == 3
            and samples[labelled("shien_relay_lag_seconds", service="needs")] > 0
        )

    await until(lags)
    stranger.cancel()
    await asyncio.gather(stranger, return_exceptions=True)
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
            return (await probe.samples())[labelled("shien_relay_lag_events", service="needs")] == 0

        await until(sent)

"""Three brokers, each record on all of them. Each broker is killed once while people record: nobody notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from shienevents import Replicas, topic_replicas
from shienops._folder import DataFolder
from shienops._kafka_cluster import IN_SYNC, NODES, KafkaCluster
from shienops.demo.loop import eventually
from shienops.settings import SERVICES, StackSettings
from shienops.system import System, SystemSettings
from shienweb import ServiceProcessSettings

from .conftest import LEASE_SECONDS
from .recorders import Recorders, logged
from .shien import Shien
from .town import Town, adds_up, all_views_agree

pytestmark = [
    pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(600),
]  # fmt: skip


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """Three brokers of this module's own."""
    folder = tmp_path_factory.mktemp("brokers")
    cluster = KafkaCluster(StackSettings(data=folder, kafka_heap="256m"), DataFolder(folder))
    try:
        asyncio.run(cluster.start())
        yield cluster
    finally:
        cluster.kill()


@pytest.fixture(scope="module")
def replicated(cluster: KafkaCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system on these brokers, as on somebody else's."""
    folder = tmp_path_factory.mktemp("replicated") / "system"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHIEN_LEASE_SECONDS", str(LEASE_SECONDS))
        environment.setenv("SHIEN_REPLICATION", str(NODES))
        environment.setenv("SHIEN_BOOTSTRAP_SERVERS", cluster.bootstrap_servers)
        system = System(SystemSettings(data=folder, postgres_shared_buffers="128MB"))
        asyncio.run(system.up())
        try:
            yield system
        finally:
            asyncio.run(system.down())


async def said_of_replicas(shien: Shien) -> str:
    """What the doctor finds of the replicas of needs' topic, once Kafka answers."""

    async def said() -> Any:
        _, out, _ = await shien.ended("doctor", "--json")
        (found,) = [one for one in json.loads(out) if one["check"] == "needs: replicas"]
        return None if found["unreachable"] else found

    return str((await eventually(said))["finding"]["en"])


async def all_in_sync(system: System) -> bool:
    """Whether every broker has every record."""
    topics = [ServiceProcessSettings().topic(name) for name in SERVICES]
    found = [await topic_replicas(system.stack.brokers, topic) for topic in topics]
    return all(one == Replicas(NODES, NODES, IN_SYNC) for one in found)


async def test_each_broker_is_killed_while_people_record_and_no_request_is_refused_and_nothing_is_lost(
    cluster: KafkaCluster, replicated: System
) -> None:
    shien = Shien(replicated)
    async with Town(replicated, "99171") as town:
        (place,) = await town.build(districts=1)
        await town.board()
        assert await all_in_sync(replicated)
        recorders = Recorders(town, place.area)
        async with recorders.at_work():
            for node in cluster.nodes:  # one of them leads the cluster too
                await recorders.some_more()
                node.kill()
                await recorders.some_more()
                await eventually(lambda: heard(town, len(recorders.recorded)))
                if node is cluster.nodes[0]:
                    assert f"a partition has {IN_SYNC} of {NODES}" in await said_of_replicas(shien)
                await node.start()
                await eventually(lambda: all_in_sync(replicated))
        assert not recorders.refused, "commands do not wait for Kafka"
        assert await logged(replicated, place.area) == sorted(recorders.recorded), "each once"
        await eventually(lambda: heard(town, len(recorders.recorded)))
        await shien("outbox", "--most", "0")
        await shien("lag", "--most", "0")
        await shien("doctor")
        await shien("views", "verify")
    await all_views_agree(replicated)


async def heard(town: Town, least: int) -> bool:
    """Whether the portal, which hears of needs by Kafka alone, counts at least so many."""
    board = await town.board()
    adds_up(board)
    return bool(board["board"]["needs"]["open"] >= least)

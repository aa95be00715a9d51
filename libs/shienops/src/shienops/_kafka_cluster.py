"""Several embedded Kafka nodes that are one cluster, each with a data folder of its own: to try the loss of one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from shienops._folder import DataFolder
from shienops._kafka import EmbeddedKafka, new_cluster
from shienops._ports import claim_port
from shienops.settings import StackSettings

NODES = 3
IN_SYNC = NODES - 1
"""replicas that must have a record before it is acknowledged, so that one node may be lost"""

REPLICATED = {
    **dict.fromkeys(
        (
            "default.replication.factor",
            "offsets.topic.replication.factor",
            "transaction.state.log.replication.factor",
            "share.coordinator.state.topic.replication.factor",
        ),
        str(NODES),
    ),
    **dict.fromkeys(
        ("min.insync.replicas", "transaction.state.log.min.isr", "share.coordinator.state.topic.min.isr"), str(IN_SYNC)
    ),
    "broker.session.timeout.ms": "6000",  # several nodes on one machine: a busy moment is no loss
}


class KafkaCluster:
    """Three nodes on 127.0.0.1, every one broker and controller. All state is in `folder`.

    Args:
        settings: of each node; its ports are chosen at the first start.
        folder: has a data folder for each node.
    """

    def __init__(self, settings: StackSettings, folder: DataFolder) -> None:
        self._folders = [DataFolder(folder.path / f"kafka-{number}") for number in range(1, NODES + 1)]
        for one in self._folders:
            one.prepare(settings.min_free_mb)
        controllers = [claim_port(one, "kafka_controller", 0) for one in self._folders]
        voters = ",".join(f"{number}@127.0.0.1:{port}" for number, port in enumerate(controllers, 1))
        cluster = new_cluster()
        self.nodes: Sequence[EmbeddedKafka] = [
            EmbeddedKafka(
                settings,
                one,
                more={**REPLICATED, "node.id": str(number), "controller.quorum.voters": voters},
                cluster=cluster,
            )
            for number, one in enumerate(self._folders, 1)
        ]

    @property
    def bootstrap_servers(self) -> str:
        """Addresses of all nodes, host:port, separated by commas. Raises `StackError` before the first start."""
        return ",".join(node.bootstrap_servers for node in self.nodes)

    async def start(self) -> None:
        """Start those that do not run, at once: none answers before most of them are there. Raises `StackError`."""
        async with asyncio.TaskGroup() as group:
            for node in self.nodes:
                if node.pid is None:
                    group.create_task(node.start())

    def kill(self) -> None:
        """Send SIGKILL to all of them."""
        for node in self.nodes:
            node.kill()

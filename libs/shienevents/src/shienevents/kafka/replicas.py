"""How many brokers have the records of a topic."""

from __future__ import annotations

from typing import NamedTuple

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from .broker import administrator
from .security import Servers
from .waiting import bounded

_UNKNOWN_TOPIC = 3
_REQUIRED = "min.insync.replicas"


class Replicas(NamedTuple):
    """Replicas of the partition that has the fewest: those it shall have, and those that have every record now.

    `required`: those that must have a record before it is acknowledged; `None` where the broker does not say it.
    """

    assigned: int
    in_sync: int
    required: int | None


async def topic_replicas(bootstrap_servers: Servers, topic: str, *, timeout_seconds: float = 15) -> Replicas | None:
    """The replicas of a topic; `None` when there is no such topic. Raises `KafkaAway`."""
    async with bounded(timeout_seconds), administrator(bootstrap_servers, timeout_seconds) as admin:
        (description,) = await admin.describe_topics([topic])
        if description["error_code"] == _UNKNOWN_TOPIC:
            return None
        if description["error_code"]:
            raise for_code(description["error_code"])(topic)
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    settings = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    partitions = description["partitions"]
    return Replicas(
        min(len(one["replicas"]) for one in partitions),
        min(len(one["isr"]) for one in partitions),
        int(settings[_REQUIRED]) if _REQUIRED in settings else None,
    )

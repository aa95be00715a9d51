"""Offsets of a consumer group, written for the tools that show a consumer's lag. Nothing reads them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.client import CoordinationType
from aiokafka.errors import NodeNotReadyError, NoError, for_code
from aiokafka.protocol.commit import OffsetCommitRequest

from .client import Client
from .security import Servers
from .waiting import bounded, ended

_SECONDS: Final = 2
_NO_MEMBER: Final = ""  # there are no members, and so no generations, where partitions are assigned by hand


class GroupOffsets:
    """Commits the offsets of a group that has no members. A client of its own: its failures stop no reading."""

    def __init__(self, bootstrap_servers: Servers, group: str) -> None:
        self._bootstrap = bootstrap_servers
        self._group = group
        self._client: Any = None

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Write these offsets, each that of the next record. Raises `KafkaAway`."""
        try:
            async with bounded(_SECONDS):
                await self._commit(offsets)
        except BaseException:
            await self.close()
            raise

    async def _commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        if self._client is None:
            self._client = Client(self._bootstrap, request_timeout_ms=_SECONDS * 1000)
            await self._client.bootstrap()
        if self._client.get_random_node() is None:  # as from a broker that has just started
            raise NodeNotReadyError("no broker is known")
        topics = defaultdict(list)
        for partition, offset in offsets.items():
            topics[partition.topic].append((partition.partition, offset, ""))
        request = OffsetCommitRequest(
            self._group,
            OffsetCommitRequest.DEFAULT_GENERATION_ID,
            _NO_MEMBER,
            OffsetCommitRequest.DEFAULT_RETENTION_TIME,
            list(topics.items()),
        )
        broker = await self._client.coordinator_lookup(CoordinationType.GROUP, self._group)
        answer = await self._client.send(broker, request)
        for _, partitions in answer.topics:
            for _, code in partitions:
                if code != NoError.errno:
                    raise for_code(code)

    async def close(self) -> None:
        """Close the connections. A later `commit` opens others."""
        if self._client is not None:
            client, self._client = self._client, None
            await ended(client.close())

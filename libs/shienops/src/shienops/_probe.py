"""Checks whether a Kafka broker answers."""

from __future__ import annotations

import asyncio
import contextlib
import struct

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

TIMEOUT_SECONDS = 5
# Size, then ApiVersions (18) version 0, correlation 1, no client id: a request that every broker version understands.
API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)


async def serves(bootstrap_servers: str) -> bool:
    """Return whether a broker answers and is listed in the metadata, that is, registered and not fenced.

    Args:
        bootstrap_servers: host:port, separated by commas.
    """
    # First a request without the client: the client logs an error for each failed attempt, dozens in a start.
    if not any([await _answers_api_versions(server) for server in bootstrap_servers.split(",")]):
        return False
    client = AIOKafkaClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=TIMEOUT_SECONDS * 1000)
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except (KafkaError, TimeoutError):
        return False
    finally:
        with contextlib.suppress(KafkaError):
            await client.close()


async def _answers_api_versions(server: str) -> bool:
    """Return whether the address answers ApiVersions. An open port is not enough: container engines open it early."""
    host, _, port = server.strip().rpartition(":")
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                writer.write(API_VERSIONS)
                await reader.readexactly(4)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
    return True

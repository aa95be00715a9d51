"""Does a broker answer?"""

from __future__ import annotations

import asyncio
import contextlib
import struct

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

PATIENCE_SECONDS = 5
# Size, then ApiVersions (18) version 0, correlation 1, and no client id: the one request every broker understands.
API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)


async def serves(bootstrap_servers: str) -> bool:
    """Does a broker answer there with itself in the metadata, that is, registered and not fenced?"""
    # Asked by hand first: the client logs an error for every attempt, and a normal start takes dozens of them.
    if not any([await _speaks(server) for server in bootstrap_servers.split(",")]):
        return False
    client = AIOKafkaClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=PATIENCE_SECONDS * 1000)
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except (KafkaError, TimeoutError):
        return False
    finally:
        with contextlib.suppress(KafkaError):
            await client.close()


async def _speaks(server: str) -> bool:
    """Does that address answer ApiVersions? A container engine accepts connections long before its broker does."""
    host, _, port = server.strip().rpartition(":")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
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

"""Checks whether a Kafka broker answers."""

from __future__ import annotations

import asyncio
import contextlib
import struct

from shienevents import Brokers, KafkaAway, KafkaDenied, lists_brokers, why_denied

TIMEOUT_SECONDS = 5
# Size, then ApiVersions (18) version 0, correlation 1, no client id: a request that every broker version understands.
TLS_ALERT = b"\x15\x03"
API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)


async def serves(brokers: Brokers) -> bool:
    """Return whether a broker answers and is listed in the metadata, that is, registered and not fenced.

    Raises:
        KafkaDenied: when a broker is there and does not let us in.
    """
    # First a request without the client: the client logs an error for each failed attempt, dozens in a start.
    if not any([await _answers_api_versions(brokers, host, port) for host, port in brokers.hosts]):
        if denied := await why_denied(brokers):
            raise denied
        return False
    try:
        return await lists_brokers(brokers, timeout_seconds=TIMEOUT_SECONDS)
    except KafkaDenied:
        raise
    except KafkaAway:
        return False


async def _answers_api_versions(brokers: Brokers, host: str, port: int) -> bool:
    """Return whether the address answers ApiVersions. An open port is not enough: container engines open it early."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            reader, writer = await asyncio.open_connection(host, port, ssl=brokers.security.context())
            try:
                writer.write(API_VERSIONS)
                if (await reader.readexactly(2)) == TLS_ALERT:
                    return False
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, KafkaDenied):
        return False
    return True

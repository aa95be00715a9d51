"""The certificates of rounds, in a table of matching's own (`tables/0001_certificates.sql`): kept for ever.

An event is too small for one. The log has all that is needed to make it again, and its digest.
"""

from __future__ import annotations

import zlib
from uuid import UUID

from shienevents import Beside, Connection

_KEEP = "insert into certificates (round_id, body) values ($1, $2) on conflict do nothing"


def keeping(round_id: UUID, body: bytes) -> Beside:
    """Keep a certificate in the commit of its round."""
    compressed = zlib.compress(body)
    return lambda connection: connection.execute(_KEEP, round_id, compressed)


async def kept(connection: Connection, round_id: UUID) -> bytes | None:
    """The bytes of a certificate, or `None`."""
    found = await connection.fetchval("select body from certificates where round_id = $1", round_id)
    return zlib.decompress(found) if found else None

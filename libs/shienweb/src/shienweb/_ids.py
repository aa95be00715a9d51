"""Ids of new things."""

from __future__ import annotations

import os
import time
from uuid import UUID, uuid5

_REQUESTS = UUID("5d0a6c1e-7f0b-5b8e-9a55-1d6f0c2e9b41")  # a namespace; never to change


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562, section 5.7): in the order of time, so that indexes grow at one end."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | (0x7 << 76)
    return UUID(int=value & ~(0x3 << 62) | (0x2 << 62))


def id_of(*request: str) -> UUID:
    """The id that follows from these parts of a request with an Idempotency-Key."""
    return uuid5(_REQUESTS, "\n".join(request))

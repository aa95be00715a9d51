"""Event ids: ordered by time when a person acts, derived from the cause when a reaction acts."""

from __future__ import annotations

import os
import time
from uuid import UUID, uuid5

_REACTIONS = UUID("6f3f1e5c-5b3a-5c0e-9d57-0c6f1d1c7a11")  # our own namespace; it never changes


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562, section 5.7): ordered by time, so that indexes grow at one end."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | (0x7 << 76)
    return UUID(int=value & ~(0x3 << 62) | (0x2 << 62))


def derived_id(reaction: str, cause: UUID, command: int, event: int) -> UUID:
    """The id of an event a reaction makes: `event` and `command` count from 0. The same every time."""
    return uuid5(_REACTIONS, f"{reaction}/{cause}/{command}/{event}")

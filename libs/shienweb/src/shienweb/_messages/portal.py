"""What portal says no with."""

from __future__ import annotations

from ._message import Message as M

PORTAL: dict[str, M] = {
    "trace.unknown": M("there is no such thing for you", "該当するものはありません"),
}

"""What matching says no with."""

from __future__ import annotations

from ._message import Message as M

MATCHING: dict[str, M] = {}

"""What registry says no with."""

from __future__ import annotations

from ._message import Message as M

REGISTRY: dict[str, M] = {}

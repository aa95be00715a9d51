"""What needs says no with."""

from __future__ import annotations

from ._message import Message as M

NEEDS: dict[str, M] = {}

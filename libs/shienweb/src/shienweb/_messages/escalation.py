"""What escalation says no with."""

from __future__ import annotations

from ._message import Message as M

ESCALATION: dict[str, M] = {}

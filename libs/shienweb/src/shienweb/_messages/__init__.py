"""What each code says to a person, in Japanese and English. One module per service, sorted by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ._message import Message
from .escalation import ESCALATION
from .matching import MATCHING
from .needs import NEEDS
from .portal import PORTAL
from .registry import REGISTRY
from .web import WEB

MESSAGES: Final[Mapping[str, Message]] = dict(
    sorted({**WEB, **REGISTRY, **NEEDS, **MATCHING, **ESCALATION, **PORTAL}.items())
)
"""Every code an answer may carry. `{name}` stands for a fact of the refusal."""

__all__ = ["MESSAGES", "Message"]

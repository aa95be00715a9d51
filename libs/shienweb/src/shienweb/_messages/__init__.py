"""What each problem code says to a person, in Japanese and English. Each service keeps the texts of its own codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ._message import Message
from .web import SHARED, WEB

MESSAGES: Final[Mapping[str, Message]] = WEB | SHARED
"""The texts of every service: those of the HTTP layer, and those that several services use."""

__all__ = ["MESSAGES", "Message"]

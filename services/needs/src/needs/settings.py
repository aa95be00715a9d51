"""The environment of the needs service, read once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """What every service is told, by variables SHIEN_…"""

    service: ClassVar[str] = "needs"
    hears: ClassVar[Sequence[str]] = ("registry", "matching")

"""The environment of the registry, read once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """What every service is told, by variables SHIEN_…, and after how many days a verification is stale."""

    service: ClassVar[str] = "registry"
    hears: ClassVar[Sequence[str]] = ("escalation",)

    stale_after_days: int = Field(default=180, ge=1, le=3650)

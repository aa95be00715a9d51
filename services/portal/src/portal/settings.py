"""The environment of the portal's process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """Variables SHIEN_… The portal hears the four services and has no events of its own.

    `fresh_days`: for how long a verified resource counts as fresh. `synthetic`: pages say 「合成データ」.
    """

    service: ClassVar[str] = "portal"
    hears: ClassVar[Sequence[str]] = ("registry", "needs", "matching", "escalation")

    fresh_days: int = Field(default=180, ge=1, le=3650)
    synthetic: bool = False

"""The environment of an escalation process."""

from __future__ import annotations

from typing import ClassVar

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """Variables SHIEN_…"""

    service: ClassVar[str] = "escalation"

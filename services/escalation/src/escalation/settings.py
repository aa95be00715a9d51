"""The environment of an escalation process."""

from __future__ import annotations

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """Variables SHIEN_…"""

    service = "escalation"
    hears = ("registry", "needs")

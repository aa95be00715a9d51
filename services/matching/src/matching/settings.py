"""The environment of a matching process."""

from __future__ import annotations

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """Variables SHIEN_…"""

    service = "matching"
    hears = ("registry", "needs")

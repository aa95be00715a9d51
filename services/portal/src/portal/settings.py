"""The environment of the portal's process."""

from __future__ import annotations

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """Variables SHIEN_…  `synthetic`: every page says 「合成データ」."""

    service = "portal"

    synthetic: bool = False

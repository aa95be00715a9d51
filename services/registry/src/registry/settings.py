"""The environment of the registry, read once."""

from __future__ import annotations

from typing import ClassVar

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """The variables SHIEN_… that every service has."""

    service: ClassVar[str] = "registry"

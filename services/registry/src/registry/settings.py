"""The environment of the registry, read once."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """The variables SHIEN_… that every service has, and for how many days a contact is kept unless its day is given."""

    service: ClassVar[str] = "registry"

    contact_keep_days: int = Field(default=365, ge=1, le=1826)

"""The environment of an escalation process."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shiendomain.follow_up import REMIND_EVERY_DAYS
from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """The variables SHIEN_… that every service has, and after how many days a late answer is reminded of again."""

    service: ClassVar[str] = "escalation"

    remind_every_days: int = Field(default=REMIND_EVERY_DAYS, ge=1, le=365)

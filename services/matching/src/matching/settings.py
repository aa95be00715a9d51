"""The environment of a matching process."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shienweb import ServiceProcessSettings


class Settings(ServiceProcessSettings):
    """Variables SHIEN_…

    `answer_within_days`: a proposal that nobody answered so many days after it was recorded lapses.
    """

    service: ClassVar[str] = "matching"
    answer_within_days: int = Field(default=14, ge=1, le=3650)

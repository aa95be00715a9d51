"""The activity of residents from which a proposal grew, with its history as it was when the proposal went up.

An activity that has grown may be put forward as a service of the municipality (将来的に市町村サービスとして提案).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from .activities import by_year
from .registry.activities import ActivityDetails, Attendances
from .vocabulary import AreaCode, Headcount, Part, ResourceName

Number = Annotated[int, Field(ge=0, le=1_000_000)]


class GrownYear(Part):
    """What the activity reported for the fiscal year that begins in April of `year` (`activities.ActivityYear`)."""

    year: Annotated[int, Field(ge=1900, le=9999)]
    reports: Number
    days: Number
    times: Number
    participants: Headcount
    attendances: Attendances
    supporters: Headcount


class GrownFrom(Part):
    """The activity, a resource of the registry since `registered_on`, and each year that it reported, newest first."""

    resource_id: UUID
    name: ResourceName
    area: AreaCode
    registered_on: date | None = None
    years: tuple[GrownYear, ...]


def grown_years(reports: Iterable[ActivityDetails]) -> tuple[GrownYear, ...]:
    """The history that reports of one activity say, the newest year first."""
    return tuple(GrownYear.model_validate({**one._asdict(), "year": one.year.year}) for one in by_year(reports))

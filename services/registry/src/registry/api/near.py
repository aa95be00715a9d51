"""The parameter that names a location: latitude and longitude in degrees, as `34.8143,135.6503`."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from fastapi import Query

from shiendomain.distances import Point

_LATITUDE = r"-?(90(\.0{1,7})?|[0-8]?[0-9](\.[0-9]{1,7})?)"
_LONGITUDE = r"-?(180(\.0{1,7})?|(1[0-7]|[0-9])?[0-9](\.[0-9]{1,7})?)"

Near = Annotated[
    str | None,
    Query(pattern=f"^{_LATITUDE},{_LONGITUDE}$", description="Latitude and longitude in degrees: 34.8143,135.6503"),
]


def point_of(near: str | None) -> Point | None:
    """The location that is named; None for none."""
    if near is None:
        return None
    lat, lon = (int(Decimal(degrees).scaleb(7)) for degrees in near.split(","))
    return Point(lat, lon)

"""Locations: the parameter in degrees, as `34.8143,135.6503` (latitude, longitude), and the points of boundaries."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator

from shiendomain.coordinates import Misplaced, check_order, in_japan
from shiendomain.distances import Point
from shiendomain.vocabulary import LatitudeE7, LongitudeE7

_LATITUDE = r"-?(90(\.0{1,7})?|[0-8]?[0-9](\.[0-9]{1,7})?)"
_LONGITUDE = r"-?(180(\.0{1,7})?|(1[0-7]|[0-9])?[0-9](\.[0-9]{1,7})?)"

_FORM = f"^{_LATITUDE},{_LONGITUDE}$"


def _in_order(near: str) -> str:
    """The text. Raises `Misplaced` for another one, with the coordinates that are meant where they are swapped."""
    if re.fullmatch(_FORM, near):
        return near
    first, _, second = near.partition(",")
    en = "latitude first, then longitude is expected, in degrees, like 34.8143,135.6503"
    ja = "緯度、経度の順に、34.8143,135.6503 のように度で指定してください"
    if re.fullmatch(_FORM, swapped := f"{second},{first}") and in_japan(float(second), float(first)):
        en, ja = f"{en}; perhaps {swapped} is meant", f"{ja}（{swapped} ではありませんか）"
    raise Misplaced(en, ja)


Near = Annotated[
    Annotated[str, AfterValidator(_in_order)] | None,
    Query(
        description="Latitude and longitude in degrees: 34.8143,135.6503",
        json_schema_extra={"pattern": _FORM},
        max_length=40,
    ),
]


def point_of(near: str | None) -> Point | None:
    """The location that is named; None for none."""
    if near is None:
        return None
    lat, lon = (int(Decimal(degrees).scaleb(7)) for degrees in near.split(","))
    return Point(lat, lon)


def _point_in_order(point: Any) -> Any:
    if isinstance(point, list) and len(point) == 2:
        check_order(point[1], point[0])
    return point


BoundaryPoint = Annotated[tuple[LongitudeE7, LatitudeE7], BeforeValidator(_point_in_order)]
"""A point of a boundary: longitude and latitude in 1e-7 degree."""

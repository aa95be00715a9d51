"""GeoJSON as a table: the properties of a feature are the cells of a row, which also has the geometry."""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from .problems import Problem, clip, unreadable
from .tables import LINE_BREAK, LOST, MAX_ROWS, UNREADABLE, ListRow, Table, too_many_rows, unfit

SYSTEMS = ("CRS84", "4326", "4612", "6668")
"""WGS 84, JGD2000 and JGD2011: the last part of their names (urn:ogc:def:crs:EPSG::6668, EPSG:4326)"""


def features(text: str, note: tuple[str, str]) -> Table:
    """Return the features of a FeatureCollection as a table.

    Args:
        text: content of the file.
        note: text for the operator, in Japanese and English.

    Raises:
        Unreadable: when the text is not a FeatureCollection, or has no or too many features.
    """
    records: list[ListRow] = []
    problems: list[Problem] = []
    headers: dict[str, None] = {}
    found = _collection(text)
    if len(found) > MAX_ROWS:
        raise too_many_rows(MAX_ROWS + 1)
    for number, feature in enumerate(found, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            problems.append(Problem(number, "properties", "地物に属性がありません", "the feature has no properties"))
            continue
        cells = {str(name): _cell(value) for name, value in properties.items()}
        headers |= dict.fromkeys(cells)
        for name, cell in cells.items():
            problems += unfit(number, name, cell)
        geometry = _geometry(feature.get("geometry"))
        if isinstance(geometry, str):
            problems.append(Problem(number, "geometry", "図形を読めません", f"the geometry cannot be read: {geometry}"))
            geometry = None
        fit = {name: UNREADABLE.sub(LOST, cell) for name, cell in cells.items()}
        records.append(ListRow(number, fit, geometry))
    return Table(tuple(headers), tuple(records), tuple(problems), (note,))


def _collection(text: str) -> list[Any]:
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "-"
        raise unreadable(
            "json_broken",
            f"JSON として読めません({place})。",
            f"The file is not valid JSON (line and column {place}: {type(error).__name__}).",
            "GeoJSON として書き出し直してください。",
            "Export it again as GeoJSON.",
        ) from None
    found = value.get("features") if isinstance(value, dict) else None
    if not isinstance(found, list) or not found:
        raise unreadable(
            "not_geojson",
            "GeoJSON の FeatureCollection ではないか、地物が含まれていません。",
            "The file is not a GeoJSON FeatureCollection, or has no features.",
            "地物を含む GeoJSON を指定してください。",
            "Specify a GeoJSON file with features.",
        )
    _check_system(value.get("crs"))
    return found


def _check_system(crs: object) -> None:
    """Refuse a coordinate system that differs from WGS 84, the one of GeoJSON (RFC 7946, 4).

    The member `crs` is of the older GeoJSON of 2008. Japan's JGD2000 and JGD2011 agree with WGS 84 within a few metres.
    """
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name") if isinstance(properties, dict) else crs)
    if name.rpartition(":")[2].upper() in SYSTEMS:
        return
    raise unreadable(
        "coordinate_system",
        f"座標系が {clip(name)} です。",
        f"The coordinate system is {clip(name)}.",
        "世界測地系の緯度・経度(EPSG:6668 または EPSG:4326)に変換して書き出してください。",
        "Export the file in latitude and longitude of WGS 84 (EPSG:4326) or JGD2011 (EPSG:6668).",
    )


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return LINE_BREAK.sub("\n", value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "、".join(map(_cell, value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _geometry(value: Any) -> BaseGeometry | str | None:
    """Return the geometry, or a text with the reason why it cannot be read, or None when the feature has none."""
    if value is None:
        return None
    try:
        plain = shapely.force_2d(shape(value))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, shapely.GEOSException) as error:
        return type(error).__name__
    if plain.is_empty:
        return None
    return plain if bool(shapely.get_coordinates(plain).size) else "no coordinates"

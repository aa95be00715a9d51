"""GeoJSON as a table: properties are cells, and each row has its geometry."""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from .problems import Problem, unreadable
from .tables import MAX_ROWS, Record, Table, too_many_rows, unfit


def features(text: str, said: tuple[str, str]) -> Table:
    """The features of a collection. Raises `Unreadable` when it is none."""
    records: list[Record] = []
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
        records.append(Record(number, cells, geometry))
    return Table(tuple(headers), tuple(records), tuple(problems), (said,))


def _collection(text: str) -> list[Any]:
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "-"
        raise unreadable(
            "json_broken",
            f"JSON として読めません({place})。",
            f"The file is no JSON (line and column {place}: {type(error).__name__}).",
            "GeoJSON として書き出し直してください。",
            "Export it again as GeoJSON.",
        ) from None
    found = value.get("features") if isinstance(value, dict) else None
    if not isinstance(found, list) or not found:
        raise unreadable(
            "not_geojson",
            "GeoJSON の FeatureCollection ではないか、地物が 1 つもありません。",
            "The file is no FeatureCollection of GeoJSON, or has no feature.",
            "地物の入った GeoJSON を指定してください。",
            "Give a GeoJSON file with features.",
        )
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _geometry(value: Any) -> BaseGeometry | str | None:
    """The geometry; why it cannot be read; None when the feature has none."""
    if value is None:
        return None
    try:
        plain = shapely.force_2d(shape(value))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, shapely.GEOSException) as error:
        return type(error).__name__
    if plain.is_empty:
        return None
    return plain if bool(shapely.get_coordinates(plain).size) else "no coordinates"

"""Areas from a GeoJSON file. Each feature is a polygon with a code and a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from shiendomain.registry import AreaDefined
from shiendomain.vocabulary import AreaKind, Tier
from shienweb import content_errors

from .codes import codes_read, is_ward_of
from .columns import AREAS, Columns, columns_of
from .places import Boundary, boundary_of, points_of, why_not_in_japan
from .problems import Problem, clip, warning
from .tables import ListRow, Table

MAX_POINTS = 2000
START = date(2000, 4, 1)
"""first day of an area that nothing else says one of: the day on which long-term care insurance began"""
KINDS_WITH_CODES = (AreaKind.MUNICIPALITY, AreaKind.WARD)


@dataclass(frozen=True)
class AreaOptions:
    """Facts about the areas that the file does not contain."""

    municipality: str
    kind: AreaKind = AreaKind.CENTRE_AREA
    tiers: tuple[Tier, ...] = (Tier.TIER2,)
    valid_from: date = START
    root_name: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class AreasRead:
    """The areas of a file, and the problems. With `root_name`, the municipality is the first area."""

    areas: tuple[AreaDefined, ...]
    shapes: dict[str, BaseGeometry]
    columns: Columns
    problems: tuple[Problem, ...]

    @property
    def names(self) -> dict[str, str]:
        """The name of each area, by its code."""
        return {area.area: area.name for area in self.areas}


def read_areas(table: Table, options: AreaOptions) -> AreasRead:
    """Return the areas of a table with geometries. Problems of the table come first.

    Raises:
        Unreadable: when a required column is missing.
    """
    columns = columns_of(table, AREAS, options.columns, required=("code", "name"))
    problems = list(columns.weighed(table.problems))
    areas: dict[str, AreaDefined] = {}
    shapes: dict[str, BaseGeometry] = {}
    for record in table.records:
        area, shape, found = _read_area(record, columns, options)
        problems += found
        if area is None or shape is None:
            continue
        if area.area in areas:
            problems.append(_twice(record, columns, area.area))
        areas[area.area], shapes[area.area] = area, shape
    root = () if options.municipality in areas else _root(options)
    return AreasRead((*root, *areas.values()), shapes, columns, tuple(problems))


def begun_as_known(areas: Iterable[AreaDefined], known: Mapping[str, date]) -> Iterator[AreaDefined]:
    """Yield each area with the first day it has already, else that of the area above it, else its own.

    Args:
        areas: those above before those below.
        known: the first days of the areas that the registry has.
    """
    days = dict(known)
    for area in areas:
        day = days.get(area.area) or days.get(area.parent or "") or area.valid_from
        days[area.area] = day
        yield area.model_copy(update={"valid_from": day})


def _twice(record: ListRow, columns: Columns, code: str) -> Problem:
    return Problem(
        record.number, columns.header("code"), f"コード {code} が重複しています", f"the code {code} is duplicated"
    )


def _root(options: AreaOptions) -> Sequence[AreaDefined]:
    if options.root_name is None:
        return ()
    return (
        AreaDefined(
            area=options.municipality,
            parent=None,
            municipality=options.municipality,
            kind=AreaKind.MUNICIPALITY,
            tiers=(Tier.TIER1,),
            name=options.root_name,
            valid_from=options.valid_from,
        ),
    )


def _read_area(
    record: ListRow, columns: Columns, options: AreaOptions
) -> tuple[AreaDefined | None, BaseGeometry | None, list[Problem]]:
    problems: list[Problem] = []
    code = area_code(columns.of(record.cells, "code"), options)
    name, kana = columns.of(record.cells, "name"), columns.of(record.cells, "kana")
    if code is None:
        problems.append(_bad_code(record, columns))
    if not 1 <= len(name) <= 200:
        problems.append(_bad_name(record, columns))
    shape, found = polygon_of(record)
    problems += found
    if code is None or shape is None or any(problem.refused for problem in problems):
        return None, None, problems
    boundary, simplified = simple_boundary(shape)
    if simplified:
        problems.append(
            warning(
                record.number,
                "geometry",
                f"境界を {points_of(boundary)} 点に簡略化しました",
                f"the boundary was simplified to {points_of(boundary)} points",
            )
        )
    kind, tiers = _kind_and_tiers(code, options)
    area = AreaDefined(
        area=code,
        parent=options.municipality if code != options.municipality else None,
        municipality=options.municipality,
        kind=kind,
        tiers=tiers,
        name=name,
        kana=kana,
        valid_from=options.valid_from,
        boundary=boundary,
    )
    wrong = [Problem(record.number, columns.header(one.field), one.ja, one.en) for one in content_errors(area)]
    return (None, None, [*problems, *wrong]) if wrong else (area, shape, problems)


def _bad_name(record: ListRow, columns: Columns) -> Problem:
    return Problem(
        record.number,
        columns.header("name"),
        "名称は 1〜200 文字で入力してください",
        "a name must have 1 to 200 characters",
    )


def _bad_code(record: ListRow, columns: Columns) -> Problem:
    text = clip(columns.of(record.cells, "code"))
    return Problem(
        record.number,
        columns.header("code"),
        f"「{text}」は地域の番号でもコードでもありません",
        f"{text!r} is neither the number nor the code of an area",
    )


def area_code(text: str, options: AreaOptions) -> str | None:
    """Return the code of an area; None when the text is not valid.

    The municipality and its wards have their local government codes, whose check digit may be missing. Any other
    number becomes `MUNICIPALITY-NN`, and any other code `MUNICIPALITY-CODE`.
    """
    codes = [one.code for one in codes_read(text)]
    own = [code for code in codes if code == options.municipality or is_ward_of(code, options.municipality)]
    if own or options.kind in KINDS_WITH_CODES:
        return next(iter([*own, *reversed(codes)]), None)
    if text.startswith(options.municipality):
        text = text[len(options.municipality) :].lstrip("-")
    if re.fullmatch("[0-9]{1,9}", text):
        return f"{options.municipality}-{int(text):02d}"
    return f"{options.municipality}-{text}" if re.fullmatch("[A-Za-z0-9._:-]{1,50}", text) else None


def _kind_and_tiers(code: str, options: AreaOptions) -> tuple[AreaKind, tuple[Tier, ...]]:
    """Return kind and tiers of an area. In a town of one area, the municipality carries both tiers."""
    if code == options.municipality:
        return AreaKind.MUNICIPALITY, tuple(tier for tier in Tier if tier in (Tier.TIER1, *options.tiers))
    return (AreaKind.WARD if is_ward_of(code, options.municipality) else options.kind), options.tiers


def polygon_of(record: ListRow) -> tuple[BaseGeometry | None, list[Problem]]:
    """Return the feature's polygon, repaired if necessary, and the problems. It must lie in Japan."""
    shape, row = record.geometry, record.number
    if not isinstance(shape, Polygon | MultiPolygon):
        return None, [Problem(row, "geometry", "ポリゴンがありません", "there is no polygon")]
    west, south, east, north = shape.bounds
    outside = why_not_in_japan(south, west) or why_not_in_japan(north, east)
    if outside:
        return None, [Problem(row, "geometry", *outside)]
    if shape.is_valid:
        return shape, []
    whole = _polygons(shapely.make_valid(shape))
    if whole.is_empty:
        return None, [Problem(row, "geometry", "ポリゴンに面積がありません", "the polygon has no area")]
    return whole, [
        warning(row, "geometry", "自己交差する境界を修正しました", "a boundary that crosses itself was repaired")
    ]


def simple_boundary(shape: BaseGeometry) -> tuple[Boundary, bool]:
    """Return the boundary in at most 2,000 points, and whether it was simplified.

    The tolerance is the smallest of 1e-6·2ⁿ degrees that is sufficient.
    """
    boundary, tolerance = boundary_of(shape), 1e-6
    while points_of(boundary) > MAX_POINTS and tolerance < 1:
        coarse = _polygons(shape.simplify(tolerance, preserve_topology=True))
        if tolerance > 1e-3:  # then many small islands make it long: those below the tolerance are removed
            coarse = _polygons(MultiPolygon([one for one in coarse.geoms if one.area > tolerance**2]))
        boundary, tolerance = boundary_of(coarse), tolerance * 2
    return boundary, tolerance > 1e-6


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    parts = getattr(shape, "geoms", [shape])
    flat = [inner for part in parts for inner in getattr(part, "geoms", [part])]
    return MultiPolygon([part for part in flat if isinstance(part, Polygon) and not part.is_empty])

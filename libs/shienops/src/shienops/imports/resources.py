"""Resources from a table or a map: each row as a resource of the registry, in the area of its location."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry import Point

from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.vocabulary import Location, ServiceClass, SourceKind, SupportKind

from . import cells as read
from .codes import is_prefecture, local_code
from .columns import RESOURCES, Columns, match_columns
from .kinds import class_of, key, meaning_of
from .municipalities import bad_code, restored
from .places import AreaMap, degrees, location, why_not_in_japan
from .problems import Problem, clip, warning
from .tables import ListRow, Table

LONGEST = {"name": 200, "note": 4000}
LINE = 300
WHOLE = ("全域", "市内全域", "市全域", "町内全域", "村内全域", "区内全域")


@dataclass(frozen=True)
class ResourceOptions:
    """Facts that the file does not contain: the municipality, the name of the list, and the areas."""

    municipality: str
    list_name: str
    areas: AreaMap
    area_names: Mapping[str, str] = field(default_factory=dict)
    """name of each area code, to read cells of service areas"""
    default_kind: SupportKind = SupportKind.OTHER
    serve_city: bool = False
    """whether a row without service areas serves the whole city instead of its home area"""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResourceRow:
    """A resource in the form of the registry."""

    row: int
    area: str
    details: ResourceDetails
    source: ResourceSource


@dataclass(frozen=True)
class ResourcesRead:
    """The resources of a file, and the problems."""

    resources: tuple[ResourceRow, ...]
    columns: Columns
    problems: tuple[Problem, ...]


def read_resources(table: Table, options: ResourceOptions) -> ResourcesRead:
    """Return the resources of a table. Problems of the table come first.

    Raises:
        Unreadable: when a required column is missing.
    """
    columns = match_columns(table.headers, RESOURCES, options.columns, required=("name",))
    problems = list(table.problems)
    found: dict[str, ResourceRow] = {}
    for record in table.records:
        reading = _Reading(record, columns, options)
        resource = reading.resource()
        if resource is not None:
            earlier = found.setdefault(resource.source.reference, resource)
            if earlier is not resource:
                reading.refuse(
                    "reference",
                    f"{earlier.row} 行目と番号(または名称と住所)が同じです",
                    f"its number (or name and address) is the same as in row {earlier.row}",
                )
        problems += reading.problems
    return ResourcesRead(tuple(found.values()), columns, tuple(problems))


class _Reading:
    """Reads one row and collects its problems."""

    def __init__(self, record: ListRow, columns: Columns, options: ResourceOptions) -> None:
        self.record, self.columns, self.options = record, columns, options
        self.problems: list[Problem] = []

    def resource(self) -> ResourceRow | None:
        """Return the resource; None when the row is refused."""
        columns, cells, options = self.columns, self.record.cells, self.options
        self._check_municipality()
        location = self._location()
        served = self._served()
        home = self._home(location, served)
        if not served:
            served = (options.municipality if options.serve_city else home,)
        kinds, service_class = self._kinds()
        fee = read.fee_of(columns, cells)
        fields: dict[str, Any] = {
            "name": columns.of(cells, "name"),
            "kana": columns.of(cells, "kana"),
            "provider_name": columns.of(cells, "provider"),
            "address": read.address_of(columns, cells),
            "telephone": read.telephone_of(columns, cells),
            "schedule": read.schedule_of(columns, cells),
            "fee": fee,
            "activity": read.activity_of(columns, cells),
            "note": read.note_of(columns, cells),
        }
        reference = read.reference_of(columns, cells, options.list_name)
        self._check_lengths(fields | {"reference": reference})
        fields |= {
            "support_kinds": kinds,
            "service_class": service_class,
            "service_areas": served,
            "location": location,
        }
        fields |= {"fee_yen": read.yen_of(fee), "capacity": self._capacity()}
        if any(problem.refused for problem in self.problems):
            return None
        source = ResourceSource(kind=SourceKind.IMPORT, reference=reference)
        return ResourceRow(self.record.number, home, ResourceDetails(**fields), source)

    def refuse(self, field: str, ja: str, en: str) -> None:
        self.problems.append(Problem(self.record.number, self.columns.header(field), ja, en))

    def warn(self, field: str, ja: str, en: str) -> None:
        self.problems.append(warning(self.record.number, self.columns.header(field), ja, en))

    def of(self, field: str) -> str:
        return self.columns.of(self.record.cells, field)

    def _check_municipality(self) -> None:
        text = self.of("municipality")
        if not text:
            return
        code = local_code(text)
        header, row = self.columns.header("municipality"), self.record.number
        if code is None:
            self.problems.append(bad_code(row, header, text))
            return
        if code[1]:
            self.problems.append(restored(row, header, code[0]))
        ours = self.options.municipality
        if code[0] != ours and not (is_prefecture(code[0]) and code[0][:2] == ours[:2]):
            self.refuse("municipality", f"{code[0]} は {ours} ではありません", f"{code[0]} is not {ours}")

    def _check_lengths(self, fields: Mapping[str, str]) -> None:
        if not fields["name"]:
            self.refuse("name", "名称がありません", "there is no name")
        for name, text in fields.items():
            longest = LONGEST.get(name, LINE)
            if len(text) > longest:
                header = {"provider_name": "provider", "schedule": "days"}.get(name, name)
                self.refuse(
                    header,
                    f"{len(text)} 文字あります(上限 {longest} 文字)",
                    f"{len(text)} characters, the limit is {longest}",
                )

    def _location(self) -> Location | None:
        if isinstance(self.record.geometry, Point):
            latitude: float | None = self.record.geometry.y
            longitude: float | None = self.record.geometry.x
            header = "geometry"
        elif self.record.geometry is not None:
            self.refuse("geometry", "図形が点ではありません", "the geometry is not a point")
            return None
        else:
            texts = self.of("latitude"), self.of("longitude")
            if not any(texts):
                return None
            latitude, longitude = map(degrees, texts)
            header = "latitude" if latitude is None else "longitude"
        if latitude is None or longitude is None:
            text = clip(self.of(header))
            self.refuse(header, f"「{text}」は緯度・経度の数値ではありません", f"{text!r} is not a number of degrees")
            return None
        wrong = why_not_in_japan(latitude, longitude)
        if wrong:
            self.refuse(header if header == "geometry" else "latitude", *wrong)
            return None
        return location(latitude, longitude)

    def _served(self) -> tuple[str, ...]:
        """Return the service areas of the cell, given by code or name; none when it is empty."""
        names = {key(name): code for code, name in self.options.area_names.items()}
        found: dict[str, None] = {}
        for part in filter(None, (one.strip() for one in re.split("[;；、,，\n]", self.of("areas")))):
            if key(part) in map(key, WHOLE):
                found[self.options.municipality] = None
            elif part in self.options.area_names:
                found[part] = None
            elif key(part) in names:
                found[names[key(part)]] = None
            else:
                self.refuse("areas", f"地域「{clip(part)}」は登録されていません", f"the area {clip(part)!r} is unknown")
        return tuple(found)

    def _home(self, where: Location | None, served: Sequence[str]) -> str:
        """Return the area of the location; without a location, the only service area; otherwise the municipality."""
        if where is None:
            return served[0] if len(served) == 1 else self.options.municipality
        area = self.options.areas.area_of(where)
        if area is None:
            self.warn(
                "geometry" if self.record.geometry is not None else "latitude",
                f"どの地域にも含まれないため、{self.options.municipality}(全域)に登録します",
                f"it lies in no area and is registered in {self.options.municipality} as a whole",
            )
        return area or self.options.municipality

    def _kinds(self) -> tuple[tuple[SupportKind, ...], ServiceClass | None]:
        text = ";".join(filter(None, (self.of("kind"), self.of("subtype"))))
        service_class = class_of(self.of("class")) if self.of("class") else None
        if not text:
            return (self.options.default_kind,), service_class
        meaning = meaning_of(text)
        if meaning is None:
            label = self.options.default_kind.ja
            self.warn(
                "kind",
                f"種類「{clip(text)}」は不明のため「{label}」とします",
                f"the kind {clip(text)!r} is unknown: {label}",
            )
            return (self.options.default_kind,), service_class
        return meaning[0], service_class or meaning[1]

    def _capacity(self) -> int | None:
        try:
            return read.people_of(self.of("capacity"))
        except ValueError:
            text = clip(self.of("capacity"))
            self.warn("capacity", f"定員「{text}」は数値ではありません", f"the capacity {text!r} is not a number")
            return None
